"""`herald trigger`: sample events through the real pipeline, on a database that lives as long."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bot import logs
from bot.catalogue import Event, event_named
from bot.clock import SystemClock
from bot.commands.console import complain, say
from bot.commands.event_loop import Stop, in_loop
from bot.commands.receiver import dialect_for, policy_for, way_out
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


def trigger(
    order: TriggerOptions, *, count: int, attempts: int, config_file: Path | None = None
) -> int:
    """Send `count` samples and wait for their first verdict, or up to `attempts`: 0 or 1.

    `config_file` has the proxy on the way there.
    """
    order.check()
    around = way_out(config_file)
    logs.configure(style="console", level="ERROR", secrets=[order.secret])
    folder = Path(tempfile.mkdtemp(prefix="herald-trigger-"))

    def clean_up() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    async def main(stop: Stop) -> int:
        policy = await policy_for(order.url)
        emitter = await Emitter.open(_config(folder, around), SystemClock(), policy=policy)
        await emitter.start()
        try:
            endpoint = await _endpoint(emitter, order)
            run = TriggerRun(emitter, endpoint, stop=stop, count=count, attempts=attempts)
            await run.send(order.sample())
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
        self, emitter: Emitter, endpoint: Endpoint, *, stop: Stop, count: int, attempts: int
    ) -> None:
        self._emitter = emitter
        self._endpoint = endpoint
        self._stop = stop
        self._wanted = count
        self._attempts = attempts
        self._sent = 0
        self._seen = 0
        self._verdicts: dict[int, Made] = {}

    async def send(self, sample: Event) -> None:
        """Emit it again and again."""
        while self._sent < self._wanted and not self._stop.asked.is_set():
            async with self._emitter.database.transaction() as tx:
                await self._emitter.outbox.emit_to(tx, sample, self._endpoint, is_first=False)
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
            say(f"{len(delivered)} of {self._wanted} delivered")
        return 0 if len(delivered) == self._wanted else 1

    async def _look(self) -> None:
        async with self._emitter.database.reading() as reading:
            made = await made_since(reading, self._seen)
        dialect = self._emitter.registry.dialects[self._endpoint.dialect]
        for one in made:
            self._seen = one.id
            say(one.line(dialect.key(one.event_id, self._endpoint.uuid)))
            settled = one.state in (DeliveryState.DELIVERED, DeliveryState.FAILED)
            if settled or one.number >= self._attempts:
                self._verdicts[one.delivery_id] = one

    async def _given_up(self) -> bool:
        """Whether the rest gets no first verdict: it would be probed at growing gaps, or held."""
        lanes = self._emitter.lanes
        endpoint = lanes.index.get(self._endpoint.id)
        is_gone = endpoint is not None and not endpoint.receives
        is_probed = self._attempts == 1 and lanes.health.is_failing(self._endpoint.id)
        if not is_gone and not is_probed:
            return False
        await self._emitter.worker.idle()
        return True


async def _endpoint(emitter: Emitter, order: TriggerOptions) -> Endpoint:
    url = emitter.guard.parse(order.url).text
    new = NewEndpoint(order.guild_id, "trigger", url, order.dialect, ("*",), created_by_id=0)
    async with emitter.database.transaction() as tx:
        now = emitter.clock.now()
        endpoint, _ = await emitter.registry.add(tx, new, now, secret=order.secret)
    return endpoint


def _config(folder: Path, around: Config) -> Config:
    own = {
        "database": DatabaseConfig(url=f"sqlite:///{folder / 'trigger.db'}"),
        "secrets": SecretsConfig(key_file=folder / "trigger.key"),
        # An endpoint that is switched off would hold samples back: that is not what is tried here.
        "delivery": DeliveryConfig(disable_after=NEVER, shutdown_grace=0.5),
    }
    return around.model_copy(update=own)
