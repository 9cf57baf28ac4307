"""Pool of workers: hands pictures to them, bounded in number, time and memory.

A worker that dies, hangs or answers nonsense is replaced with the next picture. None is started
before the first one is there.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

import bot
from bot.logs import get_logger
from bot.scanner.scan import Scan, unpacked, unpacked_shares
from bot.scanner.worker_frames import ANSWER, HEAD, LENGTH

LONGEST_ANSWER = 512 * 1024  # bytes
MOST_SCANS = 1_000  # by one process: what leaks goes with it
GRACE = 2.0  # seconds after which a worker is ended that did not end itself

T = TypeVar("T")

_log = get_logger("herald.scanner")


class ScanFailed(Exception):
    """Picture of which nothing is known; its text is the reason that is counted."""


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """How many workers there are, and what each may take: MiB, and seconds for a picture."""

    workers: int = 2
    memory: int = 1_024
    seconds: int = 10


class ScanWorker:
    """Process that opens pictures, and what it was asked."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.scans = 0

    @classmethod
    async def start(cls, memory: int, seconds: int) -> Self:
        """It gets nothing of the bot's environment, in which the token may stand."""
        root = str(Path(bot.__file__).parents[1])
        alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": root}
        command = [sys.executable, "-m", "bot.scanner.worker", str(memory), str(seconds)]
        env = {**alone, "PATH": os.environ.get("PATH", "")}
        return cls(
            await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=env
            )
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """How it ended, if it did."""
        return self._process.returncode

    async def ask(self, parts: Sequence[bytes]) -> tuple[bytes, bool]:
        """Its answer, and whether that is a scan; an EOFError or OSError where it died."""
        source, out = self._process.stdin, self._process.stdout
        assert source is not None  # noqa: S101 - both were asked for
        assert out is not None  # noqa: S101 - see above
        self.scans += 1
        source.writelines(parts)
        await source.drain()
        length, is_scan = ANSWER.unpack(await out.readexactly(ANSWER.size))
        if length > LONGEST_ANSWER:
            raise ValueError("the answer is too long")
        return await out.readexactly(length), is_scan

    async def end(self) -> None:
        """It has nothing to lose."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


class ScanPool:
    """Workers that wait for pictures."""

    def __init__(self, limits: ScanLimits) -> None:
        self._limits = limits
        self.patience = limits.seconds + GRACE
        self._free = asyncio.Semaphore(limits.workers)
        self._idle = list[ScanWorker]()
        self._busy = set[ScanWorker]()

    def start(self) -> None:
        """Nothing runs before there is a picture."""

    @property
    def workers(self) -> list[ScanWorker]:
        """Those that live."""
        return [*self._idle, *self._busy]

    async def stop(self) -> None:
        """End every worker."""
        workers = self.workers
        self._idle.clear()
        for worker in workers:
            await worker.end()

    async def scan(self, content: bytes, *, reads: bool = False, dense: bool = False) -> Scan:
        """What the picture shows, its words as well where it `reads`; ScanFailed says why not.

        `dense` takes longer, for a picture that is to be known again.
        """
        head = HEAD.pack(len(content), reads, dense, 0, 0)
        return await self._asked((head, content), unpacked)

    async def agreements(
        self, content: bytes, known: Sequence[bytes], *, frame: int
    ) -> list[float | None]:
        """How much of the detail of each known picture, of which these are the thumbnails, stands
        in that frame: a share, None where it has too little; ScanFailed as above.
        """
        parts = [HEAD.pack(len(content), False, False, frame, len(known)), content]
        for one in known:
            parts += (LENGTH.pack(len(one)), one)
        shares = await self._asked(parts, unpacked_shares)
        if len(shares) != len(known):
            raise ScanFailed("nonsense")
        return shares

    async def _asked(self, parts: Sequence[bytes], read: Callable[[bytes], T]) -> T:
        async with self._free:
            worker = self._idle.pop() if self._idle else await self._started()
            self._busy.add(worker)
            try:
                async with asyncio.timeout(self.patience):
                    said, is_answer = await worker.ask(parts)
                found = read(said) if is_answer else None
            except BaseException as error:
                await self._lost(worker, error)
                raise
            self._busy.discard(worker)
            await self._kept(worker)
        if found is None:
            raise ScanFailed(said.decode(errors="replace")[:40])
        return found

    async def _started(self) -> ScanWorker:
        limits = self._limits
        try:
            return await ScanWorker.start(limits.memory, limits.seconds)
        except OSError as error:
            raise ScanFailed("no_worker") from error

    async def _kept(self, worker: ScanWorker) -> None:
        if worker.scans < MOST_SCANS:
            self._idle.append(worker)
        else:
            await worker.end()

    async def _lost(self, worker: ScanWorker, error: BaseException) -> None:
        """It is in nobody's way any more; what it died of is said as a reason."""
        self._busy.discard(worker)
        await asyncio.shield(worker.end())
        reasons = {TimeoutError: "time", EOFError: "died", OSError: "died", ValueError: "nonsense"}
        for kind, reason in reasons.items():
            if isinstance(error, kind):
                _log.warning("scanner.lost", reason=reason, code=worker.code)
                raise ScanFailed(reason) from error
