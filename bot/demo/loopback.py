"""Loopback web server, small, on a port that the system picks."""

from aiohttp import web

HOST = "127.0.0.1"
FINISH_SECONDS = 1.0


class Loopback:
    """Starts and stops one aiohttp application; nobody outside this machine reaches it."""

    host = HOST

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=FINISH_SECONDS)

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The one that it listens on since it was started; before and after that there is none."""
        for address in self._runner.addresses:
            return int(address[1])
        raise RuntimeError("the server has no port: start it first")

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"
