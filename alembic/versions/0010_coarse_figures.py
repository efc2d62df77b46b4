"""figures of small groups are stored no finer than they are said

What is said of groups stays as it was: the order of discussion, classes and ranks have stood on every screen and in
outcomes. What they came from goes: counts below ten, dots by department, weighed figures, means to a tenth, spreads.
The arithmetic is that of app/anonymity/rules/figures.py as it was at this revision.

Revision: 0010
Revises: 0009
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from statistics import median
from typing import Any

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision: str = '0010'
down_revision: str | Sequence[str] | None = '0009'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TEN = 10
HALF = Fraction(1, 2)
DOTS_ON_ONE_TOPIC = 2
LARGE_BANDS = {"10-19": 10, "20+": 20}

TALLY = sa.table(
    "tally", sa.column("id", sa.Uuid()), sa.column("retro_id", sa.Uuid()), sa.column("topic_id", sa.Uuid()),
    sa.column("group", sa.String()), sa.column("seats", sa.Integer()), sa.column("agree", sa.Integer()),
    sa.column("disagree", sa.Integer()), sa.column("passed", sa.Integer()), sa.column("dots", sa.Integer()),
    sa.column("agree_said", sa.String()), sa.column("disagree_said", sa.String()),
)  # fmt: skip
STANDING = sa.table(
    "topic_standing", sa.column("topic_id", sa.Uuid()), sa.column("retro_id", sa.Uuid()),
    sa.column("dots", sa.Integer()), sa.column("dots_are_about", sa.Boolean()), sa.column("rank_cast", sa.Integer()),
    sa.column("not_voting", sa.JSON()),
)  # fmt: skip
PULSE = sa.table(
    "pulse_summary", sa.column("id", sa.Uuid()), sa.column("retro_id", sa.Uuid()),
    sa.column("provider_id", sa.Uuid()), sa.column("consumer", sa.String()), sa.column("dimension", sa.String()),
    sa.column("band", sa.String()), sa.column("mean", sa.Float()),
)  # fmt: skip
ANSWERS = sa.table(
    "answer_count", sa.column("retro_id", sa.Uuid()), sa.column("question", sa.String()), sa.column("counts", sa.JSON())
)


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString(length=20)
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agree_said', text, nullable=False, server_default=''))
        batch_op.add_column(sa.Column('disagree_said', text, nullable=False, server_default=''))
    with op.batch_alter_table('topic_standing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('dots_are_about', sa.Boolean(), nullable=False, server_default=sa.false()))
    coarsen(op.get_bind())
    with op.batch_alter_table('tally', schema=None) as batch_op:
        for column in ('agree', 'disagree', 'passed', 'dots'):
            batch_op.drop_column(column)
    with op.batch_alter_table('tally', schema=None) as batch_op:
        for column in ('agree', 'disagree'):
            batch_op.alter_column(
                f'{column}_said', new_column_name=column, existing_type=sa.String(20), existing_nullable=False, server_default=None
            )
    with op.batch_alter_table('topic_standing', schema=None) as batch_op:
        batch_op.drop_column('weighed')
        batch_op.drop_column('common_ground')
    with op.batch_alter_table('pulse_summary', schema=None) as batch_op:
        batch_op.drop_column('spread')


def downgrade() -> None:
    """Counts cannot come back: older versions find no tallies, and of questions those that are counted out."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(ANSWERS)).mappings().all():
        if row["counts"] is not None:
            _update(connection, ANSWERS, row, ("retro_id", "question"), counts=row["counts"].get("counts"))
    connection.execute(sa.delete(TALLY))
    with op.batch_alter_table('pulse_summary', schema=None) as batch_op:
        batch_op.add_column(sa.Column('spread', sa.Float(), nullable=True))
    with op.batch_alter_table('topic_standing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('common_ground', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('weighed', sa.Float(), nullable=False, server_default='0'))
        batch_op.drop_column('dots_are_about')
    with op.batch_alter_table('topic_standing', schema=None) as batch_op:
        batch_op.alter_column('weighed', existing_type=sa.Float(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.drop_column('agree')
        batch_op.drop_column('disagree')
    with op.batch_alter_table('tally', schema=None) as batch_op:
        for column in ('agree', 'disagree', 'passed'):
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('dots', sa.Integer(), nullable=True))


def coarsen(connection: sa.Connection) -> None:
    """Everything that is stored of groups, to what may be said of them."""
    by_topic: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(TALLY)).mappings().all():
        by_topic[row["topic_id"]].append(row)
        voters = row["agree"] + row["disagree"] + row["passed"]
        figures = {"agree_said": said(row["agree"], voters), "disagree_said": said(row["disagree"], voters)}
        _update(connection, TALLY, row, ("id",), **figures)
    by_retro: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(STANDING)).mappings().all():
        by_retro[row["retro_id"]].append(row)
        for tally in by_topic[row["topic_id"]]:
            if tally["group"] in row["not_voting"]:
                connection.execute(sa.delete(TALLY).where(TALLY.c.id == tally["id"]))
    for rows in by_retro.values():
        _coarsen_dots(connection, rows, by_topic)
    _coarsen_pulse(connection)
    for row in connection.execute(sa.select(ANSWERS)).mappings().all():
        if row["counts"] is not None:
            _update(connection, ANSWERS, row, ("retro_id", "question"), counts=answered(row["question"], row["counts"]))


