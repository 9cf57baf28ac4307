"""Personal data of raids: who came with one, and who ended it."""

from bot.features.raids.tables import joiner, raid
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(table=raid, others=("started_by_id", "ended_by_id")),
        PersonalTable(
            table=joiner,
            about=N_("That you joined while a raid went on"),
            own=("user_id",),
            shown=("joined_at", "state"),
            why=N_("By it the staff see who came with the raid; it goes by age."),
        ),
    )
)
