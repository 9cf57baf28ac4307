"""`herald trigger`: sample events through the real pipeline, on a database that lives as long."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.text import Text

from bot import logs
from bot.catalogue import Event, event_named
from bot.clock import SystemClock
from bot.commands.console import complain, say
from bot.commands.event_loop import Stop, in_loop
from bot.commands.receiver import dialect_for, policy_for
from bot.commands.verdicts import Made, made_since
from bot.config import Config, DatabaseConfig, DeliveryConfig, SecretsConfig
from bot.delivery.emitter import Emitter
from bot.features.endpoints.event_choices import has, lacking
from bot.outbox.endpoints import Endpoint, NewEndpoint
from bot.outbox.tables import DeliveryState

LOOK_EVERY = 0.05
NEVER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class TriggerOptions:
    """Options: what is to be sent, and where."""

    event: str
    url: str
    secret: str = field(repr=False)
    dialect: str = "phantom"
    guild_id: int = 123456789012345678

    def sample(self) -> Event:
        """The event; a UserError says what else could be meant."""
        return event_named(self.event).sample(self.guild_id)

    def check(self) -> None:
        """Raise a UserError for whatever cannot be sent as it was asked."""
        event = self.sample()
        dialect = dialect_for(self.dialect, self.secret, variable="HERALD_TRIGGER_SECRET")
        if not has(dialect.name, event.type):
            raise lacking(dialect, event.type)


def trigger(order: TriggerOptions, *, count: int, attempts: int) -> int:
    """Send `count` samples and wait for their first verdict, or up to `attempts`: 0 or 1."""
    order.check()
    logs.configure(style="console", level="ERROR", secrets=[order.secret])
    folder = Path(tempfile.mkdtemp(prefix="herald-trigger-"))

    def clean_up() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    async def main(stop: Stop) -> int:
        policy = await policy_for(order.url)
        emitter = await Emitter.open(_config(folder), SystemClock(), policy=policy)
        await emitter.start()
        try:
            run = TriggerRun(emitter, stop, attempts=attempts, show=say)
            await run.send(order, count)
            await run.watch()
        finally:
            await emitter.stop()
        return run.close()

    try:
        return in_loop(main, last_act=clean_up)
    finally:
        clean_up()


class TriggerRun:
    """One run of samples: sends them, shows every attempt, and sums up the verdicts."""

    def __init__(
        self, emitter: Emitter, stop: Stop, *, attempts: int, show: Callable[[str | Text], None]
    ) -> None:
        self._emitter = emitter
        self._stop = stop
        self._attempts = attempts
        self._show = show
        self._seen = 0
        self._verdicts: dict[int, Made] = {}
        self._endpoint: Endpoint | None = None
        self._sent = 0
        self._wanted = 0

    async def send(self, order: TriggerOptions, count: int) -> None:
        """Make the endpoint, and emit one sample after the other to it."""
        emitter = self._emitter
        url = emitter.guard.parse(order.url).text
        async with emitter.database.transaction() as tx:
            new = NewEndpoint(
                order.guild_id, "trigger", url, order.dialect, ("*",), created_by_id=0
            )
            endpoint, _ = await emitter.registry.add(
                tx, new, emitter.clock.now(), secret=order.secret
            )
        self._endpoint, self._wanted = endpoint, count
        while self._sent < count and not self._stop.asked.is_set():
            async with emitter.database.transaction() as tx:
                await emitter.outbox.emit_to(tx, order.sample(), endpoint)
            self._sent += 1

    async def watch(self) -> None:
        """Return when every delivery has its verdict, or none will come, or a signal came."""
        while not self._stop.asked.is_set():
            given_up = await self._given_up()
            await self._look()
            if given_up or len(self._verdicts) == self._sent:
                return
            await self._emitter.clock.wait(self._stop.asked, LOOK_EVERY)

    def close(self) -> int:
        """Sum up; 0 only if everything was delivered."""
        delivered = [m for m in self._verdicts.values() if m.state == DeliveryState.DELIVERED]
        missing = self._wanted - len(self._verdicts)
        if missing and self._stop.asked.is_set():
            complain(f"stopped: no verdict on {missing} of {self._wanted}")
        elif missing:
            complain(f"the receiver keeps failing: {missing} of {self._wanted} were not tried")
        if self._wanted > 1:
            self._show(f"{len(delivered)} of {self._wanted} delivered")
        return 0 if len(delivered) == self._wanted else 1

    async def _look(self) -> None:
        async with self._emitter.database.reading() as reading:
            made = await made_since(reading, self._seen)
        for one in made:
            self._seen = one.id
            self._show(one.line(self._key(one)))
            settled = one.state in (DeliveryState.DELIVERED, DeliveryState.FAILED)
            if settled or one.number >= self._attempts:
                self._verdicts[one.delivery_id] = one

    def _key(self, made: Made) -> str:
        endpoint = self._endpoint
        assert endpoint is not None  # noqa: S101  nothing is made before it
        return self._emitter.registry.dialects[endpoint.dialect].key(made.event_id, endpoint.uuid)

    async def _given_up(self) -> bool:
        """Whether the rest gets no first verdict: it would be probed at growing gaps, or held."""
        if self._endpoint is None:
            return False
        lanes = self._emitter.lanes
        endpoint = lanes.index.get(self._endpoint.id)
        is_gone = endpoint is not None and not endpoint.receives
        is_probed = self._attempts == 1 and lanes.health.is_failing(self._endpoint.id)
        if not is_gone and not is_probed:
            return False
        await self._emitter.worker.idle()
        return True


def _config(folder: Path) -> Config:
    return Config(
        database=DatabaseConfig(url=f"sqlite:///{folder / 'trigger.db'}"),
        secrets=SecretsConfig(key_file=folder / "trigger.key"),
        # An endpoint that is switched off would hold samples back: that is not what is tried here.
        delivery=DeliveryConfig(disable_after=NEVER, shutdown_grace=0.5),
    )
