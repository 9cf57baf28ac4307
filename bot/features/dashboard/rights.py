"""Rights of whoever looks at a dashboard: Discord's word of now, and not the session's."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.acts import Acts, ActUnknown
from bot.clock import Clock
from bot.features.dashboard.model import NEEDED, AccessLost
from bot.snapshots import Standing
from bot.texts import _

FRESH = timedelta(seconds=10)
MOST_KEPT = 1000

DashboardLock = Callable[[int, int], str | None]
"""From a guild and a user to why the bot's commands are locked for them; None where not."""


class DashboardRights:
    """Asked of Discord at most once in ten seconds for a person, and always before an act.

    What the gateway has told since then counts at once.
    """

    def __init__(self, acts: Acts, clock: Clock) -> None:
        self._acts = acts
        self._clock = clock
        self._asked: dict[tuple[int, int], tuple[datetime, Standing]] = {}
        self.locks: list[DashboardLock] = []

    async def require(self, guild_id: int, user_id: int, *, anew: bool = False) -> Standing:
        """Their standing; AccessLost where they may not, ActUnknown where nobody can tell."""
        await self._acts.know(guild_id)
        if self._acts.guild(guild_id) is None:
            if not self._acts.is_connected:
                raise ActUnknown(_("there is no connection"))
            raise AccessLost(_("The bot is not in that server any more."))
        remembered = self._acts.standing(guild_id, user_id)
        standing = await self._ask(guild_id, user_id, anew=anew or remembered is None)
        if standing is None:
            raise AccessLost(_("You are not a member of that server any more."))
        if not all(one.may(NEEDED) for one in (remembered or standing, standing)):
            raise AccessLost(
                _("This page needs the permission Manage Server there, which you do not have.")
            )
        for reason in self.locks:
            if (why := reason(guild_id, user_id)) is not None:
                raise AccessLost(why)
        return standing

    async def _ask(self, guild_id: int, user_id: int, *, anew: bool) -> Standing | None:
        now, key = self._clock.now(), (guild_id, user_id)
        at, known = self._asked.get(key, (None, None))
        if not anew and at is not None and at <= now < at + FRESH:
            return known
        self._asked.pop(key, None)
        standing = await self._acts.standing_now(guild_id, user_id)
        if standing is not None:
            if len(self._asked) >= MOST_KEPT:
                self._asked.clear()
            self._asked[key] = now, standing
        return standing
