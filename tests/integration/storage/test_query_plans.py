"""Nothing that grows is read whole: by no statement of a store, and by none written by hand."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from sqlalchemy import Index, Table, UniqueConstraint

from bot.features.cases import store
from bot.outbox import sql_postgres, sql_sqlite
from bot.storage.database import Database
from bot.storage.schema import metadata
from bot.wiring import FEATURES
from tests.conftest import SEEN
from tests.support.postgres import PostgresServer
from tests.support.query_plans import LargeDatabase, sqlite_reads
from tests.support.statements_seen import ROOT
from tests.support.whole_reads import ALL, MAY_READ_WHOLE

VERBS = ("SELECT", "UPDATE", "DELETE", "WITH", "INSERT")
WHOLE = (
    "SELECT count(*) FROM delivery",
    "SELECT d.id FROM delivery AS d WHERE d.reason = 'x'",
    "DELETE FROM attempt WHERE detail IS NULL",
    "SELECT id FROM delivery WHERE reason = 'x' ORDER BY id LIMIT 5",
    "UPDATE event SET type = 'x' WHERE id IN (SELECT event_id FROM delivery WHERE attempt = 3)",
)
IN_PART = (
    "SELECT id FROM delivery WHERE id > 5 ORDER BY id LIMIT 5",
    "SELECT id FROM delivery ORDER BY id LIMIT 1",
    "SELECT max(id) FROM delivery",
    "SELECT count(*) FROM delivery WHERE state = 4",
    "SELECT d.id FROM delivery AS d JOIN event AS e ON e.id = d.event_id WHERE d.endpoint_id = 1",
    "WITH due AS (SELECT id FROM delivery WHERE state = 0) SELECT id FROM due",
)


def by_hand(module: ModuleType) -> Iterator[tuple[str, list[None]]]:
    """Every statement in its source, with as many values as it takes."""
    named = [value for value in vars(module).values() if isinstance(value, str)]
    inline = [
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for words in dict.fromkeys([*named, *inline]):
        if words.strip().startswith(VERBS) and "{" not in words and " FROM " in f"{words} ":
            places = set(re.findall(r"\$\d+", words))
            yield words, [None] * (len(places) or words.count("?"))


def test_what_reads_a_table_whole_is_found(sqlite_template: Path, postgres: PostgresServer) -> None:
    tables = ["delivery", "delivery", "attempt", "delivery", "delivery"]
    asked = [(words, ()) for words in WHOLE]
    for found in (sqlite_reads(sqlite_template, asked), LargeDatabase(postgres).reads(asked)):
        assert [one - {"event"} for one in found] == [{table} for table in tables]


def test_what_reads_a_part_is_not(sqlite_template: Path, postgres: PostgresServer) -> None:
    asked = [(words, ()) for words in IN_PART]
    for found in (sqlite_reads(sqlite_template, asked), LargeDatabase(postgres).reads(asked)):
        assert found == [set()] * len(IN_PART)


def test_no_statement_by_hand_reads_a_table_whole(
    sqlite_template: Path, postgres: PostgresServer
) -> None:
    ours, theirs = list(by_hand(sql_sqlite)), list(by_hand(sql_postgres))
    assert len(ours) > 8
    assert len(theirs) > 8
    found = [*sqlite_reads(sqlite_template, ours), *LargeDatabase(postgres).reads(theirs)]
    for (words, _), tables in zip([*ours, *theirs], found, strict=True):
        assert not tables, words


async def test_every_statement_is_seen_with_whose_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        await store.next_number(tx, 1)
    engine = "sqlite" if database.is_sqlite else "postgresql"
    assert engine in SEEN.of("bot.features.cases.store.next_number")


def test_what_may_read_whole_is_there() -> None:
    for place, tables in MAY_READ_WHOLE.items():
        parts = place.split(".")
        depth = next(
            n for n in (-1, -2) if (ROOT / "/".join(parts[:n])).with_suffix(".py").exists()
        )
        found = importlib.import_module(".".join(parts[:depth]))
        for name in parts[depth:]:
            found = getattr(found, name)
        assert callable(found), place
        assert tables.keys() <= {*metadata.tables, ALL}, place
        assert all(len(why.split()) > 2 for why in tables.values()), place


def test_what_belongs_to_a_row_is_found_when_that_goes() -> None:
    """Whoever deletes a row has the engine look for those that name it."""
    assert FEATURES
    assert unfound_children() == []


def unfound_children() -> list[str]:
    return [
        f"{table.name}.{one.column_keys[0]}"
        for table in metadata.sorted_tables
        for one in table.foreign_key_constraints
        if not any(key[: len(one.column_keys)] == tuple(one.column_keys) for key in keys_of(table))
    ]


def keys_of(table: Table) -> list[tuple[str, ...]]:
    """The columns of each index that has every row in it."""
    unique = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    whole = [one.columns for one in table.indexes if not _is_partial(one)]
    return [tuple(one.keys()) for one in (table.primary_key.columns, *unique, *whole)]


def _is_partial(index: Index) -> bool:
    return index.dialect_options["postgresql"]["where"] is not None
