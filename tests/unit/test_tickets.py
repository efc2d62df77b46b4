"""Tickets: spent once, holding no person, extra ones counted in public."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from app.anonymity.rules.tags import new_seat_secret
from app.core.errors import Refusal
from app.projects import service as projects
from app.retros.models import Ticket
from app.retros.queries import facilitation, retros, seats
from app.retros.rules.names import Stage, WayIn
from app.retros.rules.preparation import Preparation
from app.retros.service import preparation, room, stage_moves, tickets
from app.retros.service import seats as seats_service
from app.retros.service.tickets import NoTicketsHere, TicketIsUnknown
from tests.cast import settle_in


@pytest.fixture
def cast(database, now):
    return settle_in(database, now)


def a_retro(database, cast, now, way_in=WayIn.TICKET):
    visitor = cast.frieda.visitor
    departments = (cast.editorial, cast.production)
    with database.transaction() as db:
        project = projects.create(db, visitor, "The Lighthouse Atlas", "book", None, None, departments, now)
        asked = Preparation(
            title="The Lighthouse Atlas", department_ids=departments, way_in=way_in, override_warnings=True
        )
        retro = preparation.prepare(db, visitor, project, asked, now)
        stage_moves.move_to(db, visitor, retro, Stage.CHECK_IN, now, random.Random(1))
        return retro, retros.get(db, retro, visitor).code


def issue(database, cast, retro, count=2, **options):
    with database.transaction() as db:
        return tickets.issue_tickets(
            db, cast.frieda.visitor, retro, {cast.editorial: count, cast.production: 1}, random.Random(3), **options
        )


def come_in(database, code, ticket, now, secret=None):
    secret = secret or new_seat_secret()
    with database.transaction() as db:
        department = tickets.spend_ticket(db, code, secret, ticket)
    if department is None:
        return None
    with database.transaction() as db:
        return tickets.join_with_ticket(db, code, secret, department, now)


def test_a_ticket_gives_the_seat_of_its_department_once(database, cast, now):
    retro, code = a_retro(database, cast, now)
    ticket = issue(database, cast, retro)[0]
    seat = come_in(database, code, ticket.shown_code.lower(), now)
    assert seat.department_id == ticket.department_id
    with pytest.raises(TicketIsUnknown):
        come_in(database, code, ticket.code, now)


def test_who_has_a_seat_spends_nothing(database, cast, now):
    retro, code = a_retro(database, cast, now)
    first, second, _ = issue(database, cast, retro)
    secret = new_seat_secret()
    come_in(database, code, first.code, now, secret)
    assert come_in(database, code, second.code, now, secret) is None
    assert come_in(database, code, second.code, now) is not None


def test_racing_for_one_ticket_gives_one_seat(database, cast, now):
    retro, code = a_retro(database, cast, now)
    ticket = issue(database, cast, retro)[0]

    def attempt(_):
        try:
            return come_in(database, code, ticket.code, now) is not None
        except TicketIsUnknown:
            return False

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(32))) == 1
    with database.reading() as db:
        assert seats.counts(db, retro).seated == 1


def test_the_database_holds_no_code_and_no_person(database, cast, now):
    retro, _ = a_retro(database, cast, now)
    deck = issue(database, cast, retro)
    with database.reading() as db:
        hashes = [row.code_hash for row in db.exec(select(Ticket))]
    assert len(hashes) == 3
    assert set(Ticket.model_fields) == {"code_hash", "retro_id", "department_id"}
    assert not any(ticket.code in " ".join(hashes) for ticket in deck)


def test_extra_tickets_are_counted_where_everybody_sees_it(database, cast, now):
    retro, _ = a_retro(database, cast, now)
    issue(database, cast, retro)
    with database.reading() as db:
        assert facilitation.notices(db, retro) == []
    issue(database, cast, retro, replacing=True, count=0)
    with database.reading() as db:
        assert facilitation.notices(db, retro)[0] == "4 tickets have been issued for 3 invited."


def test_a_voided_ticket_opens_nothing_and_is_not_counted(database, cast, now):
    retro, code = a_retro(database, cast, now)
    ticket = issue(database, cast, retro)[0]
    with database.transaction() as db:
        tickets.void_tickets(db, cast.frieda.visitor, retro, [ticket])
    with pytest.raises(TicketIsUnknown):
        come_in(database, code, ticket.code, now)
    with database.reading() as db:
        assert retros.get(db, retro, cast.frieda.visitor).tickets_issued == 2


def test_the_room_code_alone_opens_nothing_where_tickets_are_needed(database, cast, now):
    _, code = a_retro(database, cast, now)
    with pytest.raises(Refusal, match="ticket"), database.transaction() as db:
        seats_service.join(db, code, new_seat_secret(), cast.editorial, now)


def test_a_locked_room_spends_no_ticket(database, cast, now):
    retro, code = a_retro(database, cast, now)
    ticket = issue(database, cast, retro)[0]
    with database.transaction() as db:
        room.lock(db, cast.frieda.visitor, retro)
    with pytest.raises(Refusal, match="locked"):
        come_in(database, code, ticket.code, now)
    with database.transaction() as db:
        room.unlock(db, cast.frieda.visitor, retro)
    assert come_in(database, code, ticket.code, now) is not None


def test_a_retro_by_code_has_no_tickets(database, cast, now):
    retro, _ = a_retro(database, cast, now, way_in=WayIn.CODE)
    with pytest.raises(NoTicketsHere):
        issue(database, cast, retro)


def test_a_ticket_of_another_retro_opens_nothing(database, cast, now):
    _, code = a_retro(database, cast, now)
    other, _ = a_retro(database, cast, now)
    ticket = issue(database, cast, other)[0]
    with pytest.raises(TicketIsUnknown):
        come_in(database, code, ticket.code, now)
