"""The words of the promise, made from a retro's settings: the same source as the behaviour, tested against it.

Pages show these sentences and nothing else about anonymity; refuses to know any retro but by its settings.
"""

from dataclasses import dataclass

from app.anonymity.rules.figures import EXACT_FROM

CORE = (
    "After the reveal nobody, not even the operator holding the database, can tell from stored data who wrote an "
    "entry or which entries belong together. Somebody watching the server while you type, or who knows how you "
    "write, may still guess."
)
STYLE = (
    "Style gives people away: in research, software picked the right writer out of five candidates in 81 of 100 "
    "cases. Write plainly, and rewrite before you send if it sounds like you."
)


BEFORE_THE_REVEAL = (
    "Nobody sees an entry, or how many a department wrote, before the reveal. Then all appear at once, shuffled; "
    "what somebody sent who has left by then appears, too."
)
WITHDRAWING = (
    "Until the close you can withdraw an entry of yours; what proves it yours is encrypted, too, and in no backup. "
    "Your browser keeps your seat in a cookie that ends with the retro."
)


@dataclass(frozen=True, slots=True)
class PromiseSettings:
    """What a promise depends on: `k` the minimum group size, `way_in` "code" or "ticket", `seated` people so far
    (None: not counted yet), `revealed`, `closed`, `labels` as the reveal decided, `below_k_released` when seats
    released their drafts although fewer than k were seated."""

    k: int
    way_in: str = "code"
    tickets_mailed: bool = False
    tickets_issued: int = 0
    tickets_extra: int = 0
    seated: int | None = None
    closed: bool = False
    below_k_released: bool = False


@dataclass(frozen=True, slots=True)
class AnonymityPromise:
    """`claim` is the promise itself (None when none can be made), `sentences` what it means in this retro,
    `warning` what must be said before somebody writes (or None), `way_in` the sentences about how people come in,
    `first` those that are read before all others, by somebody who stands in a doorway with a phone."""

    claim: str | None
    sentences: tuple[str, ...]
    warning: str | None
    learns: tuple[tuple[str, str], ...]
    way_in: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    @property
    def then(self) -> tuple[str, ...]:
        """The sentences for who wants to know more than the `first`."""
        return tuple(one for one in self.sentences if one not in self.first)


def promise(settings: PromiseSettings) -> AnonymityPromise:
    """What may be said about anonymity under these settings."""
    if settings.below_k_released:
        return AnonymityPromise(
            None,
            (f"Fewer than {settings.k} people wrote here and chose to show it all the same.",),
            "This retro makes no claim of anonymity.",
            who_can_learn_what(settings),
        )
    way_in = _way_in(settings)
    sentences = (*_small_groups(settings), *way_in, STYLE)
    first = (_names(settings.k), BEFORE_THE_REVEAL, WITHDRAWING, STYLE)
    return AnonymityPromise(CORE, sentences, _warning(settings), who_can_learn_what(settings), way_in, first)


def _small_groups(settings: PromiseSettings) -> tuple[str, ...]:
    k = settings.k
    return (
        _names(k),
        "Seats are not people. A department never counts as more people than are expected of it, and seats that "
        "nobody raised a hand for are taken off. Each of you may say “we are fewer than that”; nobody learns "
        "who did.",
        "You know which entries are not yours, so for you there is one possible writer fewer than for the others. "
        "And anybody could sit here as a department that is not theirs.",
        f"Votes and ratings are shown only for groups of {k} or more, and only when they can no longer change. With "
        f"fewer than {EXACT_FROM} people you read “nearly all” or “almost nobody”, and averages to the nearest half, "
        "so that nobody's answer follows from it. Whoever knows their own answer learns a little more about the "
        "others.",
        f"With fewer than {k} people in all, only what each person releases is revealed; the rest is destroyed.",
        BEFORE_THE_REVEAL,
        "What you type is kept encrypted until then. The key lies outside the database and is destroyed when the "
        "retro closes; after that nobody can change or claim an entry, not even you.",
        WITHDRAWING,
        "Whoever runs the retro can hide an entry: every screen then says who and why, and when the retro closes its "
        "words are erased. Later, words can be erased by two people together, and the outcome says so.",
    )


def _names(k: int) -> str:
    return (
        f"A department's name stands beside an entry only when at least {k} people of it take part, and at least two "
        "departments are named. Smaller ones are shown together as “several departments”, for good: the database "
        "forgets which it was, too. So is the department that an entry is about, where fewer than "
        f"{k} people could have said it."
    )


def _way_in(settings: PromiseSettings) -> tuple[str, ...]:
    if settings.way_in == "code":
        return ("You came in by the room's code: nothing about you is stored, only that a seat is taken.",)
    sentences = [
        "You came in by a ticket: the database knows which department it is for and that it is spent, not "
        "whose it was."
    ]
    if settings.tickets_mailed:
        sentences.append(
            "Tickets were mailed at once and Fencepost kept nothing; your mail system keeps its own copy."
        )
    if settings.tickets_issued:
        invited = settings.tickets_issued - settings.tickets_extra
        sentences.append(f"{settings.tickets_issued} tickets were issued for {invited} invited.")
    return tuple(sentences)


def _warning(settings: PromiseSettings) -> str | None:
    seated, k = settings.seated, settings.k
    if settings.closed or seated is None or seated >= k:
        return None
    return (
        f"Waiting for people: {seated} of at least {k}. With fewer than {k}, only what each person releases is "
        "shown; the rest is destroyed."
    )


def who_can_learn_what(settings: PromiseSettings) -> tuple[tuple[str, str], ...]:
    """Rows (observer, what they can learn) of the table in anonymity.md."""
    k = settings.k
    link = "can link a seat to a network address"
    if settings.way_in == "ticket":
        link += ", and a ticket to a person if they know who got it"
    return (
        (
            "Other participants, the facilitator, managers",
            f"The text, the department or “several departments”, and totals of groups of {k} or more.",
        ),
        (
            "Leads and administrators who look in",
            "What the room sees, and every screen says that they do. The result of the safety check is for who runs "
            "the retro, until they show it to the room in words.",
        ),
        ("Whoever holds the database, after the retro is closed", "The same, and nothing more."),
        (
            "Whoever holds the database, while people write",
            "That drafts exist, how many seats each department has and perhaps their order; no text without the key, "
            "no person. A department of one is a person, though.",
        ),
        (
            "Whoever kept backups or old copies of the database or its logs",
            "What was shown by then, and encrypted rows whose key is gone.",
        ),
        (
            "Whoever copied the whole machine while the retro was open",
            "The encrypted rows and their key: they can read what was written, still without a name.",
        ),
        (
            "The same, with your browser in their hands before the close",
            "Which entries are yours. The cookie with your seat goes when the retro is closed.",
        ),
        ("An operator who watches live traffic", f"They {link}."),
        ("The log of a proxy in front", "Address and time, unless it is set up as our deployment page says."),
        ("Somebody who changed the program on the server", "Everything typed."),
        ("Somebody who knows how you write", "They may guess by style."),
    )
