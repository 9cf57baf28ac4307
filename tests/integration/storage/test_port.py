"""A port of a database with every table filled, to PostgreSQL and back; cut off, and refused."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.event import listen, remove

from bot.errors import ConfigError, HeraldError
from bot.features.audit.tables import audit_entry
from bot.features.settings.store import guild_setting
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.port import PortObserver, PortStep, port
from bot.storage.schema import metadata
from bot.storage.standstill import standstill
from bot.storage.stored_rows import StoredRows
from bot.wiring import FEATURES
from tests.support.full_tables import AT, fill_every
from tests.support.postgres import PostgresServer
from tests.support.watched import beside, listening

assert FEATURES  # every table is declared by then
NAMES = ("_x", "B", "a", "ä", "Z", "z", "Ä", "\U0001f9a6", "-", "aa")
"""Features by names that every language orders in another way."""
ORIGIN, THERE = "sqlite:///old.db", "postgresql://host:5432/herald"
PAGE = 3  # rows at once
Rows = dict[str, list[tuple[Any, ...]]]
Row = dict[str, Any]


EVERY: Row = {"guild_id": 7, "severity": "low", "source": "bot", "actor_name": "", "summary": ""}
AUDITED: Row = {**EVERY, "event_type": "x", "target_type": "", "context": {}, "created_at": AT}
ID = audit_entry.c.id


class CutOff(Exception):
    """What a test cuts a port off with."""


@pytest.fixture
async def empty_url(postgres: PostgresServer) -> AsyncGenerator[str]:
    name = await postgres.create(migrated=False)
    yield postgres.url(name)
    await postgres.drop(name)


@pytest.fixture
async def full(sqlite_url: str) -> AsyncGenerator[Database]:
    """A database with rows in every table."""
    async with beside(sqlite_url) as database:
        async with database.transaction() as tx:
            await fill_every(tx)
            one: Row = {"guild_id": 7, "document": {}}
            await tx.execute(insert(guild_setting), [{**one, "feature": name} for name in NAMES])
        yield database


def untold(_step: PortStep) -> None:
    """Where nobody looks on."""


def cut_at(step: int) -> PortObserver:
    """Cut off at that step, counted from 1."""
    steps = iter(range(1, step))

    def told(_step: PortStep) -> None:
        if next(steps, None) is None:
            raise CutOff

    return told


async def stored(database: Database) -> Rows:
    """Every row of every table as it is stored, in no order."""
    found = Rows()
    async with database.reading() as reading:
        for table in metadata.sorted_tables:
            rows = await reading.execute(select(table))
            found[table.name] = sorted(map(tuple, rows), key=repr)
    return found


async def numbers(database: Database) -> dict[str, int]:
    """What SQLite has given last as a key of each table."""
    async with database.reading() as reading:
        found = await reading.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {row.name: row.seq for row in found}


async def test_it_goes_there_and_back_with_every_row(
    full: Database, empty_url: str, tmp_path: Path
) -> None:
    """An id that was given out and let go of comes on neither engine again."""
    async with full.transaction() as tx:
        last = (await tx.execute(insert(audit_entry).values(AUDITED).returning(ID))).scalar_one()
        await tx.execute(delete(audit_entry).where(last == ID))
    before, given = await stored(full), await numbers(full)
    assert min(map(len, before.values())) >= 2
    steps = list[PortStep]()
    async with beside(empty_url) as there, beside(f"sqlite:///{tmp_path}/back.db") as back:
        rows = await port(full, there, origin=ORIGIN, told=steps.append, page=PAGE)
        assert rows == sum(map(len, before.values()))
        assert await stored(there) == before
        # Its mark was gone, and then it was cut off before it could say so.
        assert await port(full, there, origin=ORIGIN, told=untold, page=PAGE) == rows
        assert await port(there, back, origin=THERE, told=untold, page=PAGE) == rows
        assert (await stored(back), await numbers(back)) == (before, given)
        async with there.transaction() as tx:
            fresh = (await tx.execute(insert(audit_entry).values(AUDITED).returning(ID))).scalar()
        assert fresh == last + 1
    assert await stored(full) == before
    ends = [step for step in steps if step.hash]
    assert [step.table for step in ends] == [table.name for table in metadata.sorted_tables]
    assert [step.number for step in ends] == list(range(1, len(before) + 1))
    assert [step.rows for step in ends] == [len(before[step.table]) for step in ends]
    assert steps[-1].share == 1.0
    assert sorted(step.share for step in steps) == [step.share for step in steps]


async def test_cut_off_at_any_moment_it_goes_on_by_the_same_command(
    full: Database, empty_url: str
) -> None:
    before = await stored(full)
    async with beside(empty_url) as there:
        for step in (1, 2, 60, 160):
            with pytest.raises(CutOff):
                await port(full, there, origin=ORIGIN, told=cut_at(step), page=PAGE)
            with pytest.raises(ConfigError, match=f"not filled this database .* at {ORIGIN},"):
                await migrate(there)
        await port(full, there, origin=ORIGIN, told=untold, page=PAGE)
        assert await stored(there) == before
        assert await migrate(there) is False


async def test_what_was_changed_after_a_cut_is_moved_as_it_is_now(
    full: Database, empty_url: str
) -> None:
    """A Herald ran on the old database in between: it changed rows that had gone over."""
    async with beside(empty_url) as there:
        with pytest.raises(CutOff):
            await port(full, there, origin=ORIGIN, told=cut_at(150), page=PAGE)
        async with full.transaction() as tx:
            known = audit_entry.c.origin_id.is_not(None)
            told = (await tx.execute(select(audit_entry).where(known))).mappings().one()
            await tx.execute(delete(audit_entry).where(known))
            # What was unique of it is now that of another row, with which it cannot stand.
            await tx.execute(insert(audit_entry).values({**told, "id": told["id"] + 7}))
            await tx.execute(update(audit_entry).values(summary="mended"))
            await tx.execute(delete(guild_setting).where(guild_setting.c.feature == "a"))
            first: Row = {"guild_id": -1, "feature": "first", "document": {}}
            await tx.execute(insert(guild_setting).values(first))
        await port(full, there, origin=ORIGIN, told=untold, page=PAGE)
        assert await stored(there) == await stored(full)


@pytest.mark.parametrize(
    ("letters", "pages"), [(1, [50, 100, 50]), (120_000, [50, 34, 34, 34, 34, 14])]
)
async def test_a_page_of_heavy_rows_is_a_short_one(
    sqlite_url: str, letters: int, pages: list[int]
) -> None:
    """So memory stays flat, however many rows there are."""
    document = {"x": "x" * letters}
    settings = [{"guild_id": one, "feature": "", "document": document} for one in range(200)]
    async with beside(sqlite_url) as database:
        async with database.transaction() as tx:
            await tx.execute(insert(guild_setting), settings)
        rows = StoredRows(guild_setting, is_sqlite=True)
        async with database.reading() as reading:
            assert [len(page) async for page in rows.pages(reading)] == pages


async def test_texts_are_in_the_order_of_their_bytes(postgres_url: str) -> None:
    """Whatever the server's language: that of the tests knows none, so the words are looked at."""
    said = list[str]()

    def note(*given: Any) -> None:
        said.append(given[2])

    rows = StoredRows(guild_setting, is_sqlite=False)
    async with beside(postgres_url) as database:
        listen(Engine, "before_cursor_execute", note)
        try:
            async with database.transaction() as tx:
                one: Row = {"guild_id": 7, "document": {}}
                settings = [{**one, "feature": name} for name in NAMES]
                await tx.execute(insert(guild_setting), settings)
            async with database.reading() as reading:
                found = [row.feature async for page in rows.pages(reading) for row in page]
        finally:
            remove(Engine, "before_cursor_execute", note)
    assert found == sorted(NAMES)
    wanted = 'guild_setting.feature COLLATE "C"'
    assert sum(wanted in one for one in said) == 2, said


