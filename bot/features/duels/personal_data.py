"""Personal data of duels: what each was, and everybody's rating."""

from bot.features.duels import duelist_store
from bot.features.duels.tables import duel, duelist
from bot.personal_data import DataFate, PersonalTable
from bot.storage.database import Transaction
from bot.texts import N_


class DuelData:
    """Ratings begin anew; duels are the other side's as well."""

    tables = (
        PersonalTable(
            table=duelist,
            about=N_("Your rating, wins and losses in duels"),
            own=("user_id",),
            shown=("rating", "rated", "wins", "losses", "draws"),
            fate=DataFate.EMPTIED,
            why=N_("You have the rating of a beginner, and until when you challenge nobody stays."),
        ),
        PersonalTable(
            table=duel,
            about=N_("Your duels"),
            own=("challenger_id", "opponent_id"),
            others=("ended_by_id", "winner_id"),
            shown=("challenger_id", "opponent_id", "stake", "state", "created_at", "winner_id"),
            why=N_("A duel is the other side's as well; it goes some time after its end."),
        ),
    )

    async def release(self, tx: Transaction, guild_id: int, user_id: int) -> int:
        """Back to where everybody begins."""
        return await duelist_store.begin_anew(tx, guild_id, user_id)
