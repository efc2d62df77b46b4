"""Decisions about mails: what they say, of which kind they are, when they go out, are tried again and stop; pure."""

from app.notifications.rules.digesting import STILL_WORTH_IT, is_planned, next_digest
from app.notifications.rules.kinds import KIND_HINTS, KIND_WORDS, Kind, kind_of, read_off, write_off
from app.notifications.rules.letters import (
    foot,
    forgotten_password,
    invitation,
    new_password,
    outcome_is_ready,
    password_guessed,
    trial_mail,
)
from app.notifications.rules.letters_brief import kick_off_brief
from app.notifications.rules.letters_digest import Item, Section, digest
from app.notifications.rules.letters_promises import Told, asked_for_action, asked_of_department
from app.notifications.rules.parts import (
    Bullets,
    Button,
    Facts,
    Heading,
    Letter,
    Link,
    Paragraph,
    Part,
    Quote,
    Small,
    dumped,
    letter,
    loaded,
    plain,
    without_personal,
)
from app.notifications.rules.quiet import Quiet
from app.notifications.rules.sending import GIVE_UP_AFTER, KEPT_FOR, LEASE, SENT_FOR, TOLD_AFTER, next_try, still_asks

__all__ = [
    "GIVE_UP_AFTER",
    "KEPT_FOR",
    "KIND_HINTS",
    "KIND_WORDS",
    "LEASE",
    "SENT_FOR",
    "STILL_WORTH_IT",
    "TOLD_AFTER",
    "Bullets",
    "Button",
    "Facts",
    "Heading",
    "Item",
    "Kind",
    "Letter",
    "Link",
    "Paragraph",
    "Part",
    "Quiet",
    "Quote",
    "Section",
    "Small",
    "Told",
    "asked_for_action",
    "asked_of_department",
    "digest",
    "dumped",
    "foot",
    "forgotten_password",
    "invitation",
    "is_planned",
    "kick_off_brief",
    "kind_of",
    "letter",
    "loaded",
    "new_password",
    "next_digest",
    "next_try",
    "outcome_is_ready",
    "password_guessed",
    "plain",
    "read_off",
    "still_asks",
    "trial_mail",
    "without_personal",
    "write_off",
]
