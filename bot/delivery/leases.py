"""Leases: renewed while we hold them, given back untried, taken over where a process has died."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.clock import Clock, to_ms
from bot.logs import get_logger
from bot.outbox.ready import Ready
from bot.outbox.rows import Due
from bot.outbox.store import EXPIRE, RELEASE, RENEW
from bot.storage.database import Database
from bot.storage.engine import is_passing
from bot.storage.group import Group

FOR_EVER = 10 * 365 * 86_400_000

_log = get_logger("herald.leases")


@dataclass(frozen=True, slots=True)
class LeaseSettings:
    """Seconds a lease lasts, and seconds between renewals of what is held in memory."""

    lease: float = 60.0
    renew: float = 20.0


class Leases:
    """Keeps the leases of what waits in `ready` and of what `held` names as in flight.

    `on_due` is told (endpoint, ms) of every row that is pending again.
    """

    def __init__(
        self, database: Database, ready: Ready, *, clock: Clock, settings: LeaseSettings
    ) -> None:
        self._database = database
        self._ready = ready
        self._clock = clock
        self._settings = settings
        self._held: Callable[[], Iterable[Due]] = lambda: ()
        self._on_due: Callable[[int, int], None] = lambda _endpoint, _moment: None
        self._releasing: Group[Due, None] = Group(self._release)
        self._task: asyncio.Task[None] | None = None

    async def start(
        self, held: Callable[[], Iterable[Due]], on_due: Callable[[int, int], None]
    ) -> None:
        """Free what a dead process left; then keep house."""
        self._held, self._on_due = held, on_due
        now = to_ms(self._clock.now())
        # The only process on a SQLite file: whatever is leased there was left by a dead one.
        until = now + FOR_EVER if self._database.is_sqlite else now
        await self._database.hot(EXPIRE, now, until)
        self._ready.on_turned_away(self.give_back)
        self._releasing.start()
        self._task = asyncio.create_task(self._keep(), name="leases")

    async def stop(self) -> None:
        """Give back what waits untried."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
        self.give_back(self._ready.drop_all())
        await self._releasing.stop()

    def until(self, now: int) -> int:
        """When a lease taken at `now` ends; both in ms."""
        return now + round(self._settings.lease * 1000)

    def give_back(self, due: Iterable[Due]) -> None:
        """Return deliveries to the database, untried and due as they were."""
        for one in due:
            self._releasing.put(one)

    async def given_back(self) -> None:
        """Return when all that was given back stands in the database."""
        await self._releasing.drained()

    async def _keep(self) -> None:
        while True:
            await self._clock.sleep(self._settings.renew)
            try:
                await self._keep_once(to_ms(self._clock.now()))
            except Exception as error:  # noqa: BLE001  house-keeping outlives any one failure
                tell(error, "leases.failed")

    async def _keep_once(self, now: int) -> None:
        held = [*self._ready, *self._held()]
        if held:
            await self._database.hot(RENEW, held, self.until(now))
        for endpoint_id in await self._database.hot(EXPIRE, now, now):
            self._on_due(endpoint_id, now)

    async def _release(self, due: Sequence[Due]) -> Sequence[None]:
        await self._database.hot(RELEASE, due)
        for one in due:
            self._on_due(one.endpoint_id, one.due_at)
        return [None] * len(due)


def tell(error: Exception, what: str) -> None:
    """A database that is away is a warning, anything else a bug logged whole; both are retried."""
    if is_passing(error):
        _log.warning(what, error=str(error))
    else:
        _log.error(what, exc_info=error)


def tell_broken(deliveries: Sequence[int]) -> None:
    """Rows that cannot be sent, because the database lost their bodies; they have failed."""
    _log.error("claim.broken_rows", deliveries=list(deliveries))
