"""The gateway in bad weather: outages, requests to connect anew, and the faults of its telling."""

from typing import Any

from tests.support.discord_server.faults import STEADY, Faults
from tests.support.discord_server.gateway import Gateway

RECONNECT = 7


class StormyGateway(Gateway):
    """`faults` say what is told how; while it `is_dark`, an outage, nothing of the guild is."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self.faults = Faults()
        self.is_dark = False

    @property
    def told(self) -> list[dict[str, Any]]:
        """Everything that the session was told, or will be when it is resumed."""
        return [] if self._session is None else self._session.sent

    async def dispatch(self, event: str, data: dict[str, Any]) -> int:
        number = 0
        async with self._turn:
            for told in self.faults.passed(event, data):
                number = await self._tell(*told)
        return number

    async def pause(self) -> None:
        """Time passes: what only came out of turn is told."""
        async with self._turn:
            for told in self.faults.swapped():
                await self._tell(*told)

    async def calm(self) -> None:
        """No fault from now on; what was kept back is told."""
        async with self._turn:
            for told in self.faults.calm():
                await self._tell(*told)

    async def reconnect(self) -> None:
        """Ask the bot to connect anew, and to resume."""
        wire, self._wire = self._wire, None
        assert wire is not None
        await wire.send({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def _tell(self, event: str, data: dict[str, Any]) -> int:
        if self.is_dark and event not in STEADY:
            self.missed.append((event, data))
            return 0
        return await super()._tell(event, data)
