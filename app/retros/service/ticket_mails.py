"""Mails tickets at once: an address and a code meet in this process's memory, for as long as the mail takes.

Never the outbox, no table, no log, no order: which code went to whom nobody knows afterwards but the mail system.
"""

import smtplib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from email.message import EmailMessage
from random import Random
from uuid import UUID

from app.core.config import Settings
from app.core.db import Database
from app.core.mail_messages import new_message
from app.core.smtp import connected
from app.people.rules import Visitor
from app.retros.queries.retros import get
from app.retros.rules.invitations import InvitationText
from app.retros.service.tickets import IssuedTicket, issue_tickets, void_tickets

SUBJECT = "Your ticket: {title}"
TEXT = """\
You are invited to look back at “{title}” together with {departments}.

Take your seat here:
{link}

Or open {room} and type this ticket: {code}

It works once and gives a seat of {department}. Fencepost drew it from a shuffled deck and has kept neither your
address nor which ticket you got; your mail system keeps this mail. Nobody can see who wrote what.
"""


Pair = tuple[InvitationText, IssuedTicket]


def mail_tickets(
    database: Database,
    settings: Settings,
    base: str,
    visitor: Visitor,
    retro_id: UUID,
    invitations: Sequence[InvitationText],
    random: Random,
) -> list[InvitationText]:
    """Send each a ticket; returns those whom no mail reached, whose tickets are void.

    A failure is voided and tried once more with a fresh ticket. No transaction is open while mails are sent.
    Raises what `issue_tickets` raises. `base`: the public address of this installation.
    """
    waiting = list(invitations)
    for _ in range(2):
        pairs = _drawn(database, visitor, retro_id, waiting, random)
        failed = _send_all(database, settings, base, visitor, retro_id, pairs)
        if not failed:
            return []
        with database.transaction() as db:
            void_tickets(db, visitor, retro_id, [ticket for _, ticket in failed])
        waiting = [invitation for invitation, _ in failed]
    return sorted(waiting, key=lambda invitation: invitation.address)


def _drawn(
    database: Database, visitor: Visitor, retro_id: UUID, invitations: Iterable[InvitationText], random: Random
) -> list[Pair]:
    """Each invitation with a ticket of its department, in an order that tells nothing of the list's."""
    shuffled = list(invitations)
    random.shuffle(shuffled)
    wanted = Counter(invitation.department_id for invitation in shuffled)
    with database.transaction() as db:
        deck = issue_tickets(db, visitor, retro_id, wanted, random)
    by_department: dict[UUID, list[IssuedTicket]] = defaultdict(list)
    for ticket in deck:
        by_department[ticket.department_id].append(ticket)
    return [(invitation, by_department[invitation.department_id].pop()) for invitation in shuffled]


def _send_all(
    database: Database, settings: Settings, base: str, visitor: Visitor, retro_id: UUID, pairs: Sequence[Pair]
) -> list[Pair]:
    with database.reading() as db:
        retro = get(db, retro_id, for_=visitor)
    names = {department.id: department.name for department in retro.departments}
    room = f"{base}/r/{retro.code}"
    left = list(pairs)
    # Nothing that goes wrong here is logged: what a mail server says names the address.
    with suppress(OSError, smtplib.SMTPException), connected(settings) as server:
        for invitation, ticket in pairs:
            message = _message(settings.mail_from, invitation.address, retro.title)
            words = {"title": retro.title, "departments": " and ".join(sorted(names.values())), "room": room}
            link, department = f"{room}#{ticket.code}", names[ticket.department_id]
            message.set_content(TEXT.format(link=link, code=ticket.shown_code, department=department, **words))
            with suppress(smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ValueError):
                server.send_message(message)
                left.remove((invitation, ticket))
    return left


def _message(sender: str, recipient: str, title: str) -> EmailMessage:
    # No Date and no Message-ID of ours: the mail server adds its own.
    return new_message(sender, recipient, SUBJECT.format(title=title))
