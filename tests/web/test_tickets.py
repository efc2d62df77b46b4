"""Tickets over HTTP: a deck shown once, mails sent at once, a seat taken by post alone; and a seat that moves."""

import re
import socket
from collections import Counter
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from app.retros.rules.names import Stage, WayIn
from app.web.limits import Limits
from tests import builders
from tests.attack import evidence

# Not inside an identifier: three groups of it may be digits alone.
CODE = re.compile(r"(?<![\w-])[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}(?![\w-])")
SEATLESS = {"seats": {}, "way_in": WayIn.TICKET, "k": 3}


class Postman:
    """A real mail server; refuses some recipients, or everything for some attempts."""

    def __init__(self, port):
        self.port, self.taken, self.refused, self.busy = port, [], set(), 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refused:
            return "550 Nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.busy:
            self.busy -= 1
            return "451 The post office is closed"
        self.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=default)))
        return "250 Taken"


@pytest.fixture
def postman(settings, database):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    handler = Postman(port)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.smtp_host, settings.smtp_port = "127.0.0.1", port
    database.info["settings"] = settings
    yield handler
    controller.stop()


@pytest.fixture
def room(app, settings, database, cast, clock):
    settings.public_url = "http://posts.lantern.example"
    return builders.a_retro(database, cast, clock, stage=Stage.CHECK_IN, **SEATLESS)


@pytest.fixture
def desk(at_desk, cast):
    return at_desk(cast.frieda)


def tickets_page(room):
    return f"/desk/retros/{room.id}/tickets"


def issue(desk, room, cast, editorial=2, production=1, **more):
    fields = {
        "department": [str(cast.editorial), str(cast.production)],
        "people": [str(editorial), str(production)],
        **more,
    }
    return desk.post(tickets_page(room), data=fields)


def codes(answer):
    return CODE.findall(re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.DOTALL))


def redeem(browser, room, ticket):
    return browser.post(f"/r/{room.code}/ticket", data={"ticket": ticket})


def seat_of(answer):
    return re.search(r"seat=([\w-]{43});", answer.headers["set-cookie"])[1]


def enter(new_browser, room, ticket):
    browser = new_browser()
    answer = redeem(browser, room, ticket)
    assert answer.status_code == 303
    browser.cookies.set("seat", seat_of(answer), path=f"/r/{room.code}")
    return browser


class TestTheDeck:
    def test_is_the_answer_itself_with_a_qr_and_a_code_each(self, desk, room, cast):
        answer = issue(desk, room, cast)
        assert answer.status_code == 200
        assert len(set(codes(answer))) == 3
        assert answer.text.count("<svg") >= 3
        assert answer.text.count("ticket-qr") == 3
        assert answer.headers["cache-control"] == "no-store"
        assert "posts.lantern.example/r/" in answer.text

    def test_is_nowhere_in_the_database_nor_on_another_page(self, desk, room, cast, database):
        deck = codes(issue(desk, room, cast))
        kept = evidence.take(database, "check_in").everything
        retro = f"/desk/retros/{room.id}"
        pages = "".join(desk.get(path).text for path in (tickets_page(room), retro, f"{retro}/settings"))
        for code in deck:
            assert code not in pages
            assert code.replace("-", "").encode() not in kept

    def test_its_page_says_how_many_were_issued(self, desk, room, cast):
        assert "None issued so far" in desk.get(tickets_page(room)).text
        issue(desk, room, cast)
        assert re.search(r"3</strong>\s+tickets for <span[^>]*>3</span> invited", desk.get(tickets_page(room)).text)

    def test_extra_ones_are_counted_in_public(self, desk, room, cast, new_browser):
        deck = codes(issue(desk, room, cast, editorial=12, production=0))
        issue(desk, room, cast, editorial=1, production=0, replacing="on")
        inside = enter(new_browser, room, deck[0]).get(f"/r/{room.code}").text
        assert "13 tickets have been issued for 12 invited." in inside
        assert "13 tickets were issued for 12 invited." in new_browser().get(f"/r/{room.code}").text

    @pytest.mark.parametrize("people", ["", "0", "501", "-1", "many"])
    def test_nonsense_is_said_on_the_form(self, desk, room, cast, people):
        answer = issue(desk, room, cast, editorial=people, production="")
        assert answer.status_code == 422
        assert "Please" in answer.text
        assert codes(answer) == []

    def test_is_for_who_runs_it_alone(self, at_desk, room, cast):
        assert at_desk(cast.carla).get(tickets_page(room)).status_code == 200
        for person in (cast.ada, cast.edda, cast.stefan):
            assert at_desk(person).get(tickets_page(room)).status_code == 403
            assert issue(at_desk(person), room, cast).status_code == 403
        assert at_desk(cast.sven).get(tickets_page(room)).status_code == 404

    def test_a_retro_by_code_has_none(self, app, database, cast, clock, desk):
        by_code = builders.a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats={})
        assert desk.get(tickets_page(by_code)).status_code == 409
        assert "tickets" not in desk.get(f"/desk/retros/{by_code.id}/settings").text.lower()

    def test_its_address_is_on_the_settings(self, desk, room):
        assert tickets_page(room) in desk.get(f"/desk/retros/{room.id}/settings").text

    def test_without_an_address_for_phones_it_has_codes_and_says_why_no_picture(self, desk, room, cast, settings):
        settings.public_url = None
        answer = issue(desk, room, cast)
        assert len(codes(answer)) == 3
        assert "ticket-qr" not in answer.text
        assert "Phones cannot reach this machine" in answer.text


