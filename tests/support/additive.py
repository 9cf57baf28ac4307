"""Additive schemas: what an older version, which still runs, would trip over in a newer one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect

GONE = "is gone"
Forms = dict[str, "ColumnForm"]
"""Of the columns of one table, by name."""
Columns = dict[str, Forms]
"""By table."""


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """What matters of a column to whoever reads and writes it without knowing of a change."""

    kind: str
    may_be_left_out: bool
    may_be_null: bool


def columns_of(connection: Connection) -> Columns:
    """Every table's, as they are now."""
    found = inspect(connection).get_multi_columns().items()
    return {name: {one["name"]: _form(one) for one in columns} for (_, name), columns in found}


def _form(column: Mapping[str, Any]) -> ColumnForm:
    fills_itself = column["nullable"] or column["default"] is not None
    return ColumnForm(str(column["type"]), fills_itself, column["nullable"])


def stumbles(before: Columns, after: Columns, last_read: Mapping[str, str]) -> Iterator[str]:
    """What is not additive; `last_read` names what no version reads that came after a release."""
    for table, columns in before.items():
        if table in after:
            found = [*_changed(columns, after[table]), *_asked(columns, after[table])]
            yield from (
                f"{table}.{name} {what}"
                for name, what in found
                if what != GONE or f"{table}.{name}" not in last_read
            )
        elif table not in last_read:
            yield f"{table} {GONE}"


def _changed(before: Forms, after: Forms) -> Iterator[tuple[str, str]]:
    for name, form in before.items():
        now = after.get(name)
        if now is None:
            yield name, GONE
        elif now.kind != form.kind:
            yield name, f"is {now.kind}, and was {form.kind}"
        elif form.may_be_null and not now.may_be_null:
            yield name, "must have a value, and had none"


def _asked(before: Forms, after: Forms) -> Iterator[tuple[str, str]]:
    for name in after.keys() - before.keys():
        if not after[name].may_be_left_out:
            yield name, "needs a value that an older version does not write"
