"""erasing after the close, titles that point at an entry

Titles that the machine took from one entry become pointers at it, where that can be told; hidden words of closed retros
go. PostgreSQL keeps no samples of what can be erased.

Revision: 0014
Revises: 0013
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0014'
down_revision: str | Sequence[str] | None = '0013'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NO_SAMPLES = {
    'entry': ('text', 'hidden_role', 'erased'), 'topic': ('title', 'notes'), 'why': ('text',), 'reply': ('text',),
    'theme': ('name',), 'theme_suggestion': ('name',),
}  # fmt: skip
AT_ONCE = 500
RUN_MOST = 60
WORD = re.compile(r"[\w'’-]+")
JOINS = frozenset({'and'})


def upgrade() -> None:
    op.create_table('erasure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('retro_id', sa.Uuid(), nullable=True),
    sa.Column('what', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('target', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('confirmed_by', sa.Uuid(), nullable=True),
    sa.Column('confirmed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('by_any_two', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_erasure_asked_by_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['confirmed_by'], ['account.id'], name=op.f('fk_erasure_confirmed_by_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_erasure_retro_id_retro'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasure_retro_id'), ['retro_id'], unique=False)

    with op.batch_alter_table('entry', schema=None, table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.add_column(sa.Column('hidden_role', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True))
        batch_op.add_column(sa.Column('erased', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('entry', schema=None, table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.alter_column('erased', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)

    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.add_column(sa.Column('title_entry_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('title_start', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('title_end', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index(batch_op.f('ix_topic_title_entry_id'), ['title_entry_id'], unique=False)
        batch_op.create_foreign_key(
            batch_op.f('fk_topic_title_entry_id_entry'), 'entry', ['title_entry_id'], ['id'], ondelete='SET NULL'
        )

    _erase_hidden()
    _point()
    _tell('SET STATISTICS 0', drop_samples=True)


def downgrade() -> None:
    _tell('SET STATISTICS -1', drop_samples=False)
    _write_titles()
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_topic_title_entry_id_entry'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_topic_title_entry_id'))
        batch_op.drop_column('title_end')
        batch_op.drop_column('title_start')
        batch_op.drop_column('title_entry_id')
    with op.batch_alter_table('entry', schema=None, table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.drop_column('erased')
        batch_op.drop_column('hidden_role')
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erasure_retro_id'))
    op.drop_table('erasure')


def _erase_hidden() -> None:
    entry, retro = _table('entry', 'id', 'retro_id', 'text', 'hidden_reason', 'erased'), _table('retro', 'id', 'stage')
    closed = sa.select(retro.c.id).where(retro.c.stage == 'closed')
    hidden = entry.update().where(entry.c.hidden_reason.is_not(None), entry.c.retro_id.in_(closed))
    op.execute(hidden.values(text='', erased=sa.true()))


def _point() -> None:
    """A title whose words at least two entries of the retro share stays; so does one that cannot be placed."""
    topic = _table('topic', 'id', 'retro_id', 'title', 'titled_by_person', 'title_entry_id', 'title_start', 'title_end')
    retros = sa.select(topic.c.retro_id).where(topic.c.titled_by_person.is_(sa.false()), topic.c.title != '').distinct()
    bind = op.get_bind()
    every = list(bind.execute(retros).scalars())
    for at in range(0, len(every), AT_ONCE):
        _point_in(bind, topic, every[at : at + AT_ONCE])


def _point_in(bind: Any, topic: Any, retro_ids: Sequence[Any]) -> None:
    entry, placed = _table('entry', 'id', 'retro_id', 'text', 'hidden_reason'), _table('topic_entry', 'topic_id', 'entry_id')
    shown = sa.select(entry.c.id, entry.c.retro_id, entry.c.text).where(
        entry.c.retro_id.in_(retro_ids), entry.c.hidden_reason.is_(None)
    )
    texts, counted = {}, defaultdict(Counter)
    for entry_id, retro_id, text in bind.execute(shown):
        texts[entry_id] = text
        counted[retro_id].update({word for word, _, _ in _words(text)})
    held = defaultdict(list)
    places = sa.select(placed.c.topic_id, placed.c.entry_id).join(topic, topic.c.id == placed.c.topic_id)
    for topic_id, entry_id in bind.execute(places.where(topic.c.retro_id.in_(retro_ids)).order_by(placed.c.entry_id)):
        held[topic_id].append(entry_id)
    titled = sa.select(topic.c.id, topic.c.retro_id, topic.c.title).where(
        topic.c.retro_id.in_(retro_ids), topic.c.titled_by_person.is_(sa.false()), topic.c.title != ''
    )
    changed = []
    for topic_id, retro_id, title in list(bind.execute(titled)):
        words = {word for word, _, _ in _words(title)} - JOINS
        own = counted[retro_id]
        if words and all(own[word] > 1 for word in words):
            continue
        found = next((one for one in _sources(title, words, held[topic_id], texts)), None)
        if found:
            changed.append({'b_id': topic_id, 'title': '', 'title_entry_id': found[0], 'title_start': found[1], 'title_end': found[2]})
    if changed:
        bind.execute(topic.update().where(topic.c.id == sa.bindparam('b_id')), changed)


def _sources(title: str, words: set[str], entry_ids: Iterable[Any], texts: dict[Any, str]) -> Iterable[tuple[Any, int, int]]:
    """(entry, start, end) where these words stand in one entry; the whole text (0, 0) where the run would be long."""
    begins = ' '.join(title.rstrip('…').split()).casefold()
    for entry_id in entry_ids:
        text = texts.get(entry_id, '')
        if begins and ' '.join(text.split()).casefold().startswith(begins):
            yield entry_id, 0, 0
            continue
        at = [(word, start, end) for word, start, end in _words(text) if word in words]
        if words and {word for word, _, _ in at} == words:
            start, end = at[0][1], at[-1][2]
            yield (entry_id, start, end) if end - start <= RUN_MOST else (entry_id, 0, 0)


def _write_titles() -> None:
    """Older versions read titles where they were copied."""
    topic = _table('topic', 'id', 'title', 'title_entry_id', 'title_start', 'title_end', 'position')
    entry = _table('entry', 'id', 'text')
    bind = op.get_bind()
    pointing = sa.select(topic.c.id, topic.c.title_start, topic.c.title_end, topic.c.position, entry.c.text)
    pointing = pointing.outerjoin_from(topic, entry, entry.c.id == topic.c.title_entry_id).where(topic.c.title == '')
    for topic_id, start, end, position, text in list(bind.execute(pointing)):
        said = ' '.join((text or '')[start : end or RUN_MOST].split())
        title = said[:1].upper() + said[1:] if said else f'Topic {position + 1}'
        bind.execute(topic.update().where(topic.c.id == topic_id).values(title=title))


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(found[0].casefold(), found.start(), found.end()) for found in WORD.finditer(text)]


def _table(name: str, *columns: str) -> Any:
    return sa.Table(name, sa.MetaData(), *(sa.Column(one, TYPES.get(one, sa.String())) for one in columns))


TYPES: dict[str, Any] = {
    'id': sa.Uuid(), 'retro_id': sa.Uuid(), 'topic_id': sa.Uuid(), 'entry_id': sa.Uuid(), 'title_entry_id': sa.Uuid(),
    'title_start': sa.Integer(), 'title_end': sa.Integer(), 'position': sa.Integer(),
    'titled_by_person': sa.Boolean(), 'erased': sa.Boolean(),
}  # fmt: skip


def _tell(what: str, *, drop_samples: bool) -> None:
    """As 0004 does; a column is told its own type again because that drops the samples that are there."""
    bind = op.get_bind()
    if bind.dialect.name != 'postgresql':
        return
    for table, columns in NO_SAMPLES.items():
        for column in sa.inspect(bind).get_columns(table):
            if column['name'] in columns:
                alter = f'ALTER TABLE "{table}" ALTER COLUMN "{column["name"]}"'
                op.execute(f'{alter} {what}')
                if drop_samples:
                    op.execute(f'{alter} TYPE {column["type"].compile(bind.dialect)}')