class TestTheDoor:
    def test_takes_a_typed_ticket_once(self, desk, room, cast, new_browser):
        ticket = codes(issue(desk, room, cast))[0]
        inside = enter(new_browser, room, ticket.lower().replace("-", " "))
        assert "Your seat" in inside.get(f"/r/{room.code}").text
        again = redeem(new_browser(), room, ticket)
        assert again.status_code == 403
        assert "used already" in again.text
        assert ticket in again.text, "what was typed is kept"

    def test_opening_the_link_spends_nothing(self, desk, room, cast, new_browser):
        """A mail scanner opens links and follows them; the code stands in the fragment, which it does not send."""
        ticket = codes(issue(desk, room, cast))[0]
        scanner = new_browser()
        for path in (f"/r/{room.code}", f"/r/{room.code}#{ticket}", f"/r/{room.code}?ticket={ticket}"):
            assert scanner.get(path).status_code == 200
        assert scanner.get(f"/r/{room.code}/ticket?ticket={ticket}").status_code == 405
        assert enter(new_browser, room, ticket)

    def test_shows_the_field_its_script_and_the_promise(self, room, new_browser):
        page = new_browser().get(f"/r/{room.code}").text
        assert "Take my seat" in page
        assert "js/ticket.js" in page
        assert "data-takes-ticket" in page
        assert "What anonymous means here" in page
        assert "/seat" not in page

    def test_who_sits_keeps_the_seat_and_the_ticket(self, desk, room, cast, new_browser):
        first, second, _ = codes(issue(desk, room, cast))
        inside = enter(new_browser, room, first)
        assert redeem(inside, room, second).status_code == 303
        assert enter(new_browser, room, second)

    def test_guessing_is_slowed_down(self, desk, room, cast, new_browser, app):
        ticket = codes(issue(desk, room, cast))[0]
        app.state.limits = Limits()
        guesser = new_browser()
        answers = [redeem(guesser, room, "0000-0000-0000").status_code for _ in range(65)]
        assert Counter(answers) == {403: 60, 429: 5}
        assert redeem(new_browser(), room, ticket).status_code == 429, "a right guess after them is refused like them"
        app.state.limits = Limits()
        assert redeem(new_browser(), room, ticket).status_code == 303, (
            "and nothing was spent: a minute later it works"
        )

    def test_wrong_ones_from_many_addresses_keep_no_right_one_out(self, app, desk, room, cast, new_browser):
        """The room's limit counts wrong tickets alone: only an address is shut out by what came from it."""
        ticket = codes(issue(desk, room, cast))[0]
        answers: Counter[int] = Counter()
        for last in range(1, 5):
            guesser = TestClient(app, follow_redirects=False, client=(f"203.0.113.{last}", 50000))
            answers.update(redeem(guesser, room, "0000-0000-0000").status_code for _ in range(59))
        assert answers[403] >= 200
        assert answers[429], "wrong ones are slowed down by room, too"
        assert redeem(new_browser(), room, ticket).status_code == 303

    def test_an_unknown_room_is_not_found(self, client):
        assert client.post("/r/00000000/ticket", data={"ticket": "0000-0000-0000"}).status_code == 404


