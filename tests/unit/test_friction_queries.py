"""The map and the page of a pair, counted on both databases out of closed retros; and who may read what."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from app.core.db import Database
from app.core.errors import NotFound
from app.entries.rules.names import Dimension, EntryKind
from app.evidence.models import Finding
from app.friction.queries.grid import GridCell
from app.friction.queries.map import MapView, friction_map, table_lines
from app.friction.queries.pair import FrictionPair, friction_pair
from app.friction.rules.map import Against, Show
from app.pulse.models import PulseSummary
from app.retros.models import RetroPairApart
from app.scorecards.rules.periods import Span, period
from tests.cast import Cast, Person
from tests.history import Observed, a_theme, as_kind, past_retro, right, wrong

TODAY = date(2026, 3, 17)
THIS_YEAR, LAST_YEAR, LONG_AGO = date(2026, 1, 8), date(2024, 12, 3), date(2021, 5, 5)


def seen(house: Database, span: Span = Span.YEAR, show: Show = Show.ENTRIES, compare: bool = False) -> MapView:
    with house.reading() as db:
        return friction_map(db, period(span, TODAY), show, compare, for_=None)


def between(house: Database, who: Person, one: UUID, other: UUID, span: Span = Span.YEAR) -> FrictionPair:
    with house.reading() as db:
        return friction_pair(db, one, other, period(span, TODAY), for_=who.visitor)


def cell(found: MapView, consumer: UUID | str, provider: UUID | str) -> GridCell:
    return found.grid.cells[str(consumer), str(provider)]


def many(observed: Observed, count: int) -> list[Observed]:
    return [observed] * count


def rated(
    house: Database, retro_id: UUID, consumer: UUID | str, provider: UUID, mean: float | None, band: str = "5-9"
) -> None:
    with house.transaction() as db:
        for dimension in Dimension:
            db.add(
                PulseSummary(
                    retro_id=retro_id,
                    provider_id=provider,
                    consumer=str(consumer),
                    dimension=dimension,
                    band=band,
                    mean=mean,
                )
            )


def test_entries_are_counted_by_who_wrote_about_whom_and_when(database: Database, cast: Cast) -> None:
    bad = wrong("Late", "Production", "Editorial")
    past_retro(database, cast, THIS_YEAR, [*many(bad, 3), right("Clear", "Production", "Editorial")])
    past_retro(database, cast, LAST_YEAR, [*many(bad, 2), right("Fast", "Editorial", "Production")])
    past_retro(database, cast, LONG_AGO, [bad], imported=True)
    for span, expected in ((Span.YEAR, (3, 1, 1)), (Span.TWO_YEARS, (5, 1, 2)), (Span.ALL, (6, 1, 3))):
        tally = cell(seen(database, span), cast.production, cast.editorial).tally
        assert (tally.wrong, tally.right, tally.retros) == expected
    year = seen(database)
    assert year.grid.house.retros == 1
    assert cell(year, cast.editorial, cast.production).tally.said == 0
    assert cell(year, cast.editorial, cast.production).together.retros == 1


def test_a_rate_counts_all_seats_of_the_consumer_also_where_it_said_nothing(database: Database, cast: Cast) -> None:
    seats = {"Editorial": 6, "Production": 10}
    past_retro(database, cast, THIS_YEAR, many(wrong("Late", "Production", "Editorial"), 4), seats=seats)
    past_retro(database, cast, date(2026, 2, 3), [], seats=seats)
    # Nobody knows how many sat there, perhaps one: it stands on no map, neither its entries nor its people.
    unknown = past_retro(database, cast, date(2026, 2, 4), [wrong("Late", "Production", "Editorial")], imported=True)
    with database.transaction() as db:
        from app.retros.models import RetroDepartment

        for name in seats:
            db.get_one(RetroDepartment, (unknown, cast.departments[name])).seats = None
    found = cell(seen(database), cast.production, cast.editorial)
    assert found.tally.wrong == 4
    assert found.rate is not None
    assert (found.tally.among_known, found.rate.n) == (4, 20)
    assert seen(database).grid.house.rate == pytest.approx(10 * 4 / 32)
    house = 4 / 32
    assert found.rate.value == pytest.approx(10 * (12 * house + 4) / (12 + 20))


def test_the_pool_everybody_and_the_unknown_stand_apart(database: Database, cast: Cast) -> None:
    past_retro(
        database, cast, THIS_YEAR,
        [wrong("Late", None, "Editorial"), wrong("Dull", "Production"), wrong("Late", "Production", "Editorial")],
        seats={"Editorial": 6, "Production": 6, "IT": None}, pooled_seats=5,
    )  # fmt: skip
    past_retro(database, cast, THIS_YEAR, [wrong("Late", None, "Editorial")], imported=True)
    found = seen(database)
    assert [row.side.name for row in found.rows] == ["Production"]
    assert [row.side.name for row in found.extra] == ["Several departments", "Not known"]
    assert [one.name for one in found.providers] == ["Editorial", "No department named"]
    assert found.grid.house.tally.wrong == 3, "what is about no department is not about another one"


def test_small_groups_are_hidden_and_in_no_total(database: Database, cast: Cast) -> None:
    shown = [*many(wrong("Late", "Production", "Editorial"), 6)]
    past_retro(database, cast, THIS_YEAR, shown)
    before = seen(database).grid
    small = many(wrong("Late", "Rights", "Editorial"), 4) + many(wrong("Late", "Production", "Editorial"), 2)
    past_retro(
        database, cast, date(2026, 2, 1), small, seats={"Rights": 2, "Production": 3, "Editorial": 8}, imported=True
    )
    found = seen(database)
    hidden = cell(found, cast.departments["Rights"], cast.editorial)
    assert hidden.is_hidden
    assert hidden.entries is None
    both = cell(found, cast.production, cast.editorial)
    assert (both.tally.wrong, both.partly_hidden) == (6, True)
    assert found.grid.house.tally == before.house.tally
    assert found.grid.columns == before.columns
    lines = {(line["consumer"], line["provider"]): line for line in table_lines(found)}
    assert lines["Rights", "Editorial"]["went wrong"] == "0"
    assert lines["Rights", "Editorial"]["hidden"] == "too few people"
    pair = between(database, cast.ada, cast.editorial, cast.departments["Rights"], Span.ALL)
    assert [(line.is_hidden, line.wrong, line.seats) for line in pair.there.retros] == [(True, 0, None)]


def test_pulse_of_few_pairs_is_as_said_its_own_view_apart_and_what_is_not_kept_is_hidden(
    database: Database, cast: Cast
) -> None:
    retro = past_retro(database, cast, THIS_YEAR, seats={"Editorial": 8, "Production": 8, "Marketing": 8})
    rated(database, retro, cast.production, cast.editorial, 2.0)
    rated(database, retro, cast.marketing, cast.editorial, None, "10-19")
    rated(database, retro, cast.editorial, cast.editorial, 4.5)
    rated(database, retro, "everyone", cast.editorial, 2.0, "10-19")
    rated(database, retro, cast.editorial, cast.production, 4.0)
    found = seen(database, show=Show.PULSE)
    level = cell(found, cast.production, cast.editorial).pulse
    assert level is not None
    # Two pairs are too few to shrink towards anything: their own mean, with the interval of five raters.
    assert level.value == pytest.approx(2)
    assert level.high == pytest.approx(2 + 1.645 * (0.7 / 5) ** 0.5)
    assert level.n == 5
    assert found.grid.house.pulse == pytest.approx(3.0), "neither its own view nor everybody's sum counts again"
    assert cell(found, cast.marketing, cast.editorial).is_split
    assert cell(found, cast.marketing, cast.production).pulse_hidden
    assert not cell(found, cast.marketing, cast.production).is_split
    own = between(database, cast.sven, cast.editorial, cast.production).there.dimensions[0]
    assert own.said is not None
    assert own.said.score is not None
    assert own.own is not None
    assert own.own.score is not None
    assert own.own.score.raw == pytest.approx(4.5)


def test_who_was_apart_did_not_work_together(database: Database, cast: Cast) -> None:
    retro = past_retro(database, cast, THIS_YEAR, [wrong("Late", "Production", "Editorial")])
    assert (str(cast.editorial), str(cast.production)) in seen(database).grid.cells
    with database.transaction() as db:
        one, other = sorted((cast.editorial, cast.production))
        db.add(RetroPairApart(retro_id=retro, one_id=one, other_id=other))
    database.caches.clear()
    assert (str(cast.editorial), str(cast.production)) not in seen(database).grid.cells


def test_what_became_harder_is_said_only_when_the_intervals_say_so(database: Database, cast: Cast) -> None:
    good, bad = right("Fast", "Production", "Editorial"), wrong("Late", "Production", "Editorial")
    past_retro(database, cast, LAST_YEAR, many(good, 20))
    past_retro(database, cast, THIS_YEAR, many(bad, 20))
    assert cell(seen(database, compare=True), cast.production, cast.editorial).since is Against.HARDER
    assert cell(seen(database), cast.production, cast.editorial).since is Against.UNCLEAR
    assert cell(seen(database, Span.ALL, compare=True), cast.production, cast.editorial).since is Against.UNCLEAR


def test_a_new_retro_is_seen_at_once(database: Database, cast: Cast) -> None:
    past_retro(database, cast, THIS_YEAR, [wrong("Late", "Production", "Editorial")])
    assert seen(database).grid.house.tally.wrong == 1
    past_retro(database, cast, date(2026, 2, 2), [wrong("Late", "Production", "Editorial")])
    assert seen(database).grid.house.tally.wrong == 2


def test_pairs_stand_apart_by_their_intervals_and_else_by_name(database: Database, cast: Cast) -> None:
    said = [
        *many(wrong("Late", "Production", "Editorial"), 12),
        *many(right("Fast", "Editorial", "Production"), 12),
        *many(wrong("Late", "Sales", "Editorial"), 2),
        *many(right("Late", "Sales", "Editorial"), 2),
    ]
    past_retro(database, cast, THIS_YEAR, said, seats={"Editorial": 8, "Production": 8, "Sales": 8})
    found = seen(database)

    def names(place: str) -> list[str]:
        return [f"{line.consumer.name} on {line.provider.name}" for line in getattr(found, place)]

    assert names("harder") == ["Production on Editorial"]
    assert names("unclear") == ["Sales on Editorial"]
    assert names("easier") == ["Editorial on Production"]


def test_a_pair_has_both_directions_its_themes_and_thanks(database: Database, cast: Cast, now: object) -> None:
    theme = a_theme(database, "Files come late")
    thanks = as_kind(EntryKind.THANKS, right("Thank you for the proofs", "Production", "Editorial"))
    past_retro(database, cast, THIS_YEAR, [wrong("Late", "Production", "Editorial", theme), thanks])
    with database.transaction() as db:
        sides = {"provider": str(cast.editorial), "consumer": str(cast.production)}
        db.add(
            Finding(
                theme_id=theme, **sides, state="emerging", present=2, eligible=3, low=0.2, entries=3, counted_at=now
            )
        )
    pair = between(database, cast.edda, cast.editorial, cast.production)
    assert pair.back is not None
    assert [one.name for one in pair.there.themes] == ["Files come late"]
    assert pair.back.themes == ()
    assert pair.there.cell.tally.thanks == 1
    assert pair.there.thanks_said == ("Thank you for the proofs",)
    turned = between(database, cast.edda, cast.production, cast.editorial)
    assert turned.back is not None
    assert turned.back.cell == pair.there.cell
    assert turned.back.thanks_said == pair.there.thanks_said


@pytest.mark.parametrize(("who", "reads", "sees"), [("edda", 1, True), ("ada", 1, True), ("sven", 0, False)])
def test_words_are_for_who_took_part_and_promises_for_the_two(
    database: Database, cast: Cast, who: str, reads: int, sees: bool
) -> None:
    thanks = as_kind(EntryKind.THANKS, right("Thank you for the proofs", "Production", "Editorial"))
    past_retro(database, cast, THIS_YEAR, [thanks])
    pair = between(database, cast.everybody()[who], cast.editorial, cast.production)
    assert pair.there.cell.tally.thanks == 1, "counts are for everybody"
    assert len(pair.there.thanks_said) == reads
    assert pair.sees_promises is sees
    assert (pair.there.promised is not None) is sees


def test_words_of_a_small_group_are_for_nobody(database: Database, cast: Cast) -> None:
    thanks = as_kind(EntryKind.THANKS, right("Thank you for the proofs", "Production", "Editorial"))
    past_retro(database, cast, THIS_YEAR, [thanks], seats={"Editorial": 8, "Production": 2}, imported=True)
    assert between(database, cast.ada, cast.editorial, cast.production).there.thanks_said == ()


def test_a_department_and_itself(database: Database, cast: Cast) -> None:
    past_retro(database, cast, THIS_YEAR, [wrong("We were late", "Editorial", "Editorial")])
    pair = between(database, cast.edda, cast.editorial, cast.editorial)
    assert pair.back is None
    assert pair.there.cell.tally.wrong == 1
    assert seen(database).grid.house.tally.wrong == 0


def test_a_department_that_is_not_there_is_not_found(database: Database, cast: Cast) -> None:
    with pytest.raises(NotFound):
        between(database, cast.ada, cast.editorial, uuid4())


def statements(database: Database) -> list[str]:
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    return said


def test_however_many_retros_the_same_statements(database: Database, cast: Cast) -> None:
    def asked() -> tuple[int, int]:
        database.caches.clear()
        said = statements(database)
        seen(database)
        first = len(said)
        between(database, cast.edda, cast.editorial, cast.production)
        return first, len(said) - first

    past_retro(database, cast, THIS_YEAR, [wrong("Late", "Production", "Editorial")])
    few = asked()
    for day in range(1, 9):
        past_retro(database, cast, date(2026, 2, day), [wrong("Late", "Production", "Editorial")])
    assert asked() == few
    assert few[0] <= 16
