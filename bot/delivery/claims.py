"""Brings due rows back into memory: retries, overflow, a restart, other processes' leavings."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.clock import Clock, to_ms
from bot.delivery.health import Health
from bot.delivery.leases import Leases, tell, tell_broken
from bot.outbox.endpoints import EndpointIndex
from bot.outbox.ready import Ready
from bot.outbox.rows import Claim, Due
from bot.outbox.store import CLAIM
from bot.storage.database import Database

AT_ONCE = 2_000
RETRY_AFTER_ERROR = 1.0


@dataclass(frozen=True, slots=True)
class Lanes:
    """What decides which delivery may go: the queue, the endpoints, and who is failing."""

    ready: Ready
    index: EndpointIndex
    health: Health

    def may_flow(self, endpoint_id: int) -> bool:
        """Whether an endpoint receives and is not being probed."""
        endpoint = self.index.get(endpoint_id)
        receives = endpoint is not None and endpoint.receives
        return receives and not self.health.is_failing(endpoint_id)

    def is_roomy(self, endpoint_id: int) -> bool:
        """Whether so much of a lane is free that claiming for it is worth a statement."""
        return self.ready.room(endpoint_id) >= self.ready.refill

    @property
    def is_crowded(self) -> bool:
        """Whether all lanes together leave none of them room enough, not even an empty one."""
        return self.ready.limit - len(self.ready) < self.ready.refill


class Claims:
    """Knows when each endpoint's next pending row is due, and claims no sooner."""

    def __init__(self, database: Database, lanes: Lanes, *, leases: Leases, clock: Clock) -> None:
        self._database = database
        self._lanes = lanes
        self._ready, self._health = lanes.ready, lanes.health
        self._leases = leases
        self._clock = clock
        self._next: dict[int, int] = {}
        self._changed = asyncio.Event()
        self._calm = asyncio.Event()
        self._was_crowded = False
        self._task: asyncio.Task[None] | None = None
        self._held: Callable[[], Iterable[Due]] = lambda: ()

    async def start(self, held: Callable[[], Iterable[Due]]) -> None:
        """Take over what a stopped process left; `held` names the requests in flight."""
        self._held = held
        await self._leases.start(held, self.due)
        for endpoint in self._lanes.index.all():
            self._health.restore(endpoint.id, endpoint.failures)
            self.overflowed(endpoint.id)  # until a first claim shows that nothing waits
        self._task = asyncio.create_task(self._run(), name="claims")

    async def stop(self) -> None:
        """Claim nothing more, and give back what waits untried."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
        await self._leases.stop()

    def due(self, endpoint_id: int, moment: int) -> None:
        """A row of that endpoint is due at `moment` (ms)."""
        if moment < self._next.get(endpoint_id, moment + 1):
            self._next[endpoint_id] = moment
            self._changed.set()

    def flows_again(self, endpoint_id: int) -> None:
        """Its endpoint was resumed or enabled: rows that were due meanwhile may go now."""
        self.due(endpoint_id, to_ms(self._clock.now()))
        self._changed.set()

    def overflowed(self, endpoint_id: int) -> None:
        """A fresh delivery stayed in the database: younger ones must not overtake it."""
        self._ready.close(endpoint_id)
        self.due(endpoint_id, to_ms(self._clock.now()))

    def hold_back(self, endpoint_id: int) -> None:
        """Close one endpoint's lane and return what waits in it to the database, untried."""
        self._ready.close(endpoint_id)
        self._leases.give_back(self._ready.drop_lane(endpoint_id))
        self.lane_moved(endpoint_id)

    def lane_moved(self, endpoint_id: int) -> None:
        """A place came free in a lane; claim more where more is due.

        Where all lanes together were full, any of them may have waited for it.
        """
        was_crowded, self._was_crowded = self._was_crowded, self._lanes.is_crowded
        relieved = was_crowded and not self._was_crowded
        if relieved or (endpoint_id in self._next and self._lanes.is_roomy(endpoint_id)):
            self._changed.set()

    def next_due(self) -> int | None:
        """The earliest moment (ms) at which something can be claimed; None when nothing waits."""
        moments = [self._moment(endpoint_id) for endpoint_id in self._next]
        return min((moment for moment in moments if moment is not None), default=None)

    async def calm(self) -> None:
        """Return when nothing is being claimed or given back, and nothing could be claimed now."""
        while True:
            await self._leases.given_back()
            await self._calm.wait()
            due = self.next_due()
            if not self._changed.is_set() and (due is None or due > to_ms(self._clock.now())):
                return
            await asyncio.sleep(0)

    def _moment(self, endpoint_id: int) -> int | None:
        endpoint = self._lanes.index.get(endpoint_id)
        if endpoint is None or not endpoint.receives:
            return None
        if not self._health.is_failing(endpoint_id):
            return self._next[endpoint_id] if self._lanes.is_roomy(endpoint_id) else None
        if self._ready.has(endpoint_id) or any(d.endpoint_id == endpoint_id for d in self._held()):
            return None  # its probe is on the way
        return max(self._next[endpoint_id], self._health.probe_at(endpoint_id))

    async def _run(self) -> None:
        while True:
            moment = self.next_due()
            now = to_ms(self._clock.now())
            if moment is None or moment > now:
                wait = None if moment is None else (moment - now) / 1000
                self._was_crowded = self._lanes.is_crowded
                self._calm.set()
                await self._clock.wait(self._changed, wait)
                self._calm.clear()
                self._changed.clear()
                continue
            wanted = self._wanted(now)
            try:
                await self._claim(wanted, now)
            except Exception as error:  # noqa: BLE001  claiming outlives any one failure
                for one in wanted:
                    self.due(one.endpoint_id, now)
                tell(error, "claim.failed")
                await self._clock.sleep(RETRY_AFTER_ERROR)

    def _wanted(self, now: int) -> list[Claim]:
        """What to ask for now: as much as fits, one probe for an endpoint that is failing."""
        wanted: list[Claim] = []
        left = AT_ONCE
        for endpoint_id in list(self._next):
            moment = self._moment(endpoint_id)
            if moment is None or moment > now or left <= 0:
                continue
            room = 1 if self._health.is_failing(endpoint_id) else self._ready.room(endpoint_id)
            wanted.append(Claim(endpoint_id, min(room, left)))
            left -= room
            del self._next[endpoint_id]
        return wanted

    async def _claim(self, wanted: Sequence[Claim], now: int) -> None:
        dialects = {e.id: e.dialect for e in self._lanes.index.all()}
        until = self._leases.until(now)
        claimed = await self._database.hot(CLAIM, wanted, dialects, now, until)
        if claimed.broken:
            tell_broken(claimed.broken)
        for endpoint_id, following in claimed.next_due.items():
            if following is not None:
                self.due(endpoint_id, following)
            if (following is None or following > now) and self._lanes.may_flow(endpoint_id):
                self._ready.open(endpoint_id)
        self._take_in(claimed.due, {one.endpoint_id for one in wanted if one.limit == 1})

    def _take_in(self, due: Sequence[Due], probed: set[int]) -> None:
        """Push what was claimed, unless its endpoint began to fail or was paused meanwhile."""
        fit: list[Due] = []
        unfit: list[Due] = []
        for one in due:
            endpoint = self._lanes.index.get(one.endpoint_id)
            probe = one.endpoint_id in probed and endpoint is not None and endpoint.receives
            flows = probe or self._lanes.may_flow(one.endpoint_id)
            (fit if flows else unfit).append(one)
        self._leases.give_back(unfit)
        if fit:
            self._ready.push(fit)
