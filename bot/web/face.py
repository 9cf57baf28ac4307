"""Face of a running bot on the web: its applications, and the ports that they listen on."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy import select

from bot.config import Config
from bot.delivery.emitter import Emitter
from bot.logs import get_logger
from bot.outbox.tables import endpoint
from bot.web.app import build, build_metrics
from bot.web.forms import Forms
from bot.web.gauges import Gauges
from bot.web.measures import Measures
from bot.web.metrics import KeptBacklog, Metrics
from bot.web.pages import Pages
from bot.web.parts import FindGateway, ReadinessProbe, WebParts
from bot.web.room import Crowd
from bot.web.server import Listening, Server

SCRAPERS = Crowd(in_all=8, of_one=8, reserved=0)  # on a port of their own
_log = get_logger("herald.web")


class WebFace:
    """`bind` takes the ports, `start` answers, `stop` lets what is under way end.

    `routes` are those of features; `gateway` finds the connection to Discord of the moment.
    """

    def __init__(
        self,
        config: Config,
        emitter: Emitter,
        *,
        forms: Forms,
        gateway: FindGateway,
        routes: Sequence[web.AbstractRouteDef] = (),
    ) -> None:
        self._settings = settings = config.web
        measures = Measures()
        emitter.outbox.on_emitted = measures.committed
        emitter.worker.on_attempted = measures.attempted
        parts = WebParts(
            config,
            emitter.clock,
            Pages(urlsplit(settings.public_url or "").path),
            forms,
            measures,
            _probes(emitter, gateway),
            tuple(routes),
        )
        own_port = settings.metrics_port is not None
        metrics = _metrics(config, emitter, measures, gateway)
        grace = config.delivery.shutdown_grace
        listening = Listening(settings.host, settings.port)
        app = build(parts, () if own_port else metrics.routes())
        self._servers = [Server(app, listening, reading=settings.read_timeout, grace=grace)]
        if settings.metrics_port is not None:
            apart = Listening(settings.metrics_host, settings.metrics_port, "metrics_")
            app = build_metrics(parts, metrics.routes())
            server = Server(app, apart, reading=settings.read_timeout, grace=grace, crowd=SCRAPERS)
            self._servers.append(server)

    @property
    def ports(self) -> list[int]:
        """Those that were taken: the pages', then that of the metrics where they have their own."""
        return [server.port for server in self._servers]

    async def bind(self) -> None:
        """A ConfigError names the setting whose port cannot be had; nothing is taken then."""
        try:
            for server in self._servers:
                await server.bind()
        except BaseException:
            await self.stop()
            raise

    async def start(self) -> None:
        for server in self._servers:
            await server.start()
        _log.info("web.started", host=self._settings.host, ports=self.ports)

    async def stop(self) -> None:
        """Started or not."""
        for server in self._servers:
            await server.stop()


def _metrics(config: Config, emitter: Emitter, measures: Measures, gateway: FindGateway) -> Metrics:
    settings = config.web
    database = emitter.database
    gauges = Gauges(measures, emitter.lanes, gateway, emitter.skew, log_size=database.log_size)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    return Metrics(
        gauges,
        KeptBacklog(database, emitter.clock),
        token=token,
        own_port=settings.metrics_port is not None,
    )


def _probes(emitter: Emitter, gateway: FindGateway) -> dict[str, ReadinessProbe]:
    async def database() -> bool:
        async with emitter.database.reading() as reading:
            await reading.execute(select(endpoint.c.id).limit(1))
        return True

    async def discord() -> bool:
        return gateway().is_connected

    async def deliveries() -> bool:
        return emitter.is_running

    return {"database": database, "discord": discord, "deliveries": deliveries}
