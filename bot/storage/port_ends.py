"""Port ends: the database that is moved, and the one that it is moved to, before rows go over."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, delete, inspect, literal, select, table

from bot.errors import ConfigError, HeraldError
from bot.storage.database import Database
from bot.storage.migrate import VERSION, migrate, newer, newest, schema_of
from bot.storage.port_mark import PortMark, mark_of, refuse_unfinished, set_mark
from bot.storage.schema import metadata

T = TypeVar("T")


class Filled(HeraldError):
    """The database of --to holds rows, and no mark of a port under way."""


@contextmanager
def about_the_new() -> Generator[None]:
    """What is wrong with the database that is moved to is no setting's fault, but of --to."""
    try:
        yield
    except ConfigError as error:
        raise HeraldError(f"`herald port`: the database of --to: {error.problem}") from error


async def in_a_transaction_of(database: Database, work: Callable[[Connection], T]) -> T:
    """A transaction of its own, for as long as it takes."""
    async with database.transaction() as tx:
        return await tx.run_sync(work)


def refuse_source(connection: Connection) -> None:
    """A ConfigError unless what is moved is whole, and of this version's schema."""
    refuse_unfinished(connection)
    found = schema_of(connection)
    if found is None:
        raise ConfigError("database.url", "nothing is in it that `herald port` could move")
    if found > newest():
        raise ConfigError("database.url", newer(found))
    if found != newest():
        raise ConfigError(
            "database.url",
            f"`herald port` moves only what is up to date, and its schema ({found}) is an older "
            "Herald's; make a backup, give `herald migrate`, then the same command again",
        )


async def has_begun(target: Database, origin: str) -> bool:
    """Whether a port from there has begun; where none has, it is made ready for this one.

    A HeraldError where it is not empty; Filled where its tables are Herald's own.
    """
    mark = await in_a_transaction_of(target, mark_of)
    if mark is None:
        await in_a_transaction_of(target, _refuse_filled)
        with about_the_new():
            await migrate(target)
        mark = PortMark(origin, newest())
        await in_a_transaction_of(target, partial(set_mark, mark=mark))
        return False
    if mark.origin != origin:
        raise HeraldError(
            f"`herald port`: the database of --to holds a port from {mark.origin} that has not "
            "ended; end that one, or name an empty database"
        )
    if mark.schema != newest():
        raise HeraldError(
            "`herald port`: the port into the database of --to was begun by another version of "
            f"Herald (schema {mark.schema}); name an empty database"
        )
    return True


def without_rows(connection: Connection) -> None:
    """Empty every table; only ever where the mark says that a port fills them."""
    for one in reversed(metadata.sorted_tables):
        connection.execute(delete(one))


def _refuse_filled(connection: Connection) -> None:
    """Nobody's tables or rows are mixed with others."""
    names = {*inspect(connection).get_table_names()} - {VERSION}
    foreign = names - metadata.tables.keys()
    for name in sorted(foreign or names):
        some = select(literal(1)).select_from(table(name)).limit(1)
        if foreign or connection.execute(some).first() is not None:
            kind = HeraldError if foreign else Filled
            raise kind(
                f"`herald port`: the database of --to is not empty, it has "
                f"{'a' if foreign else 'rows in the'} table {name}; name a file that is not "
                "there yet, or a database as `createdb` makes it"
            )