async def test_a_text_that_the_other_engine_cannot_hold(full: Database, empty_url: str) -> None:
    """What it is and where is said; once that is mended, the same command ends whole."""
    strange = update(guild_setting).where(guild_setting.c.feature == "B")
    async with full.transaction() as tx:
        await tx.execute(strange.values(feature="B\0"))
    async with beside(empty_url) as there:
        with pytest.raises(HeraldError, match=r"of table guild_setting, rows .* cannot be stored"):
            await port(full, there, origin=ORIGIN, told=untold, page=PAGE)
        async with full.transaction() as tx:
            mended = update(guild_setting).where(guild_setting.c.feature == "B\0")
            await tx.execute(mended.values(feature="B"))
        await port(full, there, origin=ORIGIN, told=untold, page=PAGE)
        assert await stored(there) == await stored(full)


async def test_a_full_disk_cuts_it_off_in_words(full: Database, tmp_path: Path) -> None:
    async with beside(f"sqlite:///{tmp_path}/new.db") as there:
        await migrate(there)
        document = {"x": "x" * 100_000}
        async with full.transaction() as tx:
            await tx.execute(update(guild_setting).values(document=document))
        async with there.transaction() as tx:
            pages = (await tx.execute(text("PRAGMA page_count"))).scalar_one()
            await tx.execute(text(f"PRAGMA max_page_count = {pages + 5}"))
        with pytest.raises(HeraldError, match=r"was cut off \(.*full\); mend that and give"):
            await port(full, there, origin=ORIGIN, told=untold)
        async with there.transaction() as tx:
            await tx.execute(text("PRAGMA max_page_count = 100000"))
        await port(full, there, origin=ORIGIN, told=untold)
        assert await stored(there) == await stored(full)


