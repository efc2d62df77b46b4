"""Reads what admins type about a webhook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.notifications.rules.targets import URL_MAX, NotCallable, read_target
from app.notifications.rules.webhooks import EVENT_WORDS, NAME_MAX, Event, Template, chosen_events
from app.web.forms import Problems, one_line


@dataclass
class WebhookForm:
    """`url` is only looked at here; where it leads is asked later (service/calling.py)."""

    name: str = ""
    url: str = ""
    template: str = Template.STANDARD
    events: list[Event] = field(default_factory=lambda: list(EVENT_WORDS))
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, name: str, url: str, template: str, events: Sequence[str]) -> WebhookForm:
        form = cls(url=url.strip()[: URL_MAX * 2], template=template, events=chosen_events(events))
        form.name = one_line(name, most=NAME_MAX, problems=form.problems, name="name", label="a name")
        try:
            read_target(form.url)
        except NotCallable as refused:
            form.problems.add("url", str(refused))
        if template not in set(Template):
            form.problems.add("template", "Please choose one of these.")
        if not form.events:
            form.problems.add("events", "Please choose at least one.")
        return form

    @property
    def kept_events(self) -> str:
        """As the table keeps them."""
        return " ".join(self.events)
