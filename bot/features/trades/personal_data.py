"""Personal data of trades: what two people exchanged."""

from bot.features.trades.store import table as trade
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=trade,
            about=N_("Your trades"),
            own=("creator_id", "counter_id"),
            others=("ended_by_id",),
            shown=(
                *("creator_id", "creator_amount", "creator_good", "counter_id", "counter_amount"),
                *("counter_good", "state", "created_at", "ended_at"),
            ),
            why=N_("A trade is the other side's as well; it goes some time after its end."),
        ),
    )
)
