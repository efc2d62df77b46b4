"""A scorecard as lines of a table, one for each number; pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.scorecards.rules.figures import ScorecardFigures
from app.scorecards.rules.shares import Kept, Share
from app.scorecards.rules.survival import Survival

COLUMNS = ("promises", "figure", "of", "count", "cases", "share", "low", "high", "days")
Line = dict[str, str]


def lines(promises: str, figures: ScorecardFigures) -> Iterator[Line]:
    """`promises` says whose; shares are 0 to 1 and left empty where there are too few cases."""
    for line in _lines(figures):
        yield {"promises": promises, **line}


def _lines(figures: ScorecardFigures) -> Iterator[Line]:
    yield from _kept("whole period", figures.kept)
    for quarter, kept in figures.by_quarter:
        yield from _kept(quarter.name, kept)
    for bar in figures.reasons:
        yield _count("reason of a miss", bar.name or "no reason given", bar.count, figures.kept.missed)
    for bar in figures.slips:
        yield _count("promised anew", bar.name, bar.count, figures.slipped.whole)
    yield _share("promised anew", "at least once", figures.slipped)
    yield from _times("working days to answer", figures.answers.time)
    yield _count("unanswered", f"longer than {figures.answers.within} working days", figures.answers.unanswered)
    yield from _times("days until accepted", figures.closing.time)
    yield _count("days until accepted", "still open", figures.closing.still_open)
    yield _count("days until accepted", "declined or not done", figures.closing.dropped)
    for bar in figures.ageing:
        yield _count("open now", bar.name, bar.count)
        yield _count("open now and late", bar.name, bar.part)
    for one in figures.carried:
        yield _count("open at the end", one.quarter.name, one.still_open, one.of)
    yield _count("left out", "without a department, a day or a request", figures.left_out.count)


def _kept(of: str, kept: Kept) -> Iterator[Line]:
    yield _share("kept by the original day", of, kept.share)
    yield _count("kept, accepted by silence", of, kept.by_silence, kept.kept)
    yield _count("reported in time, not yet accepted", of, kept.pending)


def _times(figure: str, time: Survival) -> Iterator[Line]:
    for name, share in (("median", 0.5), ("p90", 0.9)):
        days = None if time.is_too_few else time.quantile(share)
        yield {
            "figure": figure,
            "of": name,
            "cases": str(time.cases),
            "count": str(time.ended),
            "days": "" if days is None else str(days),
        }


def _share(figure: str, of: str, share: Share) -> Line:
    line = _count(figure, of, share.part, share.whole)
    if share.is_too_few:
        return line
    return {**line, "share": f"{share.value:.3f}", "low": f"{share.low:.3f}", "high": f"{share.high:.3f}"}


def _count(figure: str, of: str, count: int, cases: int | None = None) -> Line:
    return {"figure": figure, "of": of, "count": str(count), "cases": "" if cases is None else str(cases)}
