"""Migrations are additive: an older version goes on while a newer one has migrated already."""

import re
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

from bot.storage.database import Database
from tests.migration.test_upgrades import config, upgrade
from tests.support.additive import columns_of, stumbles

SINCE = "0040"  # what came before was never released beside anything older
RELEASE = re.compile(r"^## \[(\d+\.\d+\.\d+)\]", re.MULTILINE)
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/herald.db")
    await opened.open()
    yield opened
    await opened.close()


def later() -> list[Script]:
    """The revisions that the rule is for, the oldest first."""
    script = ScriptDirectory.from_config(config())
    return [one for one in script.walk_revisions() if one.revision > SINCE][::-1]


def last_read(revision: Script) -> Mapping[str, str]:
    """By column or table, the last release that read what this migration takes away."""
    return getattr(revision.module, "last_read", {})


def step(connection: Connection, revision: Script) -> list[str]:
    before = columns_of(connection)
    upgrade(connection, revision.revision)
    return [*stumbles(before, columns_of(connection), last_read(revision))]


async def test_an_older_version_goes_on_after_each(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.run_sync(partial(upgrade, revision=SINCE))
    for revision in later():
        async with database.transaction() as tx:
            assert await tx.run_sync(partial(step, revision=revision)) == [], revision.revision


def test_what_goes_was_last_read_by_a_release() -> None:
    released = set(RELEASE.findall((ROOT / "CHANGELOG.md").read_text()))
    named = {release for one in later() for release in last_read(one).values()}
    assert named <= released, "a column goes a release after the last version that reads it"


CHANGES = {
    "ALTER TABLE pond ADD COLUMN depth INTEGER": [],
    "ALTER TABLE pond ADD COLUMN depth INTEGER NOT NULL DEFAULT 0": [],
    "CREATE TABLE lake (id INTEGER)": [],
    "DROP TABLE pond": ["pond is gone"],
    "ALTER TABLE pond DROP COLUMN fish": ["pond.fish is gone"],
    "ALTER TABLE pond RENAME COLUMN fish TO carp": ["pond.fish is gone"],
    "ALTER TABLE pond RENAME TO lake": ["pond is gone"],
}
POND = "CREATE TABLE pond (id INTEGER, fish TEXT)"


def changed(connection: Connection, statements: list[str]) -> list[str]:
    connection.exec_driver_sql(POND)
    before = columns_of(connection)
    for statement in statements:
        connection.exec_driver_sql(statement)
    after = columns_of(connection)
    connection.exec_driver_sql("DROP TABLE IF EXISTS pond")
    connection.exec_driver_sql("DROP TABLE IF EXISTS lake")
    assert [*stumbles(before, after, {"pond": "1.0.0", "pond.fish": "1.0.0"})] == [
        one for one in stumbles(before, after, {}) if not one.endswith("is gone")
    ]
    return [*stumbles(before, after, {})]


async def test_the_rule_sees_what_is_not_additive(database: Database) -> None:
    anew = "CREATE TABLE pond (id INTEGER, fish {})".format
    others = {
        anew("INTEGER"): ["pond.fish is INTEGER, and was TEXT"],
        anew("TEXT NOT NULL"): ["pond.fish must have a value, and had none"],
        anew("TEXT, depth INTEGER NOT NULL"): [
            "pond.depth needs a value that an older version does not write"
        ],
    }
    async with database.transaction() as tx:
        for statement, found in CHANGES.items():
            assert await tx.run_sync(partial(changed, statements=[statement])) == found
        for statement, found in others.items():
            both = ["DROP TABLE pond", statement]
            assert await tx.run_sync(partial(changed, statements=both)) == found


def test_nothing_asks_for_all_columns_of_a_table() -> None:
    """What a server has prepared for it breaks as soon as there is one column more."""
    asks = re.compile(r"(SELECT|RETURNING)\s+\*(?!\s+FROM unnest)")
    sources = [Path(str(path)) for path in Path(str(files("bot"))).rglob("*.py")]
    assert [str(one) for one in sources if asks.search(one.read_text())] == []