async def refused(source: Database, target: Database, words: str, origin: str = ORIGIN) -> None:
    """Refused in these words, before a step is taken."""
    steps = list[PortStep]()
    with pytest.raises(HeraldError, match=words):
        await port(source, target, origin=origin, told=steps.append)
    assert steps == []


async def changed(database: Database, *statements: str) -> None:
    async with database.transaction() as tx:
        for one in statements:
            await tx.execute(text(one))


async def test_what_is_not_empty_is_left_alone(full: Database, tmp_path: Path) -> None:
    files = [f"sqlite:///{tmp_path}/{name}.db" for name in ("empty", "foreign", "newer")]
    async with beside(files[0]) as there:
        await migrate(there)
        await changed(there, "INSERT INTO guild_setting VALUES (1, 'members', '{}')")
        await refused(full, there, "not empty, it has rows in the table guild_setting; name a file")
        await changed(there, "DELETE FROM guild_setting")
        with pytest.raises(CutOff):
            await port(full, there, origin=ORIGIN, told=cut_at(9))
        await refused(full, there, f"a port from {ORIGIN} that has not ended", "sqlite:///x")
        await refused(there, full, "`herald port` has not filled this database to its end")
        await changed(there, "UPDATE herald_port SET schema = '0001'")
        await refused(full, there, r"begun by another version of Herald \(schema 0001\)")
    async with beside(files[1]) as there:
        await changed(there, "CREATE TABLE pond (id INTEGER)")
        await refused(full, there, "not empty, it has a table pond; name a file that is not there")
    async with beside(files[2]) as there:
        await migrate(there)
        await changed(there, "UPDATE alembic_version SET version_num = '9999'")
        await refused(full, there, r"the database of --to: .*a newer Herald \(schema 9999\)")
        await refused(there, full, r"database\.url: .*a newer Herald \(schema 9999\)")


async def test_what_is_not_up_to_date_is_not_moved(full: Database, tmp_path: Path) -> None:
    async with beside(f"sqlite:///{tmp_path}/new.db") as there:
        await refused(there, full, "nothing is in it that `herald port` could move")
        await changed(full, "UPDATE alembic_version SET version_num = '0001'")
        await refused(full, there, r"its schema \(0001\) is an older Herald's; .* `herald migrate`")


async def test_no_herald_runs_meanwhile(postgres_url: str, full: Database) -> None:
    """On PostgreSQL; a file's lock says the same of SQLite."""
    async with beside(postgres_url) as there, beside(postgres_url) as running:
        await listening(running)
        await refused(full, there, "a Herald runs on this PostgreSQL; stop it")
        await refused(there, full, "a Herald runs on this PostgreSQL; stop it")
    async with beside(postgres_url) as there, standstill(there):
        with pytest.raises(ConfigError, match="copies this database at this moment; wait"):
            await Database(postgres_url).open()


def test_a_schema_has_nothing_but_tables_and_their_indices(sqlite_template: Path) -> None:
    """Of triggers, views and the tables of a full-text search a port knows nothing."""
    with closing(sqlite3.connect(sqlite_template)) as connection:
        kinds = connection.execute("SELECT DISTINCT type FROM sqlite_master ORDER BY type")
        assert kinds.fetchall() == [("index",), ("table",)]
    generated = [one for table in metadata.sorted_tables for one in table.columns if one.computed]
    assert generated == []
