"""Key rows: many keys of several numbers as one value, to be joined like a table.

SQLite reads a whole table for `(a, b, c) IN (VALUES …)` as soon as there are two of them, whatever
indexes there are; a join it does one key at a time.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, FromClause, Text, bindparam, cast, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class JsonElements(FunctionElement[Any]):
    """Elements of a JSON array, a row each."""

    name = "json_elements"
    inherit_cache = True


@compiles(JsonElements, "sqlite")
def _on_sqlite(element: JsonElements, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **more)})"


@compiles(JsonElements, "postgresql")
def _on_postgresql(element: JsonElements, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **more)} AS JSON))"


def key_rows(name: str, *columns: str) -> FromClause:
    """A table of numbers with these columns; `name` is that of the parameter that has its rows."""
    value = JsonElements(bindparam(name, type_=Text)).table_valued("value").c.value
    numbers = [
        cast(value.op("->>")(literal_column(str(place))), BigInteger).label(column)
        for place, column in enumerate(columns)
    ]
    return select(*numbers).subquery(name)


def packed(keys: Iterable[Sequence[int]]) -> str:
    """The keys as that parameter takes them."""
    return json.dumps([[int(part) for part in key] for key in keys])
