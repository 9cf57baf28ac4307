"""Voice rounds: once a minute everybody who talks with somebody has earned a minute."""

import asyncio

from bot.activity import SeesActivity
from bot.clock import Clock
from bot.features.economy.earnings import MINUTE, Earnings
from bot.features.economy.model import talking
from bot.logs import get_logger
from bot.storage.background import BackgroundTask

_log = get_logger("herald.economy")


class VoiceRounds:
    """Looks at the voice channels of every guild that pays for voice."""

    def __init__(self, sees: SeesActivity, earnings: Earnings, *, clock: Clock) -> None:
        self._sees = sees
        self._earnings = earnings
        self._clock = clock
        self._task = BackgroundTask("voice rounds", self._run)
        self.start, self.stop = self._task.start, self._task.stop

    async def look(self) -> None:
        """Pay who talks now."""
        for guild_id in self._sees.guild_ids():
            if await self._earnings.pays_voice(guild_id):
                users = [one for voice in self._sees.voices(guild_id) for one in talking(voice)]
                await self._earnings.voice(guild_id, users)

    async def _run(self) -> None:
        never = asyncio.Event()
        while True:
            await self._clock.wait(never, MINUTE.total_seconds())
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the next minute is another one
                _log.error("economy.voice_failed", exc_info=error)
