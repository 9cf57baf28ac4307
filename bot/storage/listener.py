"""Listener of PostgreSQL, on a connection of its own that is opened anew whenever it is lost."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.logs import get_logger
from bot.storage import engine as engines
from bot.storage.background import BackgroundTask
from bot.storage.standstill import MOVING, RUNS

_log = get_logger("herald.storage")


@dataclass(frozen=True, slots=True)
class ListenerTimes:
    """Seconds of real time, as the server and the network have a clock of their own."""

    pause: float = 0.5  # between a lost connection and the next
    heartbeat: float = 20.0  # until a silent server is asked whether it is still there
    patience: float = 5.0  # that it has for the answer
    connect: float = 15.0  # to take the connection, and to say who it is


class Listener:
    """`heard` is called with every payload; `began` whenever it listens anew, with a gap before."""

    def __init__(
        self,
        url: str,
        channel: str,
        *,
        heard: Callable[[str], None],
        began: Callable[[], None],
        times: ListenerTimes | None = None,
    ) -> None:
        self._engine = engines.unpooled_engine(url)
        self._channel = channel
        self._heard = heard
        self._began = began
        self._times = times or ListenerTimes()
        self._task = BackgroundTask("listener", self._run)
        self.start, self.stop = self._task.start, self._task.stop

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001  whatever ended it, somebody has to listen
                _log.warning("database.not_listening", error=str(error) or type(error).__name__)
            await asyncio.sleep(self._times.pause)

    async def _listen(self) -> None:
        """Listen until the connection is lost, which always raises."""
        async with engines.lent(
            self._engine, within=self._times.connect, close=self._times.patience
        ) as connection:
            driver = await engines.driver_connection(connection)
            lost = asyncio.Event()

            def ended(_driver: Any) -> None:
                lost.set()

            driver.add_termination_listener(ended)
            try:
                async with asyncio.timeout(self._times.patience):
                    if not await driver.fetchval(RUNS):
                        raise ConnectionError(MOVING)
                    await driver.add_listener(self._channel, self._notified)
                self._began()
                while True:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._times.heartbeat):
                            await lost.wait()
                    await driver.execute("SELECT 1", timeout=self._times.patience)
            finally:
                with suppress(Exception):  # else a silent line would hide that this is to stop
                    await driver.close(timeout=self._times.patience)

    def _notified(self, _driver: Any, _backend: int, _channel: str, payload: str) -> None:
        self._heard(payload)
