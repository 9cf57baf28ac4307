"""A program of the tests' own in another process: told what to do, stopped, continued, killed."""

import asyncio
import json
import os
import signal
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from tests.support.forked import forked

MARK = "> "


class Receipts:
    """A file of acknowledged ids, one a line; a line is written whole or not at all."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def acknowledge(self, event_id: UUID) -> None:
        os.write(self._file, f"{event_id}\n".encode())

    def close(self) -> None:
        os.close(self._file)


class Program:
    """Runs `python -m module` with its orders as JSON; ends when its standard input does."""

    def __init__(self, module: str, orders: Mapping[str, Any]) -> None:
        self._module = module
        self._orders = json.dumps(dict(orders))

    async def __aenter__(self) -> Self:
        self._process = await forked(self._module, self._orders, stdin=PIPE, stdout=PIPE)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()

    async def says(self, word: str, seconds: float = 30.0) -> None:
        """Return when the program has printed that line."""
        assert self._process.stdout is not None
        async with asyncio.timeout(seconds):
            while line := await self._process.stdout.readline():
                if line.decode().strip() == word:
                    return
        raise AssertionError(f"the program ended before it said {word!r}")

    async def asked(self, line: str, seconds: float = 30.0) -> str:
        """Tell it something; its answer, which is the next line that begins with the MARK."""
        assert self._process.stdout is not None
        self._process.tell(line)
        async with asyncio.timeout(seconds):
            while said := (await self._process.stdout.readline()).decode():
                if said.startswith(MARK):
                    return said.removeprefix(MARK).strip()
        raise AssertionError(f"the program ended when it was told {line!r}")

    def suspend(self) -> None:
        """Stop it where it is, as a debugger or a full machine would."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def end(self) -> tuple[int, str]:
        """Close its input and wait for it; its return code and the rest of what it said."""
        async with asyncio.timeout(60):
            out, _ = await self._process.communicate(b"")
        assert self._process.returncode is not None
        return self._process.returncode, out.decode()
