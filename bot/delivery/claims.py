"""Brings due rows back into memory: retries, overflow, a restart, other processes' leavings."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

from bot.clock import Clock, to_ms
from bot.delivery.health import Health
from bot.outbox.endpoints import EndpointIndex
from bot.outbox.ready import Ready
from bot.outbox.rows import Claim, Due
from bot.outbox.store import CLAIM, EXPIRE, RELEASE, RENEW
from bot.storage.database import Database
from bot.storage.engine import is_passing
from bot.storage.group import Group

AT_ONCE = 2_000
REFILL_ROOM = 32  # a lane is refilled when half of it is free, not row by row
RETRY_AFTER_ERROR = 1.0

_log = structlog.get_logger("herald.claims")


@dataclass(frozen=True, slots=True)
class ClaimSettings:
    """Seconds a lease lasts, and seconds between renewals of what is held in memory."""

    lease: float = 60.0
    renew: float = 20.0


@dataclass(frozen=True, slots=True)
class Lanes:
    """What decides which delivery may go: the queue, the endpoints, and who is failing."""

    ready: Ready
    index: EndpointIndex
    health: Health


class Claims:
    """Knows when each endpoint's next pending row is due, and claims no sooner."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        *,
        clock: Clock,
        settings: ClaimSettings,
    ) -> None:
        self._database = database
        self._ready, self._index, self._health = lanes.ready, lanes.index, lanes.health
        self._clock = clock
        self._settings = settings
        self._next: dict[int, int] = {}
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._held: Callable[[], Iterable[Due]] = lambda: ()
        self._releasing: Group[Due, None] = Group(self._release, clock=clock)

    async def start(self, held: Callable[[], Iterable[Due]]) -> None:
        """Take over what a stopped process left; `held` names the requests in flight."""
        self._held = held
        now = to_ms(self._clock.now())
        # The only process on a SQLite file: whatever is leased there was left by a dead one.
        until = now + 10 * 365 * 86_400_000 if self._database.is_sqlite else now
        await self._database.hot(EXPIRE, now, until)
        for endpoint in self._index.all():
            self._health.restore(endpoint.id, endpoint.failures)
            self.overflowed(endpoint.id)  # until a first claim shows that nothing waits
        self._ready.on_turned_away(self._give_back)
        self._releasing.start()
        self._tasks = [
            asyncio.create_task(self._claiming(), name="claims"),
            asyncio.create_task(self._keeping(), name="leases"),
        ]

    async def stop(self) -> None:
        """Claim nothing more, and give back what waits untried."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._give_back(self._ready.drop_all())
        await self._releasing.stop()

    def due(self, endpoint_id: int, moment: int) -> None:
        """A row of that endpoint is due at `moment` (ms)."""
        if moment < self._next.get(endpoint_id, moment + 1):
            self._next[endpoint_id] = moment
            self._changed.set()

    def overflowed(self, endpoint_id: int) -> None:
        """A fresh delivery stayed in the database: younger ones must not overtake it."""
        self._ready.close(endpoint_id)
        self.due(endpoint_id, to_ms(self._clock.now()))

    def hold_back(self, endpoint_id: int) -> None:
        """Close one endpoint's lane and return what waits in it to the database, untried."""
        self._ready.close(endpoint_id)
        self._give_back(self._ready.drop_lane(endpoint_id))

    def lane_moved(self, endpoint_id: int) -> None:
        """A place came free in a lane; claim more where more is due."""
        if endpoint_id in self._next and self._ready.room(endpoint_id) >= REFILL_ROOM:
            self._changed.set()

    def next_due(self) -> int | None:
        """The earliest moment (ms) at which something could be claimed; None when nothing waits."""
        moments = [self._moment(endpoint_id) for endpoint_id in self._next]
        return min((moment for moment in moments if moment is not None), default=None)

    def _moment(self, endpoint_id: int) -> int | None:
        endpoint = self._index.get(endpoint_id)
        if endpoint is None or not endpoint.receives:
            return None
        if self._health.is_failing(endpoint_id):
            if self._ready.has(endpoint_id) or any(d.endpoint_id == endpoint_id for d in self._held()):
                return None
        elif self._ready.room(endpoint_id) < REFILL_ROOM:
            return None
        return max(self._next[endpoint_id], self._health.probe_at(endpoint_id))

    async def _claiming(self) -> None:
        while True:
            moment = self.next_due()
            now = to_ms(self._clock.now())
            if moment is None or moment > now:
                await self._clock.wait(self._changed, None if moment is None else (moment - now) / 1000)
                self._changed.clear()
                continue
            try:
                await self._claim(now)
            except Exception as error:
                _tell(error, "claim.failed")
                await self._clock.sleep(RETRY_AFTER_ERROR)

    async def _claim(self, now: int) -> None:
        wanted: list[Claim] = []
        total = AT_ONCE
        for endpoint_id in list(self._next):
            moment = self._moment(endpoint_id)
            if moment is None or moment > now or total <= 0:
                continue
            limit = 1 if self._health.is_failing(endpoint_id) else self._ready.room(endpoint_id)
            wanted.append(Claim(endpoint_id, min(limit, total)))
            total -= limit
        dialects = {e.id: e.dialect for e in self._index.all()}
        for one in wanted:
            self._next.pop(one.endpoint_id, None)
        lease_until = now + round(self._settings.lease * 1000)
        try:
            claimed = await self._database.hot(CLAIM, wanted, dialects, now, lease_until)
        except BaseException:
            for one in wanted:
                self.due(one.endpoint_id, now)
            raise
        for endpoint_id, following in claimed.next_due.items():
            if following is not None:
                self.due(endpoint_id, following)
            if (following is None or following > now) and self._may_flow(endpoint_id):
                self._ready.open(endpoint_id)
        self._take_in(claimed.due, wanted)

    def _take_in(self, due: Sequence[Due], wanted: Sequence[Claim]) -> None:
        """Push what was claimed, unless its endpoint began to fail or was paused meanwhile."""
        probes = {one.endpoint_id for one in wanted if one.limit == 1}
        fit = [d for d in due if self._may_flow(d.endpoint_id) or d.endpoint_id in probes]
        self._give_back(d for d in due if d not in fit)
        if fit:
            self._ready.push(fit)

    def _may_flow(self, endpoint_id: int) -> bool:
        endpoint = self._index.get(endpoint_id)
        receives = endpoint is not None and endpoint.receives
        return receives and not self._health.is_failing(endpoint_id)

    async def _keeping(self) -> None:
        """Renew what this process holds; take over leases that ended, whosever they were."""
        while True:
            await self._clock.sleep(self._settings.renew)
            now = to_ms(self._clock.now())
            try:
                held = [*self._ready, *self._held()]
                if held:
                    until = now + round(self._settings.lease * 1000)
                    await self._database.hot(RENEW, held, until)
                for endpoint_id in await self._database.hot(EXPIRE, now, now):
                    self.due(endpoint_id, now)
            except Exception as error:
                _tell(error, "lease.failed")

    def _give_back(self, due: Iterable[Due]) -> None:
        for one in due:
            self._releasing.put(one)

    async def _release(self, due: Sequence[Due]) -> Sequence[None]:
        await self._database.hot(RELEASE, due)
        for one in due:
            self.due(one.endpoint_id, one.due_at)
        return [None] * len(due)


def _tell(error: Exception, what: str) -> None:
    """A database that is away is a warning; anything else is a bug, logged whole. Both are retried."""
    if is_passing(error):
        _log.warning(what, error=str(error))
    else:
        _log.error(what, exc_info=error)
