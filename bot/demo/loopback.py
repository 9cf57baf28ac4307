"""Loopback web server, small, on a port that the system picks."""

from typing import cast

from aiohttp import web

HOST = "127.0.0.1"
FINISH_SECONDS = 1.0


class Loopback:
    """Starts and stops one aiohttp application; nobody outside this machine reaches it."""

    host = HOST

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=FINISH_SECONDS)
        self._port: int | None = None

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self._port = cast("tuple[str, int]", self._runner.addresses[0])[1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        if self._port is None:
            raise RuntimeError("the server has not been started")
        return self._port

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"
