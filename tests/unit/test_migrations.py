"""The migrations make exactly the tables that the models declare, on both databases, and can be taken back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, inspect, text
from sqlmodel import SQLModel, select

from app.actions.models import Action
from app.actions.queries import rows
from app.actions.rules.states import project
from app.actions.service import calendar
from app.core import migrate
from app.core.db import Database
from app.core.ids import new_id
from app.people.models import Account, SignIn
from app.themes.models import Theme, ThemeNameSource
from app.themes.queries.names import names_for
from tests.databases import PostgresForTests

migrate.import_models()
WITHOUT_ROWID = sorted(
    table.name for table in SQLModel.metadata.sorted_tables if table.dialect_options["sqlite"]["with_rowid"] is False
)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'migrated.db'}"
    server: PostgresForTests = request.getfixturevalue("postgres")
    return server.fresh(tables=False)


@pytest.fixture
def migrated(empty_url: str) -> Iterator[Engine]:
    migrate.upgrade(empty_url)
    engine = create_engine(empty_url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))


def test_the_newest_migration_makes_what_the_models_declare(migrated: Engine) -> None:
    assert differences(migrated) == []


def test_the_comparison_would_notice_a_forgotten_column(migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.execute(text("ALTER TABLE department DROP COLUMN tone"))
    assert len(differences(migrated)) == 1


def test_the_database_knows_its_revision(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    assert migrate.revision_of(empty_url) == migrate.newest_revision() is not None


def test_migrating_again_changes_nothing(migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.execute(
            text("INSERT INTO organisation (id, name, is_demo, time_zone) VALUES (1, 'P', false, 'UTC')")
        )
    migrate.upgrade(migrated.url.render_as_string(hide_password=False))
    with migrated.connect() as connection:
        assert connection.execute(text("SELECT name FROM organisation")).scalars().all() == ["P"]


def test_all_migrations_can_be_taken_back(migrated: Engine) -> None:
    migrate.downgrade(migrated.url.render_as_string(hide_password=False), "base")
    assert inspect(migrated).get_table_names() == ["alembic_version"]


def test_two_processes_migrate_one_after_the_other(empty_url: str) -> None:
    troubles: list[BaseException] = []

    def run() -> None:
        try:
            migrate.upgrade(empty_url)
        except BaseException as error:
            troubles.append(error)

    with migrate._one_at_a_time(empty_url):
        waiting = threading.Thread(target=run, daemon=True)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive(), "the second one did not wait"
        assert not (tables := inspect(create_engine(empty_url)).get_table_names()), tables
    waiting.join(30)
    assert not waiting.is_alive()
    assert troubles == []
    assert migrate.revision_of(empty_url) == migrate.newest_revision()


def test_a_database_of_a_newer_version_is_refused_in_a_sentence(migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    with pytest.raises(migrate.DatabaseIsNewer, match="newer Fencepost"):
        migrate.upgrade(migrated.url.render_as_string(hide_password=False))


@pytest.mark.parametrize("table", WITHOUT_ROWID)
def test_tables_that_must_not_keep_an_order_have_no_rowid(table: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'migrated.db'}"
    migrate.upgrade(url)
    with create_engine(url).connect() as connection, pytest.raises(Exception, match="no such column: rowid"):
        connection.execute(text(f'SELECT rowid FROM "{table}"'))


def test_the_tables_without_rowid_are_the_short_lived_ones_and_the_entries() -> None:
    assert WITHOUT_ROWID == [
        "answer", "dot_vote", "draft", "entry", "entry_owner", "not_ours", "owner_to_seal", "rating", "seat",
        "seat_move", "stance_vote", "ticket", "waiting", "withdrawal",
    ]  # fmt: skip


SAMPLED = text(
    "SELECT t.relname, a.attname FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid "
    "WHERE t.relname = ANY(:tables) AND t.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
    "AND a.attstattarget IS DISTINCT FROM 0"
)


@pytest.mark.parametrize("tables", ["as the migrations make them", "as the models declare them"])
def test_postgres_samples_nothing_of_what_must_be_forgotten(tables: str, postgres: PostgresForTests) -> None:
    url = postgres.fresh(tables=tables == "as the models declare them")
    if tables == "as the migrations make them":
        migrate.upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(SAMPLED, {"tables": WITHOUT_ROWID}).all() == []
        assert connection.execute(SAMPLED, {"tables": ["topic"]}).all(), "the question finds nothing at all"
    engine.dispose()


def test_the_migration_drops_samples_that_are_there(postgres: PostgresForTests) -> None:
    url = postgres.fresh(tables=False)
    migrate.upgrade(url, "0003")
    engine = create_engine(url)
    kept = text("SELECT count(*) FROM pg_stats WHERE tablename = 'seat' AND attname = 'tag'")
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))  # seats without their retro do here
        connection.execute(text(
            "INSERT INTO seat (tag, retro_id, handle, ready, released, ejected) "
            "SELECT 'tag ' || n, gen_random_uuid(), 'BCDF', false, false, false FROM generate_series(1, 50) n"
        ))  # fmt: skip
        connection.execute(text("ANALYZE seat"))
        assert connection.execute(kept).scalar_one() == 1
    migrate.upgrade(url)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE seat"))
        assert connection.execute(kept).scalar_one() == 0
    engine.dispose()


def test_what_was_promised_before_is_followed_up_from_now_on(empty_url: str, now: datetime) -> None:
    """Revision 0005 works out what old histories come to; the calendar looks at them once more and tells nobody."""
    migrate.upgrade(empty_url, "0004")
    old, database = _an_old_promise(empty_url, now), Database(empty_url)
    migrate.upgrade(empty_url)
    with database.transaction() as db:
        row = db.get_one(Action, old)
        assert (row.requested_on, row.answered_on, row.answered_in) == (date(2026, 3, 2), date(2026, 3, 9), 5)
        assert (row.reported_on, row.settled_on, row.open_for) == (date(2026, 3, 12), date(2026, 3, 20), 18)
        assert row.by_silence
        assert row.moved_at == datetime(2026, 3, 20, 9, tzinfo=UTC)
        assert [one.owner_id for one in rows.steps_of(db, old)] == [row.owner_id, None, None, None]
        assert project(rows.steps_of(db, old)).state == row.state
        assert calendar.look_at_due(db, datetime.now(UTC)) == 1
        assert row.attention_at is None, "settled: nothing falls due any more"
    database.dispose()


def test_a_name_that_the_machine_made_before_is_for_those_who_may_read_all_of_its_retros(empty_url: str) -> None:
    """Revision 0013: nobody knows any more of which retro its words are."""
    migrate.upgrade(empty_url, "0012")
    themes, retros = _old_themes(empty_url)
    migrate.upgrade(empty_url)
    database = Database(empty_url)
    with database.reading() as db:
        parts = {one.name: one.name_parts for one in db.exec(select(Theme))}
        assert parts == {"Zebu ledger": 2, "Typed by a person": 0, "Not named yet": 0, "Of nothing": 1}
        sources = sorted((row.part, row.retro_id) for row in db.exec(select(ThemeNameSource)))
        assert sorted(retro_id for _, retro_id in sources) == sorted(retros)
        assert [part for part, _ in sources] == [1, 2]
        named = names_for(db, None, themes.values())
        assert named[themes["Typed by a person"]] == "Typed by a person"
        assert named[themes["Zebu ledger"]].startswith("Theme ")
        assert named[themes["Of nothing"]].startswith("Theme ")
    database.dispose()


def _old_themes(url: str) -> tuple[dict[str, UUID], list[UUID]]:
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine, only=("account", "project", "retro", "topic", "theme", "theme_topic"))
    key = {"sqlite": lambda value: value.hex, "postgresql": lambda value: value}[engine.dialect.name]
    names = ("Zebu ledger", "Typed by a person", "Not named yet", "Of nothing")
    themes, retros, account, project_id = {name: new_id() for name in names}, [new_id(), new_id()], new_id(), new_id()
    with engine.begin() as connection:

        def put(table: str, **values: object) -> None:
            plain = {name: key(one) if isinstance(one, UUID) else one for name, one in values.items()}
            _insert(connection, tables.tables[table], **plain)

        put("account", id=account, email="p@example.org", name="Paul")
        put("project", id=project_id, name="Press")
        for name, theme in themes.items():
            put("theme", id=theme, name=name, named_by_person=name.startswith("Typed"))
        for number, retro in enumerate(retros):
            put("retro", id=retro, project_id=project_id, code=f"CODE000{number}", facilitator_id=account)
            for name in names[:3]:
                topic = new_id()
                put("topic", id=topic, retro_id=retro)
                put("theme_topic", topic_id=topic, theme_id=themes[name], retro_id=retro, group_id=themes[name])
    engine.dispose()
    return themes, retros


def _an_old_promise(url: str, now: datetime) -> UUID:
    action, owner, department = new_id(), new_id(), new_id()
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine, only=("account", "action", "action_step", "department"))
    steps = [("requested", 2), ("promised", 9), ("reported_done", 12), ("accepted", 20)]
    key = {"sqlite": lambda value: value.hex, "postgresql": lambda value: value}[engine.dialect.name]
    with engine.begin() as connection:
        _insert(connection, tables.tables["account"], id=key(owner), email="p@example.org", name="Paul")
        _insert(connection, tables.tables["department"], id=key(department), name="Editorial", badge="E", tone=1)
        _insert(
            connection, tables.tables["action"], id=key(action), title="Send proofs", owner_id=key(owner),
            requesting_department_id=key(department), state="accepted", due_on=date(2026, 3, 13),
            promised_for=date(2026, 3, 13), reported_at=datetime(2026, 3, 12, 9), settled_at=datetime(2026, 3, 20, 9),
        )  # fmt: skip
        for number, (state, day) in enumerate(steps, start=1):
            _insert(
                connection, tables.tables["action_step"], id=key(new_id()), action_id=key(action), number=number,
                state=state, happened_at=datetime(2026, 3, day, 9), by_silence=state == "accepted",
            )  # fmt: skip
    engine.dispose()
    return action


def _insert(connection: Connection, table: Table, **values: object) -> None:
    """A row; what is needed and not given is empty, zero, false or long ago."""
    plain = {"VARCHAR": "", "INTEGER": 0, "BOOLEAN": False, "DATETIME": datetime(2026, 1, 1), "JSON": [],
             "TIMESTAMP": datetime(2026, 1, 1), "CHAR": "", "FLOAT": 0.0, "DOUBLE_PRECISION": 0.0}  # fmt: skip
    for column in table.columns:
        if not column.nullable and column.name not in values:
            values[column.name] = plain[type(column.type).__name__.upper()]
    connection.execute(table.insert().values(**values))


def test_the_folder_of_migrations_does_not_hide_the_library() -> None:
    # With an __init__.py there, `import alembic` from the project folder would find our folder instead.
    assert not (migrate.scripts_folder() / "__init__.py").exists()


def test_rebuilding_a_table_keeps_the_rows_that_point_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """SQLite's batch mode drops the old table; with foreign keys on, ON DELETE CASCADE would empty the others."""
    url = f"sqlite:///{tmp_path / 'migrated.db'}"
    migrate.upgrade(url)
    _somebody_signs_in(url, now)
    _run_a_migration(url, tmp_path, monkeypatch, REBUILD_ACCOUNT)
    assert (_count(url, "account"), _count(url, "sign_in")) == (1, 1)
    assert migrate.revision_of(url) == "extra"


