"""Reads when and about what somebody wants mail."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.departments.rules import time_zone_problem
from app.notifications.queries.preferences import PreferencesView
from app.notifications.rules.kinds import MailKind, kind_of
from app.web.forms import Problems, whole_number

HALF_QUIET = "Quiet hours need both: from when, and until when. Or leave both as your organisation has them."


@dataclass
class PreferencesForm:
    """As typed. `kinds` are those that are on; empty hours and an empty zone mean: as the organisation."""

    kinds: list[str]
    quiet_from: str = ""
    quiet_until: str = ""
    time_zone: str = ""
    problems: Problems = field(default_factory=Problems)
    quiet: tuple[int, int] | None = None

    @classmethod
    def of(cls, kinds: list[str], quiet_from: str, quiet_until: str, time_zone: str) -> PreferencesForm:
        form = cls(kinds, quiet_from.strip(), quiet_until.strip(), time_zone.strip()[:60])
        begins, ends = form._hour("quiet_from", form.quiet_from), form._hour("quiet_until", form.quiet_until)
        if bool(form.quiet_from) != bool(form.quiet_until):
            form.problems.add("quiet_until" if form.quiet_from else "quiet_from", HALF_QUIET)
        elif begins is not None and ends is not None:
            form.quiet = begins, ends
        if form.time_zone and (problem := time_zone_problem(form.time_zone)):
            form.problems.add("time_zone", problem)
        return form

    @classmethod
    def of_view(cls, view: PreferencesView) -> PreferencesForm:
        """What is kept, to be changed."""
        begins, ends = view.quiet_from, view.quiet_until
        return cls(
            [kind for kind in MailKind if kind not in view.off],
            "" if begins is None else str(begins),
            "" if ends is None else str(ends),
            view.time_zone,
        )

    @property
    def off(self) -> frozenset[MailKind]:
        """The kinds that are switched off: those that were not ticked."""
        return frozenset(MailKind) - {kind_of(one) for one in self.kinds}

    def _hour(self, name: str, typed: str) -> int | None:
        return whole_number(
            typed, least=0, most=23, problems=self.problems, name=name, label="the hour", needed=False
        )
