"""Connections that count where each statement begins and ends, and end the process at one.

They are the drivers' own connections, with a count around what they do; nothing is imitated.
"""

import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from importlib import import_module
from itertools import count
from typing import Any

from sqlalchemy import Engine, event


class Steps:
    """Counts boundaries; kills this very process at number `fatal`, 0 for none."""

    def __init__(self, fatal: int) -> None:
        self._fatal = fatal
        self._numbers = count(1)
        self.taken = 0

    def step(self) -> None:
        """Pass one boundary, or die there."""
        self.taken = next(self._numbers)
        if self.taken == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def install(steps: Steps) -> None:
    """Have every connection made from now on count."""
    classes = {
        "sqlite": {"factory": stepping_sqlite(steps)},
        "postgresql": {"connection_class": stepping_postgres(steps)},
    }

    def connect(dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
        parameters.update(classes[dialect.name])

    event.listen(Engine, "do_connect", connect)


def stepping_sqlite(steps: Steps) -> type[sqlite3.Connection]:
    """SQLite's connection; statements reach it by itself or by a cursor."""

    class Cursor(sqlite3.Cursor):
        def execute(self, *args: Any) -> sqlite3.Cursor:
            steps.step()
            result = super().execute(*args)
            steps.step()
            return result

        def executemany(self, *args: Any) -> sqlite3.Cursor:
            steps.step()
            result = super().executemany(*args)
            steps.step()
            return result

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, *args: Any) -> sqlite3.Cursor:
            return self.cursor().execute(*args)

        def executemany(self, *args: Any) -> sqlite3.Cursor:
            return self.cursor().executemany(*args)

        def commit(self) -> None:
            steps.step()
            super().commit()
            steps.step()

    return Connection


def stepping_postgres(steps: Steps) -> type[Any]:
    """asyncpg's connection; statements without and with values, prepared or not."""
    base: Any = import_module("asyncpg").Connection

    def counted(name: str) -> Callable[..., Awaitable[Any]]:
        original: Callable[..., Awaitable[Any]] = getattr(base, name)

        async def method(connection: Any, *args: Any, **options: Any) -> Any:
            steps.step()
            result = await original(connection, *args, **options)
            steps.step()
            return result

        return method

    names = ("execute", "_execute", "prepare")
    return type("Stepping", (base,), {name: counted(name) for name in names})
