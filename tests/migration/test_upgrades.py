"""Upgrade from every schema there ever was, with rows in each of its tables."""

import re
from functools import partial
from importlib.resources import files
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, func, insert, inspect, select
from sqlalchemy import types as kinds

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.schema import metadata
from tests.migration.test_migrations import differences

KEPT_OUT = {"alembic_version"}
KEY = 900  # beyond what a migration counts up to by itself
Choices = dict[str, str]


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


def fill(connection: Connection, filled: set[str]) -> None:
    """A row for each table that has none yet, those first to which others point."""
    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if table.name in filled | KEPT_OUT:
            continue
        choices = chosen(connection, table)
        row = {column.name: value(column, choices) for column in table.columns if needs(column)}
        connection.execute(insert(table).values(row))
        filled.add(table.name)


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


def needs(column: Column[Any]) -> bool:
    return not (column.nullable and not column.foreign_keys) or column.primary_key


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


def counts(connection: Connection) -> dict[str, int]:
    found = MetaData()
    found.reflect(connection)
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in found.sorted_tables
        if table.name not in KEPT_OUT
    }


@pytest.mark.thorough("every migration in turn", but="none")
async def test_rows_of_every_schema_come_through(empty_url: str) -> None:
    """Each table gets a row in the schema that brings it, so every later step meets it."""
    database = Database(empty_url)
    await database.open()
    filled = set[str]()
    for revision in revisions():
        async with database.transaction() as tx:
            await tx.run_sync(partial(upgrade, revision=revision))
        async with database.transaction() as tx:
            await tx.run_sync(partial(fill, filled=filled))
    assert await migrate(database) is False
    async with database.transaction() as tx:
        assert await tx.run_sync(differences) == []
        there = await tx.run_sync(counts)
    await database.close()
    assert there.keys() == metadata.tables.keys()
    assert [name for name, count in there.items() if not count] == []
