"""Face of a running bot on the web: its applications, and the ports that they listen on."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy import select

from bot.clock import Clock
from bot.config import Config
from bot.delivery.emitter import Emitter
from bot.fleet.assignment import Role
from bot.fleet.fleet import Fleet
from bot.logs import get_logger
from bot.outbox.tables import endpoint
from bot.web.app import build, build_metrics, build_startup
from bot.web.forms import Forms
from bot.web.gauges import Gauges
from bot.web.health import Startup
from bot.web.measures import Measures
from bot.web.metrics import KeptRows, Metrics
from bot.web.pages import Pages
from bot.web.parts import FindGateway, ReadinessProbe, WebParts
from bot.web.room import Crowd
from bot.web.server import Listening, Server

SCRAPERS = Crowd(in_all=8, of_one=8, reserved=0)  # on a port of their own
_log = get_logger("herald.web")


class WebFace:
    """`open` takes the ports and says how far the start is, `serve` answers all, `stop` ends.

    A start may read a large file whole: who watches over the process sees meanwhile that it lives.
    """

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config = config
        settings = config.web
        pages = Pages(urlsplit(settings.public_url or "").path)
        self._parts = WebParts(config, clock, pages, Measures())
        startup = Startup()
        self.tell = startup.tell
        self._server = self._listen(startup, Listening(settings.host, settings.port))
        self._apart: Server | None = None
        if settings.metrics_port is not None:
            apart = Listening(settings.metrics_host, settings.metrics_port, "metrics_")
            self._apart = self._listen(startup, apart, SCRAPERS)

    def _listen(self, startup: Startup, listening: Listening, crowd: Crowd | None = None) -> Server:
        return Server(
            build_startup(self._parts, startup),
            listening,
            reading=self._config.web.read_timeout,
            grace=self._config.delivery.shutdown_grace,
            crowd=crowd,
        )

    @property
    def _servers(self) -> list[Server]:
        return [self._server] if self._apart is None else [self._server, self._apart]

    @property
    def ports(self) -> list[int]:
        """Those that were taken: the pages', then that of the metrics where they have their own."""
        return [server.port for server in self._servers]

    async def open(self) -> None:
        """A ConfigError names the setting whose port cannot be had; nothing is taken then."""
        try:
            for server in self._servers:
                await server.bind()
            for server in self._servers:
                await server.start()
        except BaseException:
            await self.stop()
            raise
        _log.info("web.opened", host=self._config.web.host, ports=self.ports)

    def watch(self, emitter: Emitter) -> None:
        """Count what it emits and attempts; before it starts, or the first are missing."""
        emitter.outbox.on_emitted = self._parts.measures.committed
        emitter.worker.on_attempted = self._parts.measures.attempted

    def count(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Show what features count, each under its name."""
        self._parts.measures.features = counts

    async def serve(
        self,
        emitter: Emitter,
        *,
        forms: Forms,
        gateway: FindGateway,
        fleet: Fleet,
        routes: Sequence[web.AbstractRouteDef] = (),
    ) -> None:
        """Answer all from now on, `routes` of features as well.

        `gateway` finds the connection to Discord of the moment.
        """
        stored = KeptRows(emitter.database, emitter.clock, fleet=fleet)
        metrics = _metrics(self._config, emitter, self._parts.measures, gateway, stored).routes()
        shown = [*routes] if self._apart is not None else [*metrics, *routes]
        probes = _probes(emitter, gateway, fleet.me.assignment.roles)
        await self._server.switch(build(self._parts, probes=probes, forms=forms, routes=shown))
        if self._apart is not None:
            await self._apart.switch(build_metrics(self._parts, metrics))
        _log.info("web.started", host=self._config.web.host, ports=self.ports)

    async def stop(self) -> None:
        """Started or not."""
        for server in self._servers:
            await server.stop()


def _metrics(
    config: Config, emitter: Emitter, measures: Measures, gateway: FindGateway, stored: KeptRows
) -> Metrics:
    settings = config.web
    database = emitter.database
    gauges = Gauges(measures, emitter.lanes, gateway, emitter.skew, log_size=database.log_size)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    return Metrics(
        gauges,
        stored,
        token=token,
        own_port=settings.metrics_port is not None,
    )


def _probes(
    emitter: Emitter, gateway: FindGateway, roles: Collection[Role]
) -> dict[str, ReadinessProbe]:
    """What a process needs for its roles."""

    async def database() -> bool:
        async with emitter.database.reading() as reading:
            await reading.execute(select(endpoint.c.id).limit(1))
        return True

    async def discord() -> bool:
        connection = gateway()
        return connection is not None and connection.is_connected

    async def deliveries() -> bool:
        return emitter.is_running

    probes: dict[str, ReadinessProbe] = {"database": database}
    if Role.BOT in roles:
        probes["discord"] = discord
    if Role.DELIVER in roles:
        probes["deliveries"] = deliveries
    return probes