def said(count: int, of: int) -> str:
    if of < TEN and count >= of - 1:
        return "nearly all"
    if of < TEN and count <= 1:
        return "nearly none"
    return f"{count} of {of}"


def halves(mean: Fraction, least: int, most: int) -> float:
    return float(min(max(Fraction(floor(2 * mean + HALF), 2), least + HALF), most - HALF))


def answered(question: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """Counts where they may be told, else words: as the new version stores them."""
    number = sum(counts.values())
    told = {"counts": dict(counts)} if number >= TEN and max(counts.values()) <= number - 2 else {}
    values = [int(answer) for answer, seats in counts.items() for _ in range(seats) if answer.isdigit()]
    if question == "safety":
        low = values.count(1) >= 2 or median(values) <= 2
        return {**told, "word": "low" if low else "good" if min(values) > 2 else "mixed"}
    if question == "roti":
        return told or {"about": halves(Fraction(sum(values), number), 0, 4)}
    if min(counts.values()) > 1:
        return {"counts": dict(counts)}
    return {"word": "yes" if counts["yes"] > counts["no"] else "no"}


def _coarsen_dots(
    connection: sa.Connection, rows: Sequence[Mapping[str, Any]], by_topic: Mapping[Any, Sequence[Mapping[str, Any]]]
) -> None:
    """A topic's dots are made of those of its groups; where they were not kept, no dot and one are said alike."""
    dots: dict[Any, int] = {}
    for row in rows:
        tallies = by_topic[row["topic_id"]]
        parts = [_part(one["dots"], one["seats"]) for one in tallies if one["dots"] is not None]
        complete = bool(parts) and len(parts) == len(tallies)
        dots[row["topic_id"]] = _dots(parts) if complete else row["dots"] if row["dots"] > 1 else 0
        large = complete and all(one["seats"] >= TEN for one in tallies)
        _update(
            connection, STANDING, row, ("topic_id",), dots=dots[row["topic_id"]], dots_are_about=not large and bool(tallies)
        )
    for row in rows:
        rank = 1 + sum(other > dots[row["topic_id"]] for other in dots.values())
        _update(connection, STANDING, row, ("topic_id",), rank_cast=rank)


def _dots(parts: Sequence[Fraction]) -> int:
    return 0 if all(part <= HALF for part in parts) else floor(sum(parts, Fraction(0)))


def _part(dots: int, people: int) -> Fraction:
    if people >= TEN:
        return Fraction(dots)
    most = DOTS_ON_ONE_TOPIC * people
    return HALF if dots <= 1 else most - HALF if dots >= most - 1 else Fraction(dots)


def _coarsen_pulse(connection: sa.Connection) -> None:
    """Below ten to halves, and nothing of how far they agreed; everyone together is made of the others' means."""
    cells: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(PULSE)).mappings().all():
        cells[row["retro_id"], row["provider_id"], row["dimension"]].append(row)
    for rows in cells.values():
        parts = []
        for row in rows:
            small = row["band"] not in LARGE_BANDS
            mean = row["mean"] if row["mean"] is None or not small else _to_halves(row["mean"])
            if row["consumer"] not in ("everyone", str(row["provider_id"])):
                parts.append((_people(row["band"]), mean, small))
            if small and mean is None:
                connection.execute(sa.delete(PULSE).where(PULSE.c.id == row["id"]))
            elif mean != row["mean"]:
                _update(connection, PULSE, row, ("id",), mean=mean)
        for row in rows:
            if row["consumer"] == "everyone" and parts:
                _everyone(connection, row, [(n, mean) for n, mean, _ in parts if mean is not None])


def _everyone(connection: sa.Connection, row: Mapping[str, Any], parts: Sequence[tuple[int, float]]) -> None:
    """Made of the means that are shown beside it; there it said nothing of groups that were too few, if at all."""
    if len(parts) < 2:
        connection.execute(sa.delete(PULSE).where(PULSE.c.id == row["id"]))
        return
    mean = sum((Fraction(mean) * n for n, mean in parts), Fraction(0)) / sum(n for n, _ in parts)
    _update(connection, PULSE, row, ("id",), mean=halves(mean, 1, 5))


def _to_halves(mean: float) -> float:
    return halves(Fraction(round(10 * mean), 10), 1, 5)


def _people(band: str) -> int:
    """The band's lower edge."""
    return LARGE_BANDS.get(band) or int(band.split("-")[0])


def _update(
    connection: sa.Connection, table: sa.TableClause, row: Mapping[str, Any], keys: Sequence[str], **values: Any
) -> None:
    connection.execute(sa.update(table).where(*(table.c[key] == row[key] for key in keys)).values(**values))
