"""Personal data of the economy: wallets, the ledger under them, and what was earned when."""

from bot.errors import UserError
from bot.features.economy import hold_store
from bot.features.economy.adjustments import Adjustments
from bot.features.economy.tables import account, earner, entry, hold
from bot.personal_data import DataFate, PersonalTable
from bot.storage.database import Transaction
from bot.texts import N_, _

BOOKS = N_(
    "The books stay whole, as others' money came out of them and nobody wipes the trail of a "
    "payment: entries go when they are as old as the server keeps its ledger."
)


class MoneyData:
    """Wallets are emptied into the mint by a balanced entry; the ledger itself stays."""

    tables = (
        PersonalTable(
            table=account,
            about=N_("Your wallets"),
            own=("owner_id",),
            shown=("kind", "currency_id", "balance"),
            fate=DataFate.EMPTIED,
            why=N_("Empty wallets stay, as the ledger counts on them."),
        ),
        PersonalTable(
            table=earner,
            about=N_("Your days in a row, and when you earned something"),
            own=("user_id",),
            shown=("message_at", "voice_at", "daily_at", "streak"),
            fate=DataFate.EMPTIED,
            why=N_("Only until when you earn nothing more stays, so that nobody earns twice."),
        ),
        PersonalTable(
            table=entry,
            about=N_("Entries of the ledger that you caused"),
            own=("actor_id",),
            shown=("source", "reason", "created_at"),
            why=BOOKS,
        ),
        PersonalTable(
            table=hold,
            about=N_("What was held of your money for games and bargains"),
            own=("user_id",),
            shown=("amount", "currency_id", "purpose", "state", "created_at", "ended_at"),
            why=BOOKS,
        ),
    )

    def __init__(self, adjustments: Adjustments) -> None:
        self._adjustments = adjustments

    async def release(self, tx: Transaction, guild_id: int, user_id: int) -> int:
        """Empty them, once nothing is held of theirs any more."""
        if await hold_store.held_of(tx, guild_id, user_id):
            raise UserError(
                _("Some of your money is still held: end your trades, duels and games first.")
            )
        return await self._adjustments.empty(tx, guild_id, user_id)
