"""Brings themes and evidence up to date for the operator at the shell, and says what is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.core.db import Database
from app.evidence.queries.theme_lines import FindingView, ThemeFilter, ThemeList, theme_list
from app.evidence.rules.recurrence import RecurrenceState
from app.evidence.service.counting import recount
from app.evidence.service.rates import weigh_rates
from app.themes.queries.material import due
from app.themes.service import catch_up
from app.themes.service.writing import ThemesMoved

SHOWN = 20
RECURS = (RecurrenceState.CHRONIC, RecurrenceState.RECURRING)

Say = Callable[[str], None]


def take_in_and_say(database: Database, now: datetime, say: Say) -> None:
    """Take in what waits and count it, as the jobs of a server would within a minute, then say what recurs."""
    with database.reading() as db:
        waiting = len(due(db))
    say(f"Taking {waiting} retros into themes ..." if waiting else "Looking at the themes ...")
    try:
        while catch_up.catch_up(database, now):
            with database.reading() as db:
                say(f"  {waiting - len(due(db))} of {waiting} retros")
    except ThemesMoved:
        say("Somebody works on the themes just now: the server takes in the rest by itself.")
    say("Counting what recurs ...")
    if recount(database, now):
        weigh_rates(database)
    with database.reading() as db:
        found = theme_list(db, ThemeFilter(), most=SHOWN, for_=None)
    _say_what_recurs(found, say)


def _say_what_recurs(found: ThemeList, say: Say) -> None:
    recurs = sum(found.counts.get(state, 0) for state in RECURS)
    states = ", ".join(f"{found.counts[state]} {state}" for state in RecurrenceState if found.counts.get(state))
    say(f"Themes of what went wrong: {found.total}{f' ({states})' if states else ''}.")
    say(f"{recurs} recur{':' if recurs else '.'}")
    shown = [one for one in found.lines if one.state in RECURS]
    for one in shown:
        say(f"  {one.name}: in {_of_retros(one)}")
    if recurs > len(shown):
        say(f"  ... and {recurs - len(shown)} more: /desk/themes has them all.")


def _of_retros(one: FindingView) -> str:
    many = f"{one.present} of {one.eligible} retros"
    if one.series is not None:
        return f"{many} of {one.series}"
    if one.provider is None or one.consumer is None:
        return many
    return f"{many} ({one.provider.words} for {one.consumer.words})"
