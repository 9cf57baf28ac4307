"""Progress of a long piece of work, told in one message, edited every two seconds at most."""

import discord

from bot.client.interactions import Interaction, Said, redraw
from bot.clock import Clock
from bot.logs import get_logger

STEP_SECONDS = 2.0

_log = get_logger("herald.answers")


class ProgressMessage:
    """Edits the interaction's own answer, which was deferred.

    An answer can be edited for 15 minutes. The work goes on when that has passed, untold.
    """

    def __init__(self, interaction: Interaction, clock: Clock) -> None:
        self._interaction = interaction
        self._clock = clock
        self._told_at = clock.now()
        self._can_tell = True

    async def tell(self, said: Said, **counts: int) -> None:
        """Say how far it has come; the caller says it after each part."""
        now = self._clock.now()
        if not self._can_tell or (now - self._told_at).total_seconds() < STEP_SECONDS:
            return
        self._told_at = now
        try:
            await redraw(self._interaction, said)
        except discord.HTTPException as error:
            self._can_tell = False
            _log.info("progress.untold", error=str(error), **counts)
