"""Casino service: tables, rounds, and what people look up of theirs."""

from bot.errors import NotFound, UserError
from bot.features.casino import store
from bot.features.casino.hands import Hands
from bot.features.casino.model import CasinoRound
from bot.features.casino.players import Players
from bot.features.casino.ports import CasinoPorts
from bot.features.casino.rounds import Rounds
from bot.features.casino.verification import VerifiedRound, verified
from bot.storage.row_pages import RowPage
from bot.texts import _


class CasinoService:
    """Use cases of the casino; the parts of it are services of their own."""

    def __init__(self, ports: CasinoPorts) -> None:
        self.ports = ports
        self.players = Players(ports)
        self.rounds = Rounds(ports, self.players)
        self.hands = Hands(ports)

    async def history(self, guild_id: int, user_id: int, number: int) -> RowPage[CasinoRound]:
        """That page of somebody's rounds that are over, the newest first."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, user_id, number)

    async def verify(self, guild_id: int, user_id: int, number: int | None) -> VerifiedRound:
        """Somebody's round of that number, or their last one, worked out once more."""
        async with self.ports.database.reading() as reading:
            if number is None:
                page = await store.page(reading, guild_id, user_id, 1)
                found = page.rows[0] if page.rows else None
            else:
                found = await store.numbered(reading, guild_id, user_id, number)
        if found is None:
            raise NotFound(_("You have no such round: /casino history lists those there are."))
        if found.is_open:
            raise UserError(_("That round is not over: its seed is shown when it is."))
        return verified(found)
