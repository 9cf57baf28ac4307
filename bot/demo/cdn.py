"""CDN of the simulated Discord: what is posted there can be read over the network, as elsewhere."""

from types import TracebackType

import simcord.backend.cdn
from aiohttp import web
from simcord import Env

from bot.demo.loopback import Loopback

MOST = 64 * 1024 * 1024  # bytes


class SimulatedCdn:
    """Server of attachments on this machine, whose address Discord's simulation gives out.

    Before the simulation begins it is entered, and `env` is set after.
    """

    def __init__(self) -> None:
        self.env: Env | None = None
        app = web.Application()
        app.router.add_get("/{path:.*}", self._file)
        self._server = Loopback(app)
        self._base = simcord.backend.cdn.CDN_BASE

    @property
    def host(self) -> str:
        """Its name and port, as `scams.picture_hosts` has them."""
        return f"{self._server.host}:{self._server.port}"

    async def __aenter__(self) -> "SimulatedCdn":
        await self._server.start()
        simcord.backend.cdn.CDN_BASE = f"http://{self.host}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        simcord.backend.cdn.CDN_BASE = self._base
        await self._server.stop()

    async def _file(self, request: web.Request) -> web.Response:
        url = f"http://{self.host}{request.path_qs}"
        content = None if self.env is None else self.env.backend.cdn.get(url)
        return web.Response(status=404) if content is None else web.Response(body=content)
