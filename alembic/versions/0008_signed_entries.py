"""what an entry is about narrows who wrote it, too; entries that speak for a department

What lies in the database is narrowed as well: entries of the pool do not name a provider that fewer than k people
could have spoken of. Sizes of pooled departments were never stored, only how many sat in the pool together; so those
expected of a department bound it, and where that proves nothing all providers in the pool are hidden. Imported
history that says how many sat where is treated alike; where it does not, nothing was ever promised.

Revision: 0008
Revises: 0007
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEVERAL, EVERYONE = "several", "everyone"
COLUMN_OF = {
    "went_wrong": "wrong",
    "unsorted": "unsorted",
    "went_right": "right",
    "idea": "ideas",
    "surprised_us": "surprised",
    "thanks": "thanks",
    "action": "actions",
}
PROJECTIONS = ("finding", "action_verdict", "retro_counted", "theme_counted", "evidence_run")


def upgrade() -> None:
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_pooled", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("signed_department_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_pooled", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("may_sign", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "not_ours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("retro_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["retro_id"], ["retro.id"], name=op.f("fk_not_ours_retro_id_retro"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_ours")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("not_ours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_not_ours_retro_id"), ["retro_id"], unique=False)
    _no_samples("entry", "about_pooled", "signed_department_id")
    _no_samples("not_ours", "id", "retro_id", "sealed")
    _narrow(op.get_bind())


def downgrade() -> None:
    op.drop_table("not_ours")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("may_sign")
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.drop_column("about_pooled")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_column("signed_department_id")
        batch_op.drop_column("about_pooled")


def _no_samples(table: str, *columns: str) -> None:
    """PostgreSQL keeps no samples of what may have to be forgotten, see 0004."""
    if op.get_bind().dialect.name == "postgresql":
        for column in columns:
            op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


class Group(NamedTuple):
    """Entries of one retro that no label stands beside: those whose writer is one of `writers` (None: no writer is
    stored). They do not name the `hidden`; `says_several`: they are about the pool instead."""

    writers: frozenset[UUID | None]
    hidden: frozenset[UUID]
    says_several: bool


class Past(NamedTuple):
    """A retro with the departments that took part: id -> (pooled, seats, expected)."""

    id: UUID
    k: int
    labels: str
    imported: bool
    pooled_seats: int | None
    departments: Mapping[UUID, tuple[bool, int | None, int | None]]
    apart: frozenset[frozenset[UUID]]


def _table(name: str, /, **columns: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, type_) for column, type_ in columns.items()))


ID, TEXT, NUMBER, FLAG = sa.Uuid(), sa.String(), sa.Integer(), sa.Boolean()
RETRO = _table(
    'retro', id=ID, k=NUMBER, labels=TEXT, imported=FLAG, pooled_seats=NUMBER, revealed_at=sa.DateTime()
)  # fmt: skip
PART = _table(
    'retro_department', retro_id=ID, department_id=ID, pooled=FLAG, about_pooled=FLAG, seats=NUMBER, headcount=NUMBER,
    expected=NUMBER,
)  # fmt: skip
APART = _table("retro_pair_apart", retro_id=ID, one_id=ID, other_id=ID)
DEPARTMENT = _table("department", id=ID, name=TEXT)
ENTRY = _table(
    'entry', id=ID, retro_id=ID, kind=TEXT, department_id=ID, about_department_id=ID, about_pooled=FLAG,
    hidden_reason=TEXT,
)  # fmt: skip
TOPIC = _table("topic", id=ID, retro_id=ID, about_department_id=ID, about_pooled=FLAG)
PLACE = _table("topic_entry", entry_id=ID, topic_id=ID)
PULSE = _table("pulse_summary", retro_id=ID, provider_id=ID, consumer=TEXT)
OUTCOME = _table("outcome", retro_id=ID, contents=sa.JSON())
COUNTS = dict.fromkeys(COLUMN_OF.values(), NUMBER)
TOPIC_COUNT = _table("topic_count", topic_id=ID, retro_id=ID, provider=TEXT, consumer=TEXT, **COUNTS)
PAIR_COUNT = _table("pair_count", retro_id=ID, provider=TEXT, consumer=TEXT, **COUNTS)


def _narrow(db: sa.Connection) -> None:
    names = dict(db.execute(sa.select(DEPARTMENT.c.id, DEPARTMENT.c.name)).all())
    changed = False
    for past in _pasts(db):
        groups = [one for one in _groups(past) if one.hidden]
        if not groups:
            continue
        changed = True
        hidden = frozenset().union(*(one.hidden for one in groups))
        before = _topics_about(db, past.id)
        for group in groups:
            _narrow_entries(db, past.id, group)
        _narrow_topics(db, past.id, before, _topics_about(db, past.id))
        _narrow_outcome(db, past, groups, {names.get(one, "") for one in set(past.departments) - hidden}, names)
        _count_again(db, past, groups)
        if not past.imported:
            here, without = PART.c.retro_id == past.id, PULSE.c.retro_id == past.id
            db.execute(sa.update(PART).where(here, PART.c.department_id.in_(hidden)).values(about_pooled=True))
            unnamed = SEVERAL if past.labels == "pooled" else EVERYONE
            db.execute(sa.delete(PULSE).where(without, PULSE.c.consumer == unnamed, PULSE.c.provider_id.in_(hidden)))
    if changed:
        for projection in PROJECTIONS:  # counted anew by a job
            db.execute(sa.delete(sa.table(projection)))


def _pasts(db: sa.Connection) -> list[Past]:
    has = {column["name"] for column in sa.inspect(db).get_columns("retro_department")}
    expected = PART.c.expected if "expected" in has else PART.c.headcount
    took_part: dict[UUID, dict[UUID, tuple[bool, int | None, int | None]]] = defaultdict(dict)
    for retro, department, *rest in db.execute(
        sa.select(PART.c.retro_id, PART.c.department_id, PART.c.pooled, PART.c.seats, expected)
    ):
        took_part[retro][department] = (rest[0], rest[1], rest[2])
    apart: dict[UUID, set[frozenset[UUID]]] = defaultdict(set)
    for retro, one, other in db.execute(sa.select(APART.c.retro_id, APART.c.one_id, APART.c.other_id)):
        apart[retro].add(frozenset((one, other)))
    columns = (RETRO.c.id, RETRO.c.k, RETRO.c.labels, RETRO.c.imported, RETRO.c.pooled_seats)
    rows = db.execute(sa.select(*columns).where(RETRO.c.revealed_at.is_not(None), RETRO.c.labels != "undecided"))
    return [Past(*row, took_part[row[0]], frozenset(apart[row[0]])) for row in rows.all()]


def _groups(past: Past) -> list[Group]:
    if not past.imported:
        return [_pool_of(past)] if past.labels in ("pooled", "dropped") else []
    sizes = {one: seats for one, (_, seats, _) in past.departments.items() if seats is not None}
    if not sizes:
        return []
    pool = _pool(sizes, past.k)
    everybody = frozenset(sizes)
    small = _hidden(sizes, pool, frozenset(past.departments), past)
    everywhere = _hidden(sizes, everybody, frozenset(past.departments), past)
    return [
        Group(frozenset(pool), small, _says_several(pool, small, past)),
        Group(frozenset({None}), everywhere, _says_several(everybody, everywhere, past)),
    ]


def _pool(sizes: Mapping[UUID, int], k: int) -> frozenset[UUID]:
    """Departments that are not named, as after a reveal here."""
    pool = {one for one, size in sizes.items() if size < k}
    if not pool:
        return frozenset()
    while pool and sum(sizes[one] for one in pool) < k and len(pool) < len(sizes):
        smallest = min(size for one, size in sizes.items() if one not in pool)
        pool |= {one for one, size in sizes.items() if size == smallest}
    few_left = len(sizes) - len(pool) < 2
    return frozenset(sizes if few_left else pool)


def _hidden(
    sizes: Mapping[UUID, int], pool: Collection[UUID], named: Collection[UUID], past: Past
) -> frozenset[UUID]:
    few = {
        about
        for about in named
        if sum(sizes[d] for d in pool if d != about and frozenset((d, about)) not in past.apart) < past.k
    }
    return frozenset(few | set(pool)) if few and pool else frozenset()


def _pool_of(past: Past) -> Group:
    """The pool of a retro that was revealed here: who sat in it is known only together."""
    pool = frozenset(one for one, (pooled, _, _) in past.departments.items() if pooled)
    few = set()
    for about in past.departments:
        could_not = {d for d in pool if d == about or frozenset((d, about)) in past.apart}
        others = sum(past.departments[d][2] or 0 for d in pool - could_not)
        all_known = all(past.departments[d][2] is not None for d in could_not)
        rest = (past.pooled_seats or 0) - sum(past.departments[d][2] or 0 for d in could_not)
        proved = all_known and past.pooled_seats is not None and rest >= past.k
        if all(past.departments[d][2] is not None for d in pool - could_not):
            proved = proved and others >= past.k
        if (could_not and not proved) or (past.labels == "dropped" and past.pooled_seats is None):
            few.add(about)
    hidden = frozenset(few | pool) if few and pool else frozenset()
    return Group(frozenset({None}), hidden, _says_several(pool, hidden, past))


def _says_several(pool: Collection[UUID], hidden: Collection[UUID], past: Past) -> bool:
    """Whether everybody in the pool could have spoken of a provider that is hidden."""
    return all(any(d != about and frozenset((d, about)) not in past.apart for about in hidden) for d in pool)


def _of(group: Group) -> sa.ColumnElement[bool]:
    named = [one for one in group.writers if one is not None]
    without = ENTRY.c.department_id.is_(None) if None in group.writers else sa.false()
    return sa.or_(without, ENTRY.c.department_id.in_(named))


def _narrow_entries(db: sa.Connection, retro_id: UUID, group: Group) -> None:
    of = (ENTRY.c.retro_id == retro_id, _of(group), ENTRY.c.about_department_id.in_(group.hidden))
    db.execute(sa.update(ENTRY).where(*of).values(about_department_id=None, about_pooled=group.says_several))


About = tuple[UUID | str | None, bool]


def _mostly(abouts: Iterable[About]) -> About:
    counted = Counter(one for one in abouts if one != (None, False))
    about, count = counted.most_common(1)[0] if counted else ((None, False), 0)
    return about if 2 * count > counted.total() else (None, False)


def _topics_about(db: sa.Connection, retro_id: UUID) -> dict[UUID, About]:
    """What the entries of each topic are mostly about."""
    found: dict[UUID, list[About]] = defaultdict(list)
    rows = sa.select(PLACE.c.topic_id, ENTRY.c.about_department_id, ENTRY.c.about_pooled).select_from(
        sa.join(PLACE, ENTRY, PLACE.c.entry_id == ENTRY.c.id)
    )
    for topic, about, pooled in db.execute(rows.where(ENTRY.c.retro_id == retro_id)):
        found[topic].append((about, pooled))
    return {topic: _mostly(abouts) for topic, abouts in found.items()}


def _narrow_topics(
    db: sa.Connection, retro_id: UUID, before: Mapping[UUID, About], after: Mapping[UUID, About]
) -> None:
    """What a person said of a topic stays; what followed from its entries follows them."""
    about = db.execute(sa.select(TOPIC.c.id, TOPIC.c.about_department_id).where(TOPIC.c.retro_id == retro_id)).all()
    for topic, department in about:
        if department is not None and before.get(topic) == (department, False) and after[topic] != before[topic]:
            changed = dict(zip(("about_department_id", "about_pooled"), after[topic], strict=True))
            db.execute(sa.update(TOPIC).where(TOPIC.c.id == topic).values(**changed))


def _narrow_outcome(
    db: sa.Connection, past: Past, groups: Sequence[Group], visible: set[str], names: Mapping[UUID, str]
) -> None:
    """The same in the fixed outcome, which knows departments by the names that they had."""
    row = db.execute(sa.select(OUTCOME.c.contents).where(OUTCOME.c.retro_id == past.id)).first()
    if row is None:
        return
    contents = row[0]
    several = {"name": "Several departments", "index": None} if all(one.says_several for one in groups) else None
    labelled = (
        set() if past.imported else {names.get(d) for d, (pooled, *_) in past.departments.items() if not pooled}
    )

    def narrow(entries: Iterable[dict[str, Any]]) -> None:
        for entry in entries:
            about, writer = entry["about"], entry["department"]
            nameless = writer is None or (writer["index"] is None and writer["name"] not in labelled)
            if nameless and about is not None and about["name"] not in visible:
                entry["about"] = several

    def mostly(entries: Iterable[dict[str, Any]]) -> About:
        return _mostly((entry["about"] and json.dumps(entry["about"]), False) for entry in entries)

    for topic in (*contents["topics"], *contents["not_discussed"]):
        was = mostly(topic["entries"])
        narrow(topic["entries"])
        if topic["about"] is not None and was[0] == json.dumps(topic["about"]):
            now = mostly(topic["entries"])[0]
            topic["about"] = json.loads(str(now)) if now else None
    narrow(contents["in_no_topic"])
    narrow(contents["thanks"])
    db.execute(sa.update(OUTCOME).where(OUTCOME.c.retro_id == past.id).values(contents=contents))


def _count_again(db: sa.Connection, past: Past, groups: Sequence[Group]) -> None:
    """What a retro's entries say by topic and by pair, where it was counted."""
    here = PAIR_COUNT.c.retro_id == past.id
    if db.execute(sa.select(PAIR_COUNT.c.retro_id).where(here).limit(1)).first() is None:
        return
    nobody = "" if past.imported else EVERYONE if past.labels == "dropped" else SEVERAL
    unnamed = groups[0].writers if past.imported else frozenset()
    of_topic: dict[tuple[UUID, str, str], Counter[str]] = defaultdict(Counter)
    of_pair: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    said = (ENTRY.c.kind, ENTRY.c.about_department_id, ENTRY.c.about_pooled, ENTRY.c.department_id, PLACE.c.topic_id)
    rows = sa.select(*said).select_from(sa.outerjoin(ENTRY, PLACE, PLACE.c.entry_id == ENTRY.c.id))
    for kind, about, pooled, writer, topic in db.execute(
        rows.where(ENTRY.c.retro_id == past.id, ENTRY.c.hidden_reason.is_(None))
    ):
        provider = str(about) if about else SEVERAL if pooled else ""
        consumer = str(writer) if writer else nobody
        of_pair[provider, consumer][COLUMN_OF[kind]] += 1
        if topic is not None:
            of_topic[topic, provider, "" if writer in unnamed else consumer][COLUMN_OF[kind]] += 1
    for table, found in (
        (TOPIC_COUNT, [({"topic_id": t, "provider": p, "consumer": c}, n) for (t, p, c), n in of_topic.items()]),
        (PAIR_COUNT, [({"provider": p, "consumer": c}, n) for (p, c), n in of_pair.items()]),
    ):
        db.execute(sa.delete(table).where(table.c.retro_id == past.id))
        for key, counted in found:
            numbers = {column: counted[column] for column in COUNTS}
            db.execute(sa.insert(table).values(retro_id=past.id, **key, **numbers))
