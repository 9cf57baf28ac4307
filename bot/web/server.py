"""Server: one port, taken before anything else begins, and the application that answers on it."""

import asyncio
import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from bot.errors import ConfigError
from bot.web.connection import ConnectionFactory
from bot.web.room import Crowd

SYSTEM_PORTS = 1024


@dataclass(frozen=True, slots=True)
class Listening:
    """Listening place; the settings are called `web.<prefix>host` and `web.<prefix>port`."""

    host: str
    port: int  # 0: any that is free
    prefix: str = ""

    def refused(self, error: OSError) -> ConfigError:
        """Why the port cannot be had, and what to do."""
        setting = f"web.{self.prefix}port"
        if error.errno == errno.EADDRINUSE:
            told = f"port {self.port} is in use by another program: stop that, or set another port"
        elif error.errno in (errno.EACCES, errno.EPERM):
            told = (
                f"this user may not open port {self.port}: set one from {SYSTEM_PORTS} on, and "
                "let a reverse proxy have the port that people see"
            )
        elif error.errno == errno.EADDRNOTAVAIL:
            setting = f"web.{self.prefix}host"
            told = f"this machine has no address {self.host}: use 127.0.0.1, or one of its own"
        else:
            told = f"port {self.port} of {self.host} cannot be opened ({error.strerror or error})"
        return ConfigError(setting, told)


class Server:
    """One address, and the application of the moment. `bind`, `start`; `stop` whatever was before.

    `reading` is how many seconds a request may take to arrive, and a connection to do nothing;
    `grace` how many one under way has to end at the end.
    """

    def __init__(
        self,
        app: web.Application,
        listening: Listening,
        *,
        reading: float,
        grace: float,
        crowd: Crowd | None = None,
    ) -> None:
        self._listening = listening
        self._reading = reading
        self._grace = grace
        self._crowd = crowd or Crowd()
        self._runner = self._runner_of(app)
        self._door: ConnectionFactory | None = None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The one that was taken."""
        if self._server is None:
            raise RuntimeError("the server has no port: bind it first")
        return port_of(self._server)

    async def bind(self) -> None:
        """Take the port; a ConfigError where that cannot be. Call `stop` after it, too."""
        self._door = await self._opened(self._runner)
        self._server = await bound(self._listening, self._connection)

    async def start(self) -> None:
        """Answer from now on."""
        if self._server is None:
            raise RuntimeError("the server has no port: bind it first")
        try:
            await self._server.start_serving()
        except OSError as error:  # two that were bound at once: the slower one hears of it here
            raise self._listening.refused(error) from None

    async def switch(self, app: web.Application) -> None:
        """Let this application answer whoever comes from now on, and the one before finish."""
        before, self._runner = self._runner, self._runner_of(app)
        self._door = await self._opened(self._runner)
        await before.cleanup()

    async def stop(self) -> None:
        """Take in nothing more, and let what is under way end."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._runner.cleanup()

    def _runner_of(self, app: web.Application) -> web.AppRunner:
        return web.AppRunner(app, access_log=None, shutdown_timeout=self._grace)

    async def _opened(self, runner: web.AppRunner) -> ConnectionFactory:
        await runner.setup()
        assert runner.server is not None  # noqa: S101  made one line above
        return ConnectionFactory(
            runner.app, runner.server, crowd=self._crowd, read_timeout=self._reading
        )

    def _connection(self) -> asyncio.BaseProtocol:
        assert self._door is not None  # noqa: S101  made before the port is taken
        return self._door.connect()


async def bound(
    listening: Listening, connect: Callable[[], asyncio.BaseProtocol] = asyncio.Protocol
) -> asyncio.Server:
    """The port, taken and not yet served; a ConfigError where that cannot be."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(
            connect, listening.host, listening.port, start_serving=False
        )
    except OSError as error:
        raise listening.refused(error) from error


async def free_port(host: str) -> int:
    """One that nobody has at this moment."""
    taken = await bound(Listening(host, 0))
    port = port_of(taken)
    taken.close()
    return port


def port_of(server: asyncio.Server) -> int:
    """The port that a server has taken."""
    return cast("tuple[str, int]", server.sockets[0].getsockname())[1]
