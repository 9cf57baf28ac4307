"""Claims of due rows: retries, overflow, a restart and other processes' leavings come to memory."""

import asyncio
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from bot.clock import Clock, to_ms
from bot.delivery.due_times import DueTimes
from bot.delivery.lanes import Lanes
from bot.delivery.leases import Leases, tell, tell_broken
from bot.logs import get_logger
from bot.outbox.hot import CLAIM
from bot.outbox.rows import Claimed, LeasedDelivery
from bot.storage.background import BackgroundTask
from bot.storage.database import Database

RETRY_AFTER_ERROR = 1.0

_log = get_logger("herald.delivery")


class Claimer:
    """Claimer that knows when each endpoint's next pending row is due, and claims no sooner."""

    def __init__(self, database: Database, lanes: Lanes, *, leases: Leases, clock: Clock) -> None:
        self._database = database
        self._lanes = lanes
        self._ready, self._health = lanes.ready, lanes.health
        self._leases = leases
        self._clock = clock
        self._agenda = DueTimes(lanes, leases.is_returning)
        self._changed = asyncio.Event()
        self._calm = asyncio.Event()
        self._task = BackgroundTask("claims", self._run)
        self._go_on: Callable[[Iterable[int]], None] = lambda _: None

    async def start(
        self, held: Callable[[], Iterable[LeasedDelivery]], go_on: Callable[[Iterable[int]], None]
    ) -> None:
        """Take over what a stopped process left; `held` names the requests in flight.

        `go_on` is told the endpoints that waited for their rate limit and need wait no more.
        """
        self._go_on, self._agenda.held = go_on, held
        await self._leases.start(held, self.flows_again)
        self._clock.on_set(self._clock_set)
        for endpoint in self._lanes.index.all():
            self._health.restore(endpoint.id, endpoint.failures)
            self.overflowed(endpoint.id)  # until a first claim shows that nothing waits
            if self._lanes.is_probed(endpoint.id):
                self._ready.close(endpoint.id, to_all=True)
        self._task.start()

    async def stop(self) -> None:
        """Claim nothing more, and give back what waits untried."""
        await self._task.stop()
        await self._leases.stop()

    def due(self, endpoint_id: int, moment: int) -> None:
        """A row of that endpoint is due at `moment` (ms)."""
        if self._agenda.note(endpoint_id, moment):
            self._changed.set()

    def flows_again(self, endpoint_id: int, moment: int | None = None) -> None:
        """Rows that could not be claimed, though due, may be so now or from `moment` (ms) on."""
        self.due(endpoint_id, to_ms(self._clock.now()) if moment is None else moment)
        self._changed.set()

    def overflowed(self, endpoint_id: int) -> None:
        """A fresh delivery stayed in the database: younger ones must not overtake it."""
        if self._ready.close(endpoint_id):
            _log.debug("lane.overflowed", endpoint=endpoint_id)
        self.due(endpoint_id, to_ms(self._clock.now()))

    def hold_back(self, endpoint_id: int, *, but_tests: bool = False) -> None:
        """Close one endpoint's lane and return what waits in it to the database, untried."""
        self._ready.close(endpoint_id, to_all=True)
        waiting = self._ready.turns.drop(endpoint_id)
        tests = [one for one in waiting if but_tests and one.goes_first]
        self._leases.give_back(one for one in waiting if one not in tests)
        if tests:
            self._ready.push(tests)
        self.lane_moved(endpoint_id)

    def lane_moved(self, endpoint_id: int) -> None:
        """A place came free in a lane; claim more where more is due."""
        if self._agenda.moved(endpoint_id):
            self._changed.set()

    def look_again(self) -> None:
        """Something else came to wait for a moment of the clock: a rate limit."""
        self._changed.set()

    def next_due(self) -> int | None:
        """The earliest moment (ms) at which anything can go on; None when nothing waits."""
        moments = (self._agenda.next_due(), self._lanes.pace.next_open())
        return min((moment for moment in moments if moment is not None), default=None)

    async def calm(self) -> None:
        """Return when nothing is being claimed or given back, and nothing could be claimed now."""
        while True:
            await self._leases.given_back()
            await self._calm.wait()
            due = self.next_due()
            if not self._changed.is_set() and (due is None or due > to_ms(self._clock.now())):
                return
            await asyncio.sleep(0)  # what is due is claimed in the turns between

    def _clock_set(self, seconds: float) -> None:
        """What is due is to be looked at anew; probes and rate limits keep their distance."""
        self._health.clock_set(round(seconds * 1000))
        self._lanes.pace.clock_set(round(seconds * 1000))
        self._changed.set()

    async def _run(self) -> None:
        while True:
            now = to_ms(self._clock.now())
            moment = now if self._agenda.is_any_due(now) else self.next_due()
            if moment is None or moment > now:
                wait = None if moment is None else (moment - now) / 1000
                self._agenda.rest()
                self._calm.set()
                await self._clock.wait(self._changed, wait)
                self._calm.clear()
                self._changed.clear()
                continue
            self._go_on(self._lanes.pace.over(now))
            wanted = self._agenda.wanted(now)
            try:
                await self._claim(wanted, now)
            except Exception as error:  # noqa: BLE001  claiming outlives any one failure
                for endpoint_id in wanted:
                    self.due(endpoint_id, now)
                tell(error, "claim.failed")
                await self._clock.sleep(RETRY_AFTER_ERROR)

    async def _claim(self, wanted: Mapping[int, int], now: int) -> None:
        if not wanted:
            return
        probed = set(filter(self._lanes.is_probed, wanted))
        endpoints = [e for e in map(self._lanes.index.get, wanted) if e is not None]
        dialects = {e.id: e.dialect for e in endpoints}
        ordered = [e.id for e in endpoints if e.in_order]
        until = self._leases.until(now)
        claim = self._database.hot(CLAIM, wanted, dialects, now, until, ordered)
        claiming = asyncio.ensure_future(claim)
        try:
            claimed = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            await asyncio.wait((claiming,))
            _return(claiming, self._leases)
            raise
        if claimed.broken:
            tell_broken(claimed.broken)
        self._take_in(claimed.due, probed)
        now = to_ms(self._clock.now())
        for endpoint_id, following in claimed.next_due.items():
            if following is not None:
                self.due(endpoint_id, following)
            # It may also be one that stayed in the database since the claim had looked there.
            if not self._agenda.is_due(endpoint_id, now) and self._lanes.may_flow(endpoint_id):
                self._ready.open(endpoint_id)

    def _take_in(self, due: Sequence[LeasedDelivery], probed: set[int]) -> None:
        """Push what was claimed, unless its endpoint began to fail or was paused meanwhile."""
        fit: list[LeasedDelivery] = []
        unfit: list[LeasedDelivery] = []
        flows = {one.endpoint_id for one in due}
        flows = {endpoint_id for endpoint_id in flows if _may_go(self._lanes, endpoint_id, probed)}
        for one in due:
            (fit if one.endpoint_id in flows else unfit).append(one)
        self._leases.give_back(unfit)
        if fit:
            self._ready.push(fit)


def _may_go(lanes: Lanes, endpoint_id: int, probed: Container[int]) -> bool:
    endpoint = lanes.index.get(endpoint_id)
    is_probe = endpoint_id in probed and endpoint is not None and endpoint.receives
    return is_probe or lanes.may_flow(endpoint_id)


def _return(claiming: asyncio.Future[Claimed], leases: Leases) -> None:
    """Give back what a claim brought when nobody wanted it any more."""
    error = claiming.exception()
    if error is None:
        leases.give_back(claiming.result().due)
    elif isinstance(error, Exception):
        tell(error, "claim.failed")
