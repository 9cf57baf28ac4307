"""Statements seen: whichever test is the first to run one fails where it reads a table whole.

All that the stores send is looked at so, once for each engine, without a list that somebody would
have to keep.
"""

import sys
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from sqlalchemy import Engine, Executable, event

from bot.storage.transaction import Reading, Transaction
from tests.support.postgres import PostgresServer
from tests.support.query_plans import LargeDatabase, Statements, sqlite_reads
from tests.support.whole_reads import ALL, MAY_READ_WHOLE

ROOT = Path(__file__).parent.parent.parent
BOT = f"{ROOT / 'bot'}/"
LOOKED_AT = ("SELECT", "UPDATE", "DELETE", "WITH", "INSERT")

Plans = Callable[[Statements], list[set[str]]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One statement as its driver got it, and whose it is."""

    engine: str
    words: str
    values: Sequence[Any]
    by: str  # module and function


_asked: ContextVar[tuple[CodeType, Executable] | None] = ContextVar("asked", default=None)


class StatementsSeen:
    """The plugin; what is sent before there is an engine to ask waits for it."""

    def __init__(self) -> None:
        self._plans = dict[str, Plans]()
        self._known = dict[str, set[str]]()
        self._places = set[tuple[str, str]]()
        self._new = list[Seen]()

    def watch(self) -> None:
        """Look at every statement from now on, and at who asks."""
        setattr(Reading, "execute", _noted(Reading.execute))  # noqa: B010  its type says more
        event.listen(Engine, "before_cursor_execute", self._note)

    def ask_file(self, file: Path) -> None:
        """From now on that SQLite file is asked, which nobody has open."""
        self._plans["sqlite"] = partial(sqlite_reads, file)

    def ask_server(self, server: PostgresServer) -> None:
        """From now on a database of its own on that server is asked."""
        self._plans["postgresql"] = LargeDatabase(server).reads

    def no_server(self) -> None:
        """It is stopped."""
        del self._plans["postgresql"]

    def of(self, place: str) -> set[str]:
        """The engines on which a statement was seen that this function asks for."""
        return {engine for engine, found in self._places if found == place}

    def _note(
        self, connection: Any, _cursor: Any, words: str, values: Any, context: Any, many: bool
    ) -> None:
        known = self._known.setdefault(connection.dialect.name, set())
        asked = _asked.get()
        if words in known or asked is None or context is None:
            return
        code, statement = asked
        if context.invoked_statement is not statement or not code.co_filename.startswith(BOT):
            return  # a test's own, or a migration's
        known.add(words)
        if words.lstrip().startswith(LOOKED_AT):
            # Several rows in one INSERT come as the values of all, one after the other.
            sent = values[0] if many and isinstance(values[0], tuple | list | dict) else values
            seen = Seen(connection.dialect.name, words, sent, _place(code))
            self._places.add((seen.engine, seen.by))
            self._new.append(seen)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        result = yield
        if faults := self._faults():
            pytest.fail("\n\n".join(faults), pytrace=False)
        return result

    def _faults(self) -> list[str]:
        faults = list[str]()
        for engine, plans in self._plans.items():
            asked = [one for one in self._new if one.engine == engine]
            self._new = [one for one in self._new if one.engine != engine]
            found = plans([(one.words, one.values) for one in asked]) if asked else []
            for one, tables in zip(asked, found, strict=True):
                may = MAY_READ_WHOLE.get(one.by, {})
                faults += [
                    f"{one.by} reads all of {table} on {engine}:\n{one.words}"
                    for table in sorted(tables - may.keys())
                    if ALL not in may
                ]
        return faults


Execute = Callable[..., Awaitable[Any]]


def _noted(execute: Execute) -> Execute:
    """The same, with a note of who asked for what; whatever it starts can read that."""

    def noted(self: Reading, statement: Executable, parameters: Any = None) -> Awaitable[Any]:
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  the caller, and no more
        if frame.f_code is Transaction.execute.__code__ and frame.f_back is not None:
            frame = frame.f_back
        _asked.set((frame.f_code, statement))
        return execute(self, statement, parameters)

    return noted


def _place(code: CodeType) -> str:
    module = Path(code.co_filename).relative_to(ROOT).with_suffix("")
    return f"{'.'.join(module.parts)}.{code.co_qualname}"
