"""Compiled statements, shared by all databases of a run.

SQLAlchemy keeps them by the engine, and each test opens one of its own: it would compile some
hundred statements anew, a quarter of what such a test computes.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event


class CompiledStatements(dict[Any, Any]):
    """Statements by SQLAlchemy's keys, in which a dialect's kind stands for its object."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_by_kind(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_by_kind(key), compiled)


def _by_kind(key: tuple[object, ...]) -> tuple[object, ...]:
    return (type(key[0]), *key[1:])


def share() -> None:
    """Let every connection that is opened from now on look there."""
    shared = CompiledStatements()

    def use(connection: Connection) -> None:
        connection.execution_options(compiled_cache=shared)

    event.listen(Engine, "engine_connect", use)
