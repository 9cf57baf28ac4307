"""Personal data of the casino: rounds, and what players choose for themselves."""

from bot.clock import Clock
from bot.features.casino import store
from bot.features.casino.model import LOOSER_AFTER
from bot.features.casino.tables import casino_player, casino_round
from bot.personal_data import DataFate, PersonalTable
from bot.storage.database import Transaction
from bot.texts import N_


class CasinoData:
    """Rounds that count for no limit any more go; limits and pauses stay for their owner's sake."""

    tables = (
        PersonalTable(
            table=casino_player,
            about=N_("Your limits and pauses in the casino"),
            own=("user_id",),
            shown=("number", "own_seed", "own_limit", "paused_until", "played_at"),
            why=N_("A limit or a pause that you set yourself is there to outlast such a wish."),
        ),
        PersonalTable(
            table=casino_round,
            about=N_("Your rounds in the casino"),
            own=("user_id",),
            shown=("number", "game", "choice", "stake", "payout", "started_at", "ended_at"),
            fate=DataFate.EMPTIED,
            why=N_("Those of the last day stay, as what one may lose in a day is counted by them."),
        ),
    )

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def release(self, tx: Transaction, guild_id: int, user_id: int) -> int:
        """Rounds that ended more than a day ago."""
        before = self._clock.now() - LOOSER_AFTER
        return await store.forget_rounds(tx, guild_id, user_id, before)