def test_a_migration_that_breaks_a_reference_is_rolled_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    url = f"sqlite:///{tmp_path / 'migrated.db'}"
    migrate.upgrade(url)
    _somebody_signs_in(url, now)
    with pytest.raises(RuntimeError, match="1 rows pointing at nothing, in sign_in"):
        _run_a_migration(url, tmp_path, monkeypatch, "op.execute('DELETE FROM account')")
    assert (_count(url, "account"), _count(url, "sign_in")) == (1, 1)
    assert migrate.revision_of(url) != "extra"


REBUILD_ACCOUNT = """
    with op.batch_alter_table("account", recreate="always") as batch:
        batch.alter_column("name", existing_type=sa.String(120), type_=sa.String(130))
"""


def _somebody_signs_in(url: str, now: datetime) -> None:
    database = Database(url)
    with database.transaction() as db:
        account = Account(email="frieda@example.org", name="Frieda", created_at=now)
        db.add(account)
        db.flush()
        db.add(SignIn(token_hash="f" * 64, account_id=account.id, started_at=now, seen_at=now, expires_at=now))
    database.dispose()


def _run_a_migration(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, statements: str) -> None:
    scripts = shutil.copytree(migrate.scripts_folder(), folder / "scripts")
    (scripts / "versions" / "extra.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = 'extra'\ndown_revision = {migrate.newest_revision()!r}\n"
        f"def upgrade():\n    {statements.strip()}\n"
    )
    monkeypatch.setattr(migrate, "scripts_folder", lambda: scripts)
    migrate.upgrade(url)


def _count(url: str, table: str) -> int:
    with create_engine(url).connect() as connection:
        return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())
