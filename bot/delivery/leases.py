"""Leases: renewed while we hold them, given back untried, taken over where a process has died."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.clock import Clock, to_ms
from bot.config import DeliveryConfig
from bot.delivery.lease_watch import LeaseWatch
from bot.dialects.base import Dialect
from bot.logs import get_logger
from bot.outbox.due_repair import ScheduleReach, pull_in
from bot.outbox.hot import RELEASE, RENEW
from bot.outbox.ready import Ready
from bot.outbox.requeue import expire
from bot.outbox.rows import LeasedDelivery
from bot.storage.background import BackgroundTask
from bot.storage.database import Database
from bot.storage.group import Group
from bot.storage.outages import is_passing
from bot.storage.retry import patiently

FOR_EVER = 10 * 365 * 86_400_000

_log = get_logger("herald.leases")


class Leases:
    """Leases of what waits in `ready` and of what `held` names as in flight, kept alive.

    `on_due` is told (endpoint, ms) of every row that is pending again.
    """

    def __init__(
        self,
        database: Database,
        ready: Ready,
        *,
        clock: Clock,
        dialects: Mapping[str, Dialect],
        settings: DeliveryConfig,
    ) -> None:
        self._database = database
        self._ready = ready
        self._clock = clock
        self._dialects = dialects
        self._settings = settings
        self._woken = asyncio.Event()
        self._set_by = 0  # ms, since the last look
        lasting = settings.lease_seconds if ready.is_shared else None
        self._watch = LeaseWatch(lasting, self._woken.set)
        ready.has_lapsed = self._watch.has_lapsed
        self._held: Callable[[], Iterable[LeasedDelivery]] = lambda: ()
        self._on_due: Callable[[int, int], None] = lambda _endpoint, _moment: None
        self._releasing: Group[LeasedDelivery, None] = Group(self._release)
        self._returning: defaultdict[int, set[int]] = defaultdict(set)  # deliveries by endpoint
        self._task = BackgroundTask("leases", self._keep)

    async def start(
        self, held: Callable[[], Iterable[LeasedDelivery]], on_due: Callable[[int, int], None]
    ) -> None:
        """Free what a dead process left; then keep house."""
        self._held, self._on_due = held, on_due
        await patiently(self._take_over)
        self._ready.on_turned_away = self.give_back
        self._releasing.start()
        self._clock.on_set(self._clock_set)
        self._task.start()

    async def stop(self) -> None:
        """Give back what waits untried."""
        await self._task.stop()
        self.give_back(self._ready.drop_all())
        await self._releasing.stop()

    def until(self, now: int) -> int:
        """When a lease taken at `now` ends; both in ms."""
        return now + round(self._settings.lease_seconds * 1000)

    def give_back(self, due: Iterable[LeasedDelivery]) -> None:
        """Return deliveries to the database, untried and due as they were."""
        for one in due:
            self._returning[one.endpoint_id].add(one.id)
            self._releasing.put(one)

    def is_returning(self, endpoint_id: int) -> bool:
        """Whether deliveries of that endpoint are on their way back: younger ones have to wait."""
        return endpoint_id in self._returning

    async def given_back(self) -> None:
        """Return when all that was given back stands in the database."""
        await self._releasing.drained()

    async def _take_over(self) -> None:
        now = to_ms(self._clock.now())
        # The only process on a SQLite file: whatever is leased there was left by a dead one.
        until = now + FOR_EVER if self._database.is_sqlite else now
        await self._expire(now, until)
        await self._pull_in(now)

    async def _expire(self, now: int, until: int) -> list[int]:
        async with self._database.transaction() as tx:
            return await expire(tx, now, until)

    async def _keep(self) -> None:
        while True:
            await self._clock.wait(self._woken, self._settings.lease_renew_seconds)
            self._woken.clear()
            try:
                await self._keep_once(to_ms(self._clock.now()))
            except Exception as error:  # noqa: BLE001  house-keeping outlives any one failure
                tell(error, "leases.failed")

    async def _keep_once(self, now: int) -> None:
        since = self._watch.now()
        if self._watch.is_over:
            self.give_back(self._ready.drop_all())  # what is still ours is claimed anew
        held = [*self._ready, *self._held()]
        if held:
            await self._database.hot(RENEW, held, self.until(now))
        self._watch.renewed(since)
        for endpoint_id in await self._expire(now, now):
            self._on_due(endpoint_id, now)
        by = self._set_by
        if by < 0:
            await self._pull_in(now, by)
        self._set_by -= by

    def _clock_set(self, seconds: float) -> None:
        self._set_by += round(seconds * 1000)
        self._woken.set()

    async def _pull_in(self, now: int, by: int = 0) -> None:
        """A clock that was set back must not make anything wait for more than its next step."""
        reach = ScheduleReach(now, self.until(0), self._settings.jitter, by)
        async with self._database.transaction() as tx:
            pulled = await pull_in(tx, self._dialects.values(), reach)
        for endpoint_id, due_at in pulled:
            self._on_due(endpoint_id, due_at)

    async def _release(self, due: Sequence[LeasedDelivery]) -> Sequence[None]:
        try:
            await self._database.hot(RELEASE, due)
        except Exception as error:
            if not is_passing(error):
                self._returned(due)  # not now, but when their leases end
            raise
        self._returned(due)
        for one in due:
            self._on_due(one.endpoint_id, one.due_at)
        return [None] * len(due)

    def _returned(self, due: Iterable[LeasedDelivery]) -> None:
        for one in due:
            waiting = self._returning[one.endpoint_id]
            waiting.discard(one.id)
            if not waiting:
                del self._returning[one.endpoint_id]


def tell(error: Exception, what: str) -> None:
    """A database that is away is a warning, anything else a bug logged whole; both are retried."""
    if is_passing(error):
        _log.warning(what, error=str(error))
    else:
        _log.error(what, exc_info=error)


def tell_broken(deliveries: Sequence[int]) -> None:
    """Rows that cannot be sent, because the database lost their bodies; they have failed."""
    _log.error("claim.broken_rows", deliveries=list(deliveries))
