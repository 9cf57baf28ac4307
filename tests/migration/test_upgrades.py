"""Upgrade from every schema there ever was, with rows in each of its tables."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.resources import files
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, update
from sqlalchemy import types as kinds

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.schema import metadata
from tests.migration.test_migrations import differences

KEPT_OUT = {"alembic_version"}
KEY = 900  # beyond what a migration counts up to by itself
Choices = dict[str, str]
Contents = dict[str, list[dict[str, Any]]]


def revisions() -> list[str]:
    """Every schema, the oldest first."""
    script = ScriptDirectory.from_config(config())
    return [one.revision for one in script.walk_revisions()][::-1]


def config() -> AlembicConfig:
    made = AlembicConfig()
    made.set_main_option("script_location", str(files("migrations")))
    return made


def upgrade(connection: Connection, revision: str) -> None:
    to = config()
    to.attributes["connection"] = connection
    command.upgrade(to, revision)


class Rows:
    """What stands in the tables, each of which is filled as soon as it or a column of it comes."""

    def __init__(self) -> None:
        self.there = Contents()
        self._tables = MetaData()

    def upgrade(self, connection: Connection, revision: str) -> None:
        """To that schema; what stood in tables and columns that are still there has to be left."""
        upgrade(connection, revision)
        columns = {
            name: {column["name"] for column in found}
            for (_, name), found in inspect(connection).get_multi_columns().items()
            if name not in KEPT_OUT
        }
        now = contents(connection, columns)
        assert [*lost(self.there, now, columns)] == [], revision
        known = {table.name: {*table.columns.keys()} for table in self._tables.sorted_tables}
        fresh = {name: found - known.get(name, set()) for name, found in columns.items()}
        self.there = now | self._fill(connection, {name: new for name, new in fresh.items() if new})

    def _fill(self, connection: Connection, fresh: dict[str, set[str]]) -> Contents:
        """A row for each new table, those first to which others point; a value for a new column."""
        old = fresh.keys() & self._tables.tables.keys()
        for name in old:
            self._tables.remove(self._tables.tables[name])
        self._tables.reflect(connection, only=[*fresh])
        for table in self._tables.sorted_tables:
            if table.name in fresh:
                choices = chosen(connection, table)
                new = (table.columns[name] for name in fresh[table.name])
                row = {column.name: value(column, choices) for column in new}
                put = update(table) if table.name in old else insert(table)
                connection.execute(put.values(row))
        return contents(connection, fresh)


def contents(connection: Connection, names: Iterable[str]) -> Contents:
    """Every row, as the driver has it."""
    everything = ((name, connection.exec_driver_sql(f'SELECT * FROM "{name}"')) for name in names)
    return {name: [dict(row) for row in found.mappings()] for name, found in everything}


def lost(before: Contents, after: Contents, columns: dict[str, set[str]]) -> Iterator[str]:
    """What stood where something may still stand, and stands there no more."""
    for name in before.keys() & after.keys():
        for row in before[name]:
            kept = {key: row[key] for key in row.keys() & columns[name]}
            if not any(kept.items() <= one.items() for one in after[name]):
                yield f"{name}: {kept}"


def chosen(connection: Connection, table: Table) -> Choices:
    """The first value that a check lets through, for the columns that have such a check."""
    choices = Choices()
    for check in inspect(connection).get_check_constraints(table.name):
        said = str(check["sqltext"])
        column = re.search(r"\w+", said.replace("CHECK", ""))
        text = re.search(r"'([^']*)'", said)
        if column and text:
            choices.setdefault(column[0], text[1])
    return choices


def value(column: Column[Any], choices: Choices) -> Any:
    """Something that the column takes: what it points to, what its check names, or any value."""
    if column.name in choices:
        return choices[column.name]
    match column.type:
        case kinds.JSON():
            return {}
        case kinds.Boolean():
            return False
        case kinds.Integer() | kinds.Numeric():
            return KEY if column.primary_key or column.foreign_keys else 1
        case kinds.LargeBinary():
            return b"\x01" * 16
        case _:
            return "{}"


@pytest.mark.thorough("every migration in turn", but="none")
async def test_rows_of_every_schema_come_through(empty_url: str) -> None:
    """Each table and column is filled in the schema that brings it: every later step leaves it."""
    database = Database(empty_url)
    await database.open()
    rows = Rows()
    for revision in revisions():
        async with database.transaction() as tx:
            await tx.run_sync(partial(rows.upgrade, revision=revision))
    assert await migrate(database) is False
    async with database.transaction() as tx:
        assert await tx.run_sync(differences) == []
    await database.close()
    assert rows.there.keys() == metadata.tables.keys()
    assert [name for name, found in rows.there.items() if not found] == []