class TestMails:
    LIST = "Edda@lantern.example, Editorial\n\nmia@lantern.example , editorial\npaul@lantern.example, PRODUCTION\n"

    def send(self, desk, room, addresses=LIST):
        return desk.post(f"{tickets_page(room)}/mails", data={"addresses": addresses})

    def test_each_gets_one_that_opens_a_seat_of_the_department(self, desk, room, cast, postman, new_browser):
        answer = self.send(desk, room)
        assert "3 tickets were handed to the mail server" in answer.text
        assert {address for address, _ in postman.taken} == {
            "edda@lantern.example", "mia@lantern.example", "paul@lantern.example",
        }  # fmt: skip
        for address, mail in postman.taken:
            words = mail.get_content()
            link = re.search(r"http://posts\.lantern\.example/r/(\w{8})#(\w{12})\s", words)
            assert link[1] == room.code
            inside = enter(new_browser, room, link[2]).get(f"/r/{room.code}").text
            seat = re.search(r'class="room-seat">.*?</p>', inside, re.DOTALL)[0]
            assert ("Production" if "paul" in address else "Editorial") in seat

    def test_nothing_of_them_is_kept(self, desk, room, postman, database, capfd):
        self.send(desk, room)
        with database.engine.connect() as connection:
            names = [name for name in inspect(connection).get_table_names() if name != "account"]
            dump = "".join(str(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names)
            outbox = connection.execute(text("SELECT count(*) FROM mail")).scalar_one()
        assert outbox == 0
        tickets = [re.search(r"#(\w{12})", mail.get_content())[1] for _, mail in postman.taken]
        said = "".join(capfd.readouterr())
        for hidden in ("mia@lantern.example", "edda@lantern.example", *tickets):
            assert hidden not in dump
            assert hidden not in said

    def test_the_order_of_sending_is_not_the_order_of_the_list(self, desk, room, postman):
        listed = [f"person{number:02}@lantern.example" for number in range(40)]
        self.send(desk, room, "\n".join(f"{address}, Editorial" for address in listed))
        sent = [address for address, _ in postman.taken]
        assert sorted(sent) == listed
        assert sent != listed

    def test_a_failure_is_voided_and_tried_once_more(self, desk, room, postman, new_browser):
        postman.busy = 1
        answer = self.send(desk, room, "mia@lantern.example, Editorial")
        assert "1 ticket was handed" in answer.text
        assert len(postman.taken) == 1
        assert re.search(r"1</strong>\s+ticket for <span[^>]*>1</span> invited", desk.get(tickets_page(room)).text)

    def test_who_cannot_be_reached_is_listed_and_the_ticket_is_void(self, desk, room, postman, database):
        postman.refused = {"paul@lantern.example"}
        answer = self.send(desk, room)
        assert "paul@lantern.example" in answer.text
        assert "mia@lantern.example" not in answer.text
        with database.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM ticket")).scalar_one() == 2
        assert re.search(r"2</strong>\s+tickets for <span[^>]*>2</span> invited", desk.get(tickets_page(room)).text)

    def test_a_mail_server_that_is_away_voids_all(self, desk, room, settings, database):
        with socket.create_server(("127.0.0.1", 0)) as free:
            settings.smtp_host, settings.smtp_port = "127.0.0.1", free.getsockname()[1]
            database.info["settings"] = settings
        answer = self.send(desk, room)
        assert answer.status_code == 200
        assert answer.text.count("@lantern.example") == 3
        with database.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM ticket")).scalar_one() == 0

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "one line for each person"),
            ("mia, Editorial", "Line 1: this is no mail address"),
            ("mia@lantern.example, Kitchen", "Line 1: this department does not take part"),
            ("mia@lantern.example", "Line 1: this department does not take part"),
            ("mia@a.example, Editorial\nMIA@a.example, Editorial", "Line 2: this address stands here twice"),
        ],
    )
    def test_a_list_that_cannot_be_read_sends_nothing(self, desk, room, postman, typed, said):
        answer = self.send(desk, room, typed)
        assert answer.status_code == 422
        assert said in answer.text
        assert typed.split("\n")[0] in answer.text
        assert postman.taken == []

    def test_without_a_mail_server_there_is_only_paper_and_the_page_says_so(self, desk, room):
        page = desk.get(tickets_page(room)).text
        assert "tickets can only be printed" in page
        assert 'name="addresses"' not in page
        assert self.send(desk, room).status_code == 422


