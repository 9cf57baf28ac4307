"""Worker: takes ready deliveries in turn, so many at once, and settles what came of them."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Iterable
from itertools import chain

from bot.clock import Clock, to_ms
from bot.delivery.attempts import Attempts
from bot.delivery.claims import Claimer
from bot.delivery.in_flight import InFlight
from bot.delivery.lane_control import LaneControl
from bot.delivery.lanes import SHARED, Lanes
from bot.delivery.settler import Settler
from bot.delivery.slots import SlotWait
from bot.logs import get_logger
from bot.outbox.endpoints import Endpoint
from bot.outbox.rows import LeasedDelivery, Settlement
from bot.shutdown import Shutdown

LANDING = 1.0  # second, for those that were cut off to end

OnAttempted = Callable[[Endpoint, Settlement], None]
"""Told every attempt's outcome: at once, so only to count it."""

_log = get_logger("herald.delivery")
_told = logging.getLogger("herald.delivery")


class Worker:
    """Worker for all that is ready; a slow or dead endpoint holds up nobody but itself.

    `grace` is how many seconds requests in flight get to finish at the end.
    """

    def __init__(
        self,
        lanes: Lanes,
        attempts: Attempts,
        *,
        claims: Claimer,
        settler: Settler,
        clock: Clock,
        grace: float = 10.0,
    ) -> None:
        self._lanes = lanes
        self._attempts = attempts
        self._claims = claims
        self._settler = settler
        self._clock = clock
        self._grace = grace
        self._keeper = LaneControl(lanes, attempts, claims=claims, clock=clock)
        self._flights = InFlight(self._keeper.fell_silent)
        self._stopping = False
        self._rest: asyncio.TimerHandle | None = None
        self._context = contextvars.copy_context()
        self.on_attempted: OnAttempted = lambda _endpoint, _settlement: None

    async def start(self) -> None:
        """Join the parts and begin with what is due."""
        self._context = contextvars.copy_context()
        self._lanes.ready.on_push = self._pump
        self._settler.on_due = self._claims.due
        self._settler.on_settled = self._claims.look_again
        self._keeper.start()
        self._lanes.index.watch(lambda endpoint: self._go_on((endpoint.id,)))
        self._settler.start()
        await self._claims.start(self._held, self._go_on)
        self._pump()

    def _held(self) -> Iterable[LeasedDelivery]:
        """What is in flight, and what has landed and is not yet recorded."""
        return chain(self._flights, self._settler.held())

    def wind_down(self) -> None:
        """Send nothing more; what comes in from now on waits for the end."""
        self._stopping = True

    async def stop(self, shutdown: Shutdown) -> None:
        """Let requests in flight finish, record what came of them, give the rest back."""
        self.wind_down()
        await shutdown.step("claims", self._claims.stop)
        # On time though the database is away: they are other people's.
        await shutdown.step("requests", self._land, within=self._grace + LANDING)
        await shutdown.step("outcomes", self._settler.stop)

    async def _land(self) -> None:
        if late := await self._flights.finish(self._grace):
            _log.warning("shutdown.requests_cut", count=late)

    async def idle(self) -> None:
        """Return when all is sent and recorded that can be sent at this moment of the clock."""
        turns = self._lanes.ready.turns
        while True:
            while self._flights or not turns.rests(SlotWait.PACE):
                if self._flights:
                    await self._flights.any_end()
                else:
                    await asyncio.sleep(0)  # the flights that turns lead to begin meanwhile
            await self._settler.drained()
            await self._claims.calm()
            if not self._flights and turns.rests(SlotWait.PACE) and self._settler.is_drained:
                return

    def _pump(self) -> None:
        """Send what may go; a lane that waits for a share is woken where the share has room."""
        slots, turns = self._lanes.slots, self._lanes.ready.turns
        has_lapsed = self._lanes.ready.has_lapsed
        while not self._stopping and not slots.is_full and not has_lapsed():
            due = turns.take(self._why_not)
            if due is not None:
                self._send(due)
            elif not any(map(self._wake, turns.parks(*SHARED))):
                return

    def _send(self, due: LeasedDelivery) -> None:
        endpoint = self._lanes.index.get(due.endpoint_id)
        if endpoint is None:
            return  # deleted, and its rows with it
        due.aim = endpoint.aim
        self._lanes.take(due.endpoint_id)
        # In the worker's own context: a commit calls from whoever made it, and an attempt
        # must carry nothing of a person's language or an interaction's scope.
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._attempt(due, endpoint), context=self._context.copy())
        self._flights.begin(task, due)
        task.add_done_callback(self._done)

    def _why_not(self, endpoint_id: int) -> SlotWait | None:
        """Why an endpoint's lane has to wait; whoever asks parks it for that."""
        wait = self._lanes.why_not(endpoint_id)
        if wait is SlotWait.PACE:
            opens_at = self._lanes.pace.opens_at(endpoint_id)
            seconds = (opens_at - to_ms(self._clock.now())) / 1000
            _log.debug("lane.limited", endpoint=endpoint_id, seconds=seconds)
            self._claims.look_again()
            return wait
        if wait is SlotWait.LEISURE:
            self._rest_a_while()
        if wait is not None and _told.isEnabledFor(logging.DEBUG):
            _log.debug("lane.waits", endpoint=endpoint_id, reason=wait)
        return wait

    def _rest_a_while(self) -> None:
        """Let backlogs go on when the next window begins."""

        def rested() -> None:
            self._rest = None
            self._pump()
            # A timer may come a little early, and finds no room yet.
            if self._lanes.ready.turns.parks(SlotWait.LEISURE):
                self._rest_a_while()

        if self._rest is None:
            loop = asyncio.get_running_loop()
            self._rest = loop.call_later(self._lanes.leisure.rest(), rested)

    async def _attempt(self, due: LeasedDelivery, endpoint: Endpoint) -> None:
        try:
            settlement = await self._attempts.make(due, endpoint)
        except Exception as error:  # noqa: BLE001  a bug must not be met anew at every lease
            _log.error("delivery.bug", delivery=due.id, exc_info=error)
            settlement = self._attempts.failed_here(due, endpoint)
        self._settler.put(settlement)
        self._keeper.attempted(settlement)
        self.on_attempted(endpoint, settlement)
        if _told.isEnabledFor(logging.DEBUG):  # ten thousand times a second, unheard
            _log.debug(
                "delivery.attempted",
                delivery=due.id,
                endpoint=endpoint.id,
                event_id=str(due.event_uuid),
                attempt=settlement.tried.number,
                state=settlement.state.name.lower(),
                reason=settlement.reason,
            )

    def _done(self, task: asyncio.Task[None]) -> None:
        due = self._flights.end(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("delivery.bug", delivery=due.id, exc_info=error)
        self._lanes.slots.give(due.endpoint_id)
        # One for each, before those whose turn comes by itself.
        for share in self._lanes.ready.turns.parks(*SHARED):
            self._wake(share)
        self._claims.lane_moved(due.endpoint_id)
        self._go_on((due.endpoint_id,))

    def _wake(self, share: SlotWait) -> bool:
        """Give the lane its turn that waited longest for a share, if the share has room."""
        return self._lanes.has_room(share) and self._lanes.ready.turns.wake_first(share)

    def _go_on(self, endpoint_ids: Iterable[int]) -> None:
        """What kept these endpoints' lanes waiting may be over."""
        for endpoint_id in endpoint_ids:
            self._lanes.ready.turns.look_again(endpoint_id, self._lanes.why_not)
        self._pump()
