"""What is told outside when something happens: one module for each way out."""

from app.core.events import Bus
from app.notifications.reactions import erased, feed, mails, webhooks


def register(bus: Bus) -> None:
    mails.register(bus)
    webhooks.register(bus)
    feed.register(bus)
    erased.register(bus)
