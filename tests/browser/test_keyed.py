"""Every disclosure and dialog of the live pages is about something: it stays as it is while that stays, with what is
drawn in it; about another topic, question or stage it is another one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from app.retros.rules.questions import ROTI, SAFETY
from app.retros.service import questions, timebox
from app.topics.service import choosing, discussing, grouping
from tests import builders
from tests.browser.acting import Desk, Phone, heading, is_live
from tests.browser.conftest import Windows
from tests.builders import Room
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SEATS = {"Editorial": 3, "Production": 3}
Opened = Callable[..., tuple[Room, Desk]]


@pytest.fixture
def desk_at(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> Opened:
    def opened(stage: Stage, **more: object) -> tuple[Room, Desk]:
        room = builders.a_retro(database, cast, clock, stage, seats=SEATS, k=3, entries=3)
        desk = Desk(open_window("laptop", person=cast.frieda, **more)).open(room.id)  # type: ignore[arg-type]
        is_live(desk.page)
        return room, desk

    return opened


def phone_in(open_window: Windows, room: Room, *expected: str) -> Phone:
    """A phone on the first seat of Editorial."""
    phone = Phone(open_window("phone", expected=expected))
    phone.come_back(room.code, room.secret())
    is_live(phone.page)
    return phone


def light(database: Database, cast: Cast, clock: SetClock, room: Room, topic: UUID | None) -> None:
    """Another device of who runs it moves the spotlight."""
    with database.transaction() as db:
        timebox.spotlight(db, cast.frieda.visitor, room.id, topic, clock.now(), 5)


def lit(page: Page, topic: UUID) -> None:
    expect(page.locator(f"#lit-{topic}")).to_be_visible()
    expect(page.locator(f"#lit-tools[data-about='{topic}']")).to_be_visible()


def opens(box: Locator) -> None:
    box.locator("summary").first.click()
    expect(box).to_have_attribute("open", "")


def test_what_is_typed_for_one_topic_is_never_shown_or_sent_for_another(
    desk_at: Opened, database: Database, cast: Cast, clock: SetClock
) -> None:
    room, desk = desk_at(Stage.DISCUSS)
    page = desk.page
    one, two = builders.topics_of(database, room)[:2]
    for topic in (one, two):
        with database.transaction() as db:
            discussing.about(db, cast.frieda.visitor, room.id, topic, cast.departments["Production"])
    light(database, cast, clock, room, one)
    lit(page, one)
    opens(page.locator("#reply-box"))
    page.get_by_label("Production replies").fill("We only heard of the new date on the day itself.")
    page.locator("#why-text").fill("Nobody owns the hand-over")
    page.locator("#notes-text").fill("The hand-over has no date of its own.")
    page.locator("#about-department").select_option("Editorial")
    light(database, cast, clock, room, two)
    lit(page, two)
    expect(page.locator("#reply-box")).not_to_have_attribute("open", "")
    for form in page.locator("#lit-tools form[action*='/topics/']").all():
        assert str(two) in (form.get_attribute("action") or ""), "a form is still that of the topic before"
        assert form.get_attribute("action") == form.get_attribute("hx-post")
    for field in ("#why-text", "#notes-text"):
        expect(page.locator(field)).to_have_value("")
    expect(page.locator("#about-department")).to_have_value(str(cast.departments["Production"]))
    opens(page.locator("#reply-box"))
    reply = page.get_by_label("Production replies")
    expect(reply).to_have_value("")
    reply.fill("The paper was late for us, too.")
    page.get_by_role("button", name="Save the reply").click()
    expect(page.locator("#spotlight .quote")).to_contain_text("The paper was late for us, too.")
    light(database, cast, clock, room, one)
    lit(page, one)
    expect(page.locator("#spotlight .quote")).to_have_count(0)
    # What was typed and not sent waits for its own topic.
    expect(page.locator("#why-text")).to_have_value("Nobody owns the hand-over")
    opens(page.locator("#reply-box"))
    expect(page.get_by_label("Production replies")).to_have_value("We only heard of the new date on the day itself.")


def test_the_right_of_reply_appears_as_soon_as_it_is_said_whom_the_topic_is_about(
    desk_at: Opened, database: Database, cast: Cast, clock: SetClock
) -> None:
    room, desk = desk_at(Stage.DISCUSS)
    page, topic = desk.page, builders.topics_of(database, room)[0]
    light(database, cast, clock, room, topic)
    lit(page, topic)
    opens(page.locator("#reply-box"))
    for department in ("Production", "Editorial"):
        page.get_by_label("This topic is about").select_option(department)
        page.get_by_role("button", name="Set", exact=True).click()
        expect(page.locator("#reply-box summary")).to_contain_text(department)
        reply = page.get_by_label(f"{department} replies")
        expect(reply).to_be_visible()
        expect(reply).to_have_value("")
        reply.fill(f"{department} says what it has to say.")
    page.get_by_role("button", name="Save the reply").click()
    expect(page.locator("#spotlight .quote")).to_contain_text("Editorial says what it has to say.")
    expect(page.locator("#spotlight .quote")).to_have_count(1)


def test_notes_that_somebody_else_saved_meanwhile_are_not_overwritten_unasked(
    desk_at: Opened, database: Database, cast: Cast, clock: SetClock
) -> None:
    room, desk = desk_at(Stage.DISCUSS, expected=("status of 412",))
    page, topic = desk.page, builders.topics_of(database, room)[0]
    light(database, cast, clock, room, topic)
    lit(page, topic)
    page.locator("#notes-text").fill("What I heard of it")
    with database.transaction() as db:
        discussing.write_notes(db, cast.carla.visitor, room.id, topic, "What Carla heard of it", 1)
    expect(page.locator("#spotlight")).to_contain_text("What Carla heard of it")
    page.locator("#why-text").fill("Nobody owns the hand-over")
    page.locator("#why-form").get_by_role("button", name="Add").click()
    expect(page.locator("#spotlight .whys")).to_contain_text("Nobody owns the hand-over")
    expect(page.locator("#notes-text")).to_have_value("What I heard of it")
    page.get_by_role("button", name="Save the notes").click()
    expect(page.locator("#toasts")).to_contain_text("What Carla heard of it")
    expect(page.locator("#spotlight")).to_contain_text("What Carla heard of it")


def test_the_ballot_of_another_vote_shows_the_entries_of_its_own_topics(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    """A phone that sleeps through "back to grouping": the next ballot comes upon the one before."""
    room = builders.a_retro(database, cast, clock, Stage.VOTE, seats=SEATS, k=3, entries=3)
    phone = phone_in(open_window, room)
    page = phone.page
    lines = page.locator(".ballot-line")
    first = lines.first.locator("details")
    opens(first)
    about = first.get_attribute("data-about")
    expect(first.locator(".entry").first).to_be_visible()
    page.route("**/mine", lambda route: route.abort() if room.view().stage is Stage.GROUP else route.continue_())
    builders.move(database, cast.frieda, room, Stage.GROUP, clock)
    chosen = [topic for topic in builders.topics_of(database, room) if str(topic) != about][:2]
    with database.transaction() as db:
        choosing.choose_for_vote(db, cast.frieda.visitor, room.id, chosen)
    builders.move(database, cast.frieda, room, Stage.VOTE, clock)
    expect(lines).to_have_count(2)
    for line in lines.all():
        expect(line.locator("details")).not_to_have_attribute("open", "")
        opens(line.locator("details"))
        topic = line.locator("details").get_attribute("data-about")
        there = page.locator(f"#topic-{topic} .entry-text").all_inner_texts()
        assert line.locator("details .entry-text").all_inner_texts() == there
    page.unroute_all(behavior="ignoreErrors")


def test_a_disclosure_stays_open_while_what_is_in_it_is_drawn_anew(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    """The phones of check-in and writing: open, drawn anew, still open; about something else, it is another one."""
    room = builders.a_retro(database, cast, clock, Stage.CHECK_IN, seats=SEATS, k=3)
    page = phone_in(open_window, room).page
    opens(page.locator("#fewer"))
    opens(page.locator("#move-seat"))
    page.locator("#safety-form .tap").filter(has_text="4").first.click()
    expect(page.locator("#safety-form")).to_contain_text("Saved")
    for box in ("#fewer", "#move-seat"):
        expect(page.locator(box)).to_have_attribute("open", "")
    page.get_by_role("button", name="Show us together with others").click()
    expect(page.locator("#fewer-said")).to_contain_text("You said that")
    expect(page.locator("#move-seat")).to_have_attribute("open", "")
    builders.move(database, cast.frieda, room, Stage.WRITE, clock)
    expect(page.locator("#pulse")).not_to_have_attribute("open", "")
    opens(page.locator("#pulse"))
    page.locator(".pulse-line").first.get_by_role("button", name="4").click()
    page.get_by_role("button", name="I am done writing").click()
    page.get_by_role("button", name="Undo this").click()
    expect(page.locator("#fewer")).to_be_visible()
    expect(page.locator("#pulse")).to_have_attribute("open", "")
    expect(page.locator(".pulse-line").first.get_by_role("button", name="4")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_no_entry_is_signed_in_the_box_that_was_opened_for_another(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    seats = {"Editorial": 2, "Production": 3, "Marketing": 3}
    expected = {cast.departments[name]: number for name, number in seats.items()}
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats=seats, k=3, expected=expected)
    phone = phone_in(open_window, room)
    phone.write("Went wrong", "The files came late")
    opens(phone.draft("The files came late").locator("details"))
    phone.draft("The files came late").get_by_role("button", name="Delete").click()
    expect(phone.draft("The files came late")).to_have_count(0)
    phone.write("Idea", "One calendar for both")
    expect(phone.draft("One calendar for both").locator("details")).not_to_have_attribute("open", "")


@pytest.mark.parametrize("question", [SAFETY, ROTI])
def test_after_the_end_of_a_question_no_phone_offers_it(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock, question: str
) -> None:
    stage = Stage.CHECK_IN if question == SAFETY else Stage.WRAP_UP
    room = builders.a_retro(database, cast, clock, stage, seats=SEATS, k=3)
    page = phone_in(open_window, room, "status of 409").page
    form = page.locator(f"#{question}-form")
    held: list[Route] = []
    page.route("**/answers", lambda route: held.append(route))
    form.locator(".tap").filter(has_text="3").first.click()
    page.wait_for_timeout(200)
    with database.transaction() as db:
        questions.end_question(db, cast.frieda.visitor, room.id, question)
    for route in held:
        route.continue_()
    expect(page.locator("#toasts [role=alert]")).to_be_visible()
    expect(form).to_have_count(0)
    page.reload()
    expect(form).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")


def test_the_question_for_more_time_goes_when_it_ends_and_comes_back_unanswered(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.DISCUSS, seats=SEATS, k=3)
    light(database, cast, clock, room, builders.topics_of(database, room)[0])
    page = phone_in(open_window, room).page
    for _ in range(2):
        with database.transaction() as db:
            questions.ask_more_time(db, cast.frieda.visitor, room.id)
        yes = page.get_by_role("button", name="Yes, more")
        expect(yes).not_to_have_attribute("aria-pressed", "true")
        yes.click()
        expect(page.locator("#more-form")).to_contain_text("You said yes")
        with database.transaction() as db:
            questions.end_more_time_now(db, cast.frieda.visitor, room.id)
        expect(page.locator("#more-form")).to_have_count(0)


REFUSED = '<div class="toast toast-error" role="alert" data-toast><p>This is not open just now.</p></div>'


def refuse(page: Page, address: str) -> None:
    headers = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend", "Content-Type": "text/html"}
    page.route(address, lambda route: route.fulfill(status=409, headers=headers, body=REFUSED))


def test_a_refused_answer_is_not_left_standing_as_if_it_were_given(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.CHECK_IN, seats=SEATS, k=3)
    page = phone_in(open_window, room, "status of 409").page
    scale = page.locator("#safety-form")
    scale.locator(".tap").filter(has_text="2").first.click()
    expect(scale).to_contain_text("Saved")
    refuse(page, "**/answers")
    scale.locator(".tap").filter(has_text="4").first.click()
    expect(page.locator("#toasts [role=alert]")).to_be_visible()
    expect(scale.locator("input:checked")).to_have_value("2")
    builders.move(database, cast.frieda, room, Stage.WRITE, clock)
    opens(page.locator("#pulse"))
    refuse(page, "**/ratings")
    four = page.locator(".pulse-line").first.get_by_role("button", name="4")
    four.click()
    expect(four).to_have_attribute("aria-pressed", "false")


def test_a_refused_vote_is_not_left_green(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.VOTE, seats=SEATS, k=3)
    page = phone_in(open_window, room, "status of 409").page
    line = page.locator(".vote").first
    agree, disagree = (line.get_by_role("button", name=words, exact=True) for words in ("Agree", "Disagree"))
    agree.click()
    expect(agree).to_have_attribute("aria-pressed", "true")
    refuse(page, "**/stances")
    disagree.click()
    expect(page.locator("#toasts [role=alert]").first).to_be_visible()
    expect(disagree).to_have_attribute("aria-pressed", "false")
    expect(agree).to_have_attribute("aria-pressed", "true")


# dialogs of the desk


def merge_away(database: Database, cast: Cast, room: Room, topic: UUID) -> None:
    into = next(one for one in builders.topics_of(database, room) if one != topic)
    with database.transaction() as db:
        grouping.merge(db, cast.carla.visitor, room.id, [topic], into)


def editing(desk: Desk) -> tuple[Locator, UUID]:
    card = desk.page.locator("[data-topic]").last
    about = UUID(card.get_attribute("data-topic"))
    card.get_by_role("link", name="Name, merge, split").click()
    dialog = desk.page.get_by_role("dialog", name="Topic", exact=True)
    expect(dialog.get_by_label("Name of the topic")).to_be_visible()
    return dialog, about


def test_the_dialog_of_a_topic_that_goes_goes_with_it_and_says_so(
    desk_at: Opened, database: Database, cast: Cast
) -> None:
    room, desk = desk_at(Stage.GROUP)
    dialog, about = editing(desk)
    merge_away(database, cast, room, about)
    expect(dialog).to_be_hidden()
    expect(desk.page.locator("#toasts")).to_contain_text("This topic is not there any more")


def test_what_was_typed_in_the_dialog_of_a_topic_that_goes_stays_to_copy(
    desk_at: Opened, database: Database, cast: Cast
) -> None:
    room, desk = desk_at(Stage.GROUP)
    dialog, about = editing(desk)
    dialog.get_by_label("Name of the topic").fill("Late files")
    merge_away(database, cast, room, about)
    expect(dialog).to_contain_text("What you typed is still here.")
    expect(dialog.get_by_label("Name of the topic")).to_have_value("Late files")


def test_a_dialog_that_asks_for_a_topic_that_is_gone_says_so_and_is_not_left_empty(
    desk_at: Opened, database: Database, cast: Cast
) -> None:
    """Pressed in the moment in which somebody else merges it: the board of this page is a moment old."""
    room, desk = desk_at(Stage.GROUP, expected=("status of 404",))
    page = desk.page
    card = page.locator("[data-topic]").last
    about = UUID(card.get_attribute("data-topic"))

    def gone_by_now(route: Route) -> None:
        merge_away(database, cast, room, about)
        route.continue_()

    page.route("**/edit", gone_by_now, times=1)
    card.get_by_role("link", name="Name, merge, split").click()
    expect(page.locator("#toasts")).to_contain_text("This topic is not there any more")
    expect(page.get_by_role("dialog", name="Topic", exact=True)).to_be_hidden()
    expect(page.locator(f"[data-topic='{about}']")).to_have_count(0)
    editing(desk)


def test_the_list_of_topics_to_move_to_is_that_of_the_board(desk_at: Opened, database: Database, cast: Cast) -> None:
    room, desk = desk_at(Stage.GROUP)
    page = desk.page
    page.locator("[data-entry]").first.get_by_role("button", name="Move to…").click()
    dialog = page.get_by_role("dialog", name="Move to…")
    gone = builders.topics_of(database, room)[-1]
    title = page.locator(f"[data-topic='{gone}']").get_attribute("data-title") or ""
    before = dialog.get_by_role("button", name=title, exact=True).count()
    merge_away(database, cast, room, gone)
    expect(dialog.get_by_role("button", name=title, exact=True)).to_have_count(before - 1)


@pytest.mark.parametrize(("stage", "to"), [(Stage.CHECK_IN, Stage.WRITE), (Stage.WRITE, Stage.GROUP)])
def test_a_confirmation_goes_when_the_step_was_taken_elsewhere(
    desk_at: Opened, database: Database, cast: Cast, clock: SetClock, stage: Stage, to: Stage
) -> None:
    room, desk = desk_at(stage)
    desk.page.locator("#next-button").click()
    expect(desk.page.locator("#confirm-button")).to_be_visible()
    builders.move(database, cast.frieda, room, to, clock)
    expect(desk.page.locator("#next-step")).to_be_hidden()
    expect(desk.page.locator("#toasts")).to_contain_text("The retro has moved on meanwhile.")


def test_every_dialog_of_grouping_goes_with_the_stage(
    desk_at: Opened, database: Database, cast: Cast, clock: SetClock
) -> None:
    openers = {
        "#edit-topic": lambda page: (
            page.locator("[data-topic]").first.get_by_role("link", name="Name, merge").click()
        ),
        "#move-entry": lambda page: page.locator("[data-moves]").first.click(),
        "#hide-entry": lambda page: page.get_by_role("button", name="Hide…").first.click(),
        "#ask-late-round": lambda page: page.locator("#late-round-button").click(),
    }
    for dialog, opener in openers.items():
        room, desk = desk_at(Stage.GROUP)
        opener(desk.page)
        expect(desk.page.locator(f"{dialog} :is(button, input):not([data-closes])").first).to_be_attached()
        desk.page.wait_for_timeout(300)
        expect(desk.page.locator(dialog)).to_be_visible()
        builders.move(database, cast.frieda, room, Stage.VOTE, clock)
        expect(heading(desk.page)).to_have_text("Vote in secret")
        expect(desk.page.locator(dialog)).to_be_hidden()


def test_a_dialog_whose_button_is_gone_leaves_the_focus_on_what_happens_now(desk_at: Opened) -> None:
    _, desk = desk_at(Stage.WRITE)
    page = desk.page
    page.locator("#next-button").click()
    expect(page.locator("#confirm-button")).to_be_visible()
    page.evaluate("document.getElementById('next-button').remove()")
    page.keyboard.press("Escape")
    expect(page.locator("#next-step")).to_be_hidden()
    expect(page.locator("#stage-heading")).to_be_focused()
