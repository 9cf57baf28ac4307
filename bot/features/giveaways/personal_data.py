"""Personal data of giveaways: who entered and who won."""

from bot.features.giveaways.entries import Entries
from bot.features.giveaways.tables import draw, entry, giveaway, winner
from bot.personal_data import DataFate, PersonalTable
from bot.storage.database import Transaction
from bot.texts import N_

PROOF = N_("By it anybody can draw a giveaway again that is over; it goes with the giveaway.")


class GiveawayData:
    """Entries that can still be left are left; those of a draw are its proof."""

    tables = (
        PersonalTable(
            table=entry,
            about=N_("Giveaways that you are in"),
            own=("user_id",),
            shown=("giveaway_id", "weight", "entered_at"),
            fate=DataFate.EMPTIED,
            why=PROOF,
        ),
        PersonalTable(
            table=winner,
            about=N_("Giveaways that you have won"),
            own=("user_id",),
            shown=("giveaway_id", "is_replaced"),
            parent=("giveaway_id", giveaway),
            why=PROOF,
        ),
        PersonalTable(table=giveaway, others=("created_by_id",)),
        PersonalTable(table=draw, others=("by_id",), parent=("giveaway_id", giveaway)),
    )

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    async def release(self, tx: Transaction, guild_id: int, user_id: int) -> int:
        """As if they had left what is open."""
        return await self._entries.leave_all(tx, guild_id, [user_id])
