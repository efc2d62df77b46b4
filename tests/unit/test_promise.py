"""The words of the promise follow the settings."""

from app.anonymity.rules.promise import CORE, PromiseSettings, promise


def words(**settings):
    made = promise(PromiseSettings(**{"k": 5, **settings}))
    return " ".join(made.sentences), made


def test_the_core_promise_is_the_design_word_for_word():
    assert promise(PromiseSettings(k=5)).claim == CORE
    assert CORE.startswith("After the reveal nobody, not even the operator holding the database, can tell")


def test_k_is_the_retros_own():
    text, made = words(k=3)
    assert "at least 3 people" in text
    assert "groups of 3 or more" in made.learns[0][1]
    assert "5" not in made.learns[0][1]


def test_the_way_in_changes_the_words():
    assert "room's code" in words()[0]
    text, made = words(way_in="ticket", tickets_mailed=True, tickets_issued=13, tickets_extra=1)
    assert "13 tickets were issued for 12 invited" in text
    assert "your mail system keeps its own copy" in text
    assert any("a ticket to a person" in learns for _, learns in made.learns)
    assert not any("a ticket to a person" in learns for _, learns in words()[1].learns)


def test_fewer_than_k_seated_is_said_before_anything_is_written():
    assert words(seated=2)[1].warning.startswith("Waiting for people: 2 of at least 5.")
    assert "only what each person releases is shown" in words(seated=0)[1].warning
    assert words(seated=5)[1].warning is None


def test_hiding_and_erasing_are_said_before_anybody_writes():
    text, _ = words()
    assert "every screen then says who and why" in text
    assert "erased by two people" in text


def test_a_retro_released_below_k_makes_no_claim():
    made = words(below_k_released=True)[1]
    assert made.claim is None
    assert "no claim of anonymity" in made.warning


def test_what_is_stored_to_withdraw_and_to_keep_a_seat_is_said():
    """Held by tests/attack/test_backups.py and tests/web/test_seat_cookies.py."""
    text, made = words()
    assert "what proves it yours is encrypted, too, and in no backup" in text
    assert "a cookie that ends with the retro" in text
    rows = dict(made.learns)
    assert (
        "encrypted rows whose key is gone" in rows["Whoever kept backups or old copies of the database or its logs"]
    )
    assert "Which entries are yours" in rows["The same, with your browser in their hands before the close"]
