"""The migrations lead to the very schema that the code declares, on both engines."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.errors import ConfigError
from bot.storage.database import Database
from bot.storage.migrate import migrate, newest
from bot.storage.schema import metadata
from bot.wiring import FEATURES


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


async def test_an_empty_database_becomes_what_the_code_declares(empty_url: str) -> None:
    database = Database(empty_url)
    await database.open()

    assert await migrate(database) is True
    assert await migrate(database) is False

    async with database.transaction() as tx:
        assert await tx.run_sync(differences) == []
        found = set(await tx.run_sync(lambda connection: inspect(connection).get_table_names()))
    await database.close()
    assert found == {*metadata.tables, "alembic_version"}
    assert {"endpoint", "event", "delivery", "attempt", "audit_entry"} <= found
    # Every store of the list has declared its tables by then.
    assert len(FEATURES) >= 6
    assert {"appeal", "audit_entry", "delivery", "guild_setting", "post"} <= metadata.tables.keys()
    assert {"known_member", "moderation_case"} <= metadata.tables.keys()
    assert {"ticket", "ticket_file", "ticket_message", "ticket_type"} <= metadata.tables.keys()


async def test_a_migration_that_fails_leaves_nothing(empty_url: str) -> None:
    database = Database(empty_url)
    await database.open()
    async with database.transaction() as tx:
        await tx.execute(text("CREATE TABLE delivery (somebody TEXT)"))

    with pytest.raises(Exception, match="delivery"):
        await migrate(database)

    async with database.transaction() as tx:
        names = await tx.run_sync(lambda connection: inspect(connection).get_table_names())
    await database.close()
    assert names == ["delivery"]


async def test_a_newer_schema_is_refused_and_left_alone(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ConfigError, match=r"database\.url: .*a newer Herald \(schema 9999\)"):
        await migrate(database)

    async with database.transaction() as tx:
        kept = (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
        # The database is lent, and emptied for the next test but for its version.
        await tx.execute(text("UPDATE alembic_version SET version_num = :was"), {"was": newest()})
    assert kept == "9999"


async def test_rows_survive_a_second_start(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    database = Database(sqlite_url)
    await database.open()
    async with database.transaction() as tx:
        await tx.execute(text("INSERT INTO guild_setting VALUES (1, 'members', '{}')"))
    await database.close()
    shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), copy)

    again = Database(f"sqlite:///{copy}")
    await again.open()
    await migrate(again)
    async with again.reading() as reading:
        rows = (await reading.execute(text("SELECT feature FROM guild_setting"))).scalars().all()
    await again.close()
    assert rows == ["members"]


# What a start does with its database, and whether that took alembic.
OPENS = """
import asyncio, sys
from bot.storage.database import Database
from bot.storage.migrate import migrate

async def main():
    database = Database(sys.argv[1])
    await database.open()
    print(await migrate(database), "alembic" in sys.modules)
    await database.close()

asyncio.run(main())
"""


def test_the_newest_file_is_the_head_of_all_revisions() -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", "migrations")

    assert newest() == ScriptDirectory.from_config(config).get_current_head()


@pytest.mark.thorough("a program started for its imports")
def test_only_a_start_that_migrates_pays_for_alembic(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPENS, f"sqlite:///{tmp_path}/herald.db"]
    starts = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in "12"]

    assert [start.stdout.split() for start in starts] == [["True", "True"], ["False", "False"]]
