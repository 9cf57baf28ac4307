"""Health: `/healthz` says that the process lives, `/readyz` that it can work or what is missing."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from aiohttp import web

from bot.clock import Clock
from bot.logs import get_logger
from bot.web.parts import ReadinessProbe

KEPT = timedelta(seconds=1)
PATIENCE = 2.0  # seconds for one probe

NEEDED = ("database", "discord", "deliveries")

_log = get_logger("herald.web")


class Startup:
    """Startup as health checks see it: alive, not ready yet, and what takes the time."""

    def __init__(self) -> None:
        self._step = "opening the database"

    def tell(self, step: str) -> None:
        """What it does from now on."""
        self._step = step

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", alive), web.get("/readyz", self._ready)]

    async def _ready(self, _request: web.Request) -> web.Response:
        told = {"ready": False, "missing": list(NEEDED), "starting": self._step}
        return web.json_response(told, status=503)


class HealthRoutes:
    """An answer is kept for a second, so that nobody can make the probes work for nothing."""

    def __init__(self, probes: Mapping[str, ReadinessProbe], clock: Clock) -> None:
        self._probes = probes
        self._clock = clock
        self._turn = asyncio.Lock()
        self._looked_at: datetime | None = None
        self._missing: list[str] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", alive), web.get("/readyz", self._ready)]

    async def missing(self) -> list[str]:
        """What Herald needs and does not have now, by the probes' names."""
        async with self._turn:
            now = self._clock.now()
            if self._looked_at is None or not timedelta() <= now - self._looked_at < KEPT:
                answers = await asyncio.gather(*(self._asks(name) for name in self._probes))
                named = zip(self._probes, answers, strict=True)
                self._missing = [name for name, there in named if not there]
                self._looked_at = now
            return self._missing

    async def _asks(self, name: str) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._probes[name]()
        except Exception as error:  # noqa: BLE001  whatever it is, it is not there
            _log.warning("health.probe_failed", probe=name, error=repr(error))
            return False

    async def _ready(self, _request: web.Request) -> web.Response:
        missing = await self.missing()
        told = {"ready": not missing, "missing": missing}
        return web.json_response(told, status=503 if missing else 200)


async def alive(_request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"alive": True})
