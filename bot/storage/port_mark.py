"""Port mark of a database that `herald port` has not filled to its end: where its rows are."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, inspect, select

from bot.errors import ConfigError

_metadata = MetaData()  # of its own: no database that is whole has this table
herald_port = Table(
    "herald_port",
    _metadata,
    Column("origin", Text, primary_key=True),
    Column("schema", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class PortMark:
    """Mark of a port under way: the database that it comes from, and the schema of both."""

    origin: str
    schema: str


def mark_of(connection: Connection) -> PortMark | None:
    """The mark; None in a database that is whole, or has nothing to do with a port."""
    if not inspect(connection).has_table(herald_port.name):
        return None
    row = connection.execute(select(herald_port)).first()
    return None if row is None else PortMark(row.origin, row.schema)


def set_mark(connection: Connection, mark: PortMark) -> None:
    """From now on nothing but the same port opens it."""
    herald_port.create(connection)
    connection.execute(insert(herald_port).values(origin=mark.origin, schema=mark.schema))


def remove_mark(connection: Connection) -> None:
    """It is whole."""
    herald_port.drop(connection)


def refuse_unfinished(connection: Connection) -> None:
    """A ConfigError where a port has not ended: rows are missing."""
    if (mark := mark_of(connection)) is not None:
        raise ConfigError(
            "database.url",
            f"`herald port` has not filled this database to its end; give its command again, with "
            f"database.url at {mark.origin}, and it goes on where it stopped",
        )
