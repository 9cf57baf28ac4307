"""Receivers in threads of their own that never stop talking, and what the loop bears of them."""

import asyncio
import gc
import socket
import tracemalloc
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from time import thread_time
from types import TracebackType

from bot.delivery.guard import Guard, GuardedUrl
from tests.integration.delivery.local_sender import HOME, at_home


class Flood:
    """Answers each connection with `head`, and `piece` for ever after."""

    def __init__(self, head: bytes, piece: bytes) -> None:
        self.sent = 0
        self.connections = 0
        self.hung_up = Event()  # the sender ended a connection
        self._head = head
        self._piece = piece
        self._stopping = False
        self._threads: list[Thread] = []

    def __enter__(self) -> "Flood":
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.url: GuardedUrl = Guard(HOME, at_home).parse(f"http://127.0.0.1:{port}/")
        self._start(self._listen)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping = True
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "the sender never hung up"

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while not self._stopping:
                connection, _address = self._listening.accept()
                self.connections += 1
                self._start(self._pour, connection)

    def _pour(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the sender hangs up: that is what is tested
            connection.settimeout(10)
            connection.recv(65_536)
            connection.sendall(self._head)
            while not self._stopping:
                self.sent += connection.send(self._piece)
        self.hung_up.set()


@dataclass(slots=True)
class Memory:
    """Bytes that Python held beyond those at the start: at most, and at the end."""

    peak: int = 0
    kept: int = 0


@contextmanager
def memory() -> Generator[Memory]:
    """What the block takes; filled in at its end."""
    found = Memory()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        yield found
        gc.collect()
        now, peak = tracemalloc.get_traced_memory()
        found.peak, found.kept = peak - before, now - before
    finally:
        tracemalloc.stop()


class Turns:
    """The processor time of each turn of the loop: what other programs do does not count."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._going = True

    def __enter__(self) -> "Turns":
        self._before = thread_time()
        self._loop = asyncio.get_running_loop()
        self._loop.call_soon(self._turn)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._going = False

    @property
    def longest(self) -> float:
        return max(self.seconds)

    def _turn(self) -> None:
        now = thread_time()
        self.seconds.append(now - self._before)
        self._before = now
        if self._going:
            self._loop.call_soon(self._turn)
