"""From a case to its private link."""

from bot.clock import Clock
from bot.features.appeals.links import Claim, Links
from bot.features.appeals.model import APPEALABLE
from bot.features.appeals.settings import AppealsSettings
from bot.features.appeals.tools import CaseSeen, GuildSettings


class Issuing:
    """Apart from the rest, for cases needs it before there is anything to appeal."""

    def __init__(self, settings: GuildSettings, links: Links, *, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self.links = links

    async def link(self, case: CaseSeen) -> str | None:
        """The address of the case's page, a new one each time; None where it cannot be appealed."""
        if case.type not in APPEALABLE:
            return None
        settings = await self._settings.get(case.guild_id, AppealsSettings)
        if not settings.rules.is_on:
            return None
        expires_at = self._clock.now() + settings.lifetime
        return self.links.url(Claim(case.id, case.guild_id, case.user_id, expires_at))
