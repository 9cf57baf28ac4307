"""Pushed experience: points that other programs give, in the transaction of their request."""

from collections.abc import Awaitable, Callable

from bot.errors import UserError
from bot.features.levels.ledger import AwardEntry, XpLedger
from bot.features.levels.model import MOST_XP, level_of
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.store import Award
from bot.snapshots import Account
from bot.storage.database import Transaction
from bot.texts import _


class PushedXp:
    """Gives what a program pushed in; a rise is told and announced as any other."""

    def __init__(self, ports: LevelsPorts, ledger: XpLedger) -> None:
        self._ports = ports
        self._ledger = ledger

    async def give(
        self, guild_id: int, to: Account, xp: int
    ) -> Callable[[Transaction], Awaitable[tuple[int, int]]]:
        """So many more; in its transaction it brings all they have, and their level."""
        if not (await self._ports.chosen(guild_id)).enabled:
            raise UserError(_("Levels are switched off in this server: see /settings."))
        if to.is_bot:
            raise UserError(_("Bots earn no XP: name a person."))
        entry = AwardEntry(Award(guild_id, to.user_id, xp))
        choices = await self._ledger.choices([entry])

        async def given(tx: Transaction) -> tuple[int, int]:
            (made,) = await self._ledger.write(tx, [entry], choices)
            if made is None:
                raise UserError(_("Nobody can have more than {most:,} XP.").format(most=MOST_XP))
            return made.total_xp, level_of(made.total_xp)

        return given
