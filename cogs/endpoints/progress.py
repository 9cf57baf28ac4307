"""A long piece of work told in one message, edited every two seconds at most."""

from typing import Any

import discord

from bot.clock import Clock
from bot.logs import get_logger
from bot.texts import _

_log = get_logger("herald.endpoints")

STEP_SECONDS = 2.0

Interaction = discord.Interaction[Any]


class Progress:
    """Call it after each part; it edits the interaction's own answer, which was deferred.

    An answer can be edited for 15 minutes. The work goes on when that has passed, untold.
    """

    def __init__(self, interaction: Interaction, clock: Clock) -> None:
        self._interaction = interaction
        self._clock = clock
        self._told_at = clock.now()
        self._can_tell = True

    async def __call__(self, done: int, total: int) -> None:
        now = self._clock.now()
        if not self._can_tell or (now - self._told_at).total_seconds() < STEP_SECONDS:
            return
        self._told_at = now
        text = _("{done} of {total} go out again …").format(done=done, total=total)
        try:
            await self._interaction.edit_original_response(content=text, view=None)
        except discord.HTTPException as error:
            self._can_tell = False
            _log.info("progress.untold", done=done, total=total, error=str(error))