class TestMovingASeat:
    @pytest.fixture
    def seated(self, app, settings, database, cast, clock, new_browser):
        settings.public_url = "http://posts.lantern.example"
        opened = builders.a_retro(database, cast, clock, stage=Stage.WRITE)
        browser = new_browser()
        browser.cookies.set("seat", opened.secret(), path=f"/r/{opened.code}")
        builders.write(database, opened.seat(), "The files came late again")
        return opened, browser

    def test_the_page_offers_it_quietly_and_answers_with_the_code(self, seated):
        room, phone = seated
        assert "Move to another device" in phone.get(f"/r/{room.code}").text
        answer = phone.post(f"/r/{room.code}/moves")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert len(codes(answer)) == 1
        assert "<svg" in answer.text
        assert room.secret() not in answer.text

    def test_the_other_device_takes_it_over(self, seated, new_browser):
        room, phone = seated
        move = codes(phone.post(f"/r/{room.code}/moves"))[0]
        laptop = new_browser()
        assert "Already joined elsewhere?" in laptop.get(f"/r/{room.code}").text
        answer = laptop.post(f"/r/{room.code}/moves/redemption", data={"move": move})
        assert answer.status_code == 303
        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert all(f"Path=/r/{room.code}" in cookie and "HttpOnly" in cookie for cookie in cookies)
        laptop.cookies.set("seat", re.search(r"seat=([\w-]{43})", cookies[0])[1], path=f"/r/{room.code}")
        assert "The files came late again" in laptop.get(f"/r/{room.code}").text
        assert "Which department are you from?" in phone.get(f"/r/{room.code}").text
        assert phone.post(f"/r/{room.code}/ready").status_code == 403

    def test_a_wrong_code_is_said_beside_its_field(self, seated, new_browser):
        room, _ = seated
        answer = new_browser().post(f"/r/{room.code}/moves/redemption", data={"move": "0000-0000-0000"})
        assert answer.status_code == 403
        assert "its two minutes are over" in answer.text
        assert 'id="field-move-error"' in answer.text

    def test_its_owner_still_withdraws_what_was_revealed_before(self, seated, database, cast, clock, new_browser):
        room, phone = seated
        builders.move(database, cast.frieda, room, Stage.GROUP, clock)
        move = codes(phone.post(f"/r/{room.code}/moves"))[0]
        laptop = new_browser()
        answer = laptop.post(f"/r/{room.code}/moves/redemption", data={"move": move})
        for cookie in answer.headers.get_list("set-cookie"):
            name, value = cookie.split(";")[0].split("=", 1)
            laptop.cookies.set(name, value, path=f"/r/{room.code}")
        page = laptop.get(f"/r/{room.code}").text
        entry = re.search(r'form="withdrawal-form" name="entry" value="([\w-]+)"', page)[1]
        assert laptop.post(f"/r/{room.code}/withdrawals", data={"entry": entry}).status_code == 303

    def test_offering_again_and_again_is_slowed_down(self, seated):
        room, phone = seated
        answers = [phone.post(f"/r/{room.code}/moves").status_code for _ in range(8)]
        assert answers == [200] * 6 + [429] * 2
