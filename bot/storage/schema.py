"""Schema of every table: one metadata, one way to store a moment, an id, a document."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Text,
    TypeDecorator,
    bindparam,
    text,
)

from bot.clock import from_ms, to_ms

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

RowId = BigInteger().with_variant(Integer(), "sqlite")
"""A generated 64-bit key; SQLite generates keys only for its own INTEGER."""

Record = TypeVar("Record")


def from_row(kind: type[Record], row: Row[Any], /, **others: Any) -> Record:
    """The dataclass made of the row's columns that bear its fields' names, and of `others`."""
    names = {field.name for field in fields(kind)} - others.keys()  # pyright: ignore[reportArgumentType]  it is a dataclass
    return kind(**{name: getattr(row, name) for name in names}, **others)


def partial_index(
    name: str, *columns: str, where: str, on_sqlite: str | None = None, unique: bool = False
) -> Index:
    """Index of the rows for which `where` holds, in the words of the queries that go by it."""
    on_postgresql, here = text(where), text(on_sqlite or where)
    return Index(name, *columns, unique=unique, sqlite_where=here, postgresql_where=on_postgresql)


def one_of(column: Column[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether it is one of these, written out: else SQLite goes by no partial index of them."""
    return column.in_(bindparam(None, values, expanding=True, literal_execute=True, unique=True))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment as whole milliseconds since 1970 UTC: never naive, the same on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_ms(value)


class UuidBytes(TypeDecorator[UUID]):
    """A UUID as its sixteen bytes."""

    impl = LargeBinary(16)
    cache_ok = True

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.bytes

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> UUID | None:
        return None if value is None else UUID(bytes=bytes(value))


class Document(TypeDecorator[dict[str, Any]]):
    """A JSON object as text that any engine can hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(dict(value), ensure_ascii=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else json.loads(value)
