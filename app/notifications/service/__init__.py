"""Writes of what waits to be told outside: one module for each way out."""

from app.notifications.service.digest import has_digests, plan_digests, write_digests
from app.notifications.service.mails import (
    Claimed,
    claim,
    forget_old,
    queue,
    sends_mail,
    take_back,
    tell,
    try_again,
    was_not_sent,
    was_sent,
    writes_mail,
)
from app.notifications.service.preferences import choose, off_token, switch_kind

__all__ = [
    "Claimed",
    "choose",
    "claim",
    "forget_old",
    "has_digests",
    "off_token",
    "plan_digests",
    "queue",
    "sends_mail",
    "switch_kind",
    "take_back",
    "tell",
    "try_again",
    "was_not_sent",
    "was_sent",
    "write_digests",
    "writes_mail",
]
