"""Size of a database, asked in a statement."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class database_size(FunctionElement[int]):  # noqa: N801  used like a function of SQL
    """Bytes of the database, pages that are free for use included; without SQLite's log."""

    type = BigInteger()
    inherit_cache = True


@compiles(database_size, "sqlite")
def _on_sqlite(_element: Any, _compiler: Any, **_: Any) -> str:
    return "(SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size())"


@compiles(database_size, "postgresql")
def _on_postgresql(_element: Any, _compiler: Any, **_: Any) -> str:
    return "pg_database_size(current_database())"
