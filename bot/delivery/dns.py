"""DNS on threads that are shared fairly: nobody's slow names hold up all."""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Thread
from time import monotonic

LookUp = Callable[[str], Sequence[str]]
"""Every address of a name; it blocks, and raises OSError where there is none."""

# Below these, as below a country's own label, strangers register names side by side.
SHARED_LABELS = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"})


@dataclass(frozen=True, slots=True)
class NameLimits:
    """Limits of look-ups at once: in all, of names not known to be quick, and of one site."""

    in_all: int = 32
    of_strangers: int = 16
    of_site: int = 4
    quick: float = 1.0  # seconds within which a name answered the last time
    remembered: int = 10_000  # names known to be quick


@dataclass(slots=True, eq=False)
class PendingLookUp:
    """One look-up, for everybody who asks for that name meanwhile."""

    name: str
    site: str
    is_stranger: bool
    answer: asyncio.Future[Sequence[str]]
    waiting: int = 0


def look_up(name: str) -> list[str]:
    """What the machine's own name service says; it blocks."""
    found = socket.getaddrinfo(
        name, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_ADDRCONFIG
    )
    return [str(entry[4][0]) for entry in found]


def site_of(name: str) -> str:
    """The part of a name that one owner answers for: its last two labels, or three."""
    labels = name.lower().rstrip(".").split(".")
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED_LABELS
    return ".".join(labels[-3 if shared else -2 :])


class SystemResolve:
    """Resolver: each name once at a time; of those that wait, the site with the fewest is first.

    A look-up that runs cannot be called back, and may run long after its callers gave up: so
    names that answered quickly the last time have threads that no other name can take.
    """

    def __init__(self, ask: LookUp = look_up, limits: NameLimits | None = None) -> None:
        self._ask = ask
        self._limits = limits or NameLimits()
        self._pending: dict[str, PendingLookUp] = {}
        self._queue: list[PendingLookUp] = []  # those among them that have not begun, in order
        self._of_site: Counter[str] = Counter()
        self._strangers = 0
        self._quick: dict[str, None] = {}  # names; the longest unasked first

    async def __call__(self, name: str) -> Sequence[str]:
        """Every address of the name; OSError when none came."""
        pending = self._pending.get(name) or self._join_queue(name)
        pending.waiting += 1
        try:
            return await asyncio.shield(pending.answer)
        finally:
            pending.waiting -= 1
            if not pending.waiting and pending in self._queue:  # nobody wants to know any more
                self._queue.remove(pending)
                del self._pending[name]

    def close(self) -> None:
        """Drop the look-ups that have not begun; the others end by themselves, unheard."""
        self._queue.clear()
        for pending in self._pending.values():
            pending.answer.cancel()

    def _join_queue(self, name: str) -> PendingLookUp:
        future: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        pending = PendingLookUp(name, site_of(name), name not in self._quick, future)
        self._pending[name] = pending
        self._queue.append(pending)
        self._pump()
        return pending

    def _pump(self) -> None:
        while free := [pending for pending in self._queue if self._may_begin(pending)]:
            pending = min(free, key=lambda one: self._of_site[one.site])
            self._queue.remove(pending)
            self._count(pending, 1)
            # A daemon: a name server that never answers must not keep the process from ending.
            run = (asyncio.get_running_loop(), pending)
            Thread(target=self._run, args=run, name="dns", daemon=True).start()

    def _may_begin(self, pending: PendingLookUp) -> bool:
        limits = self._limits
        return (
            self._of_site.total() < limits.in_all
            and self._of_site[pending.site] < limits.of_site
            and (not pending.is_stranger or self._strangers < limits.of_strangers)
        )

    def _count(self, pending: PendingLookUp, change: int) -> None:
        self._strangers += change * pending.is_stranger
        self._of_site[pending.site] += change
        if not self._of_site[pending.site]:
            del self._of_site[pending.site]

    def _run(self, loop: asyncio.AbstractEventLoop, pending: PendingLookUp) -> None:
        """In a thread of its own."""
        started = monotonic()
        found: Sequence[str] | Exception
        try:
            found = self._ask(pending.name)
        except Exception as error:  # noqa: BLE001 - whoever asked gets it, whatever it is
            found = error
        quick = monotonic() - started <= self._limits.quick
        # The loop is closed where the process ended meanwhile: nobody is left to be told.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self._ended, pending, found, quick)

    def _ended(self, pending: PendingLookUp, found: Sequence[str] | Exception, quick: bool) -> None:
        self._count(pending, -1)
        self._pending.pop(pending.name, None)
        self._quick.pop(pending.name, None)
        if quick and not isinstance(found, Exception):
            self._quick[pending.name] = None
            if len(self._quick) > self._limits.remembered:
                del self._quick[next(iter(self._quick))]
        if not pending.answer.done():
            if isinstance(found, Exception):
                pending.answer.set_exception(found)
                pending.answer.exception()  # told to whoever waits; it may be nobody
            else:
                pending.answer.set_result(found)
        self._pump()
