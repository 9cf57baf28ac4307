"""Personal data of scam pictures: whose messages were taken for one."""

from bot.features.scams.tables import detection, picture
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=detection,
            about=N_("Pictures of yours that were taken for scams"),
            own=("user_id",),
            others=("decided_by_id",),
            shown=("state", "category", "action_taken", "decision", "created_at"),
            why=N_("By it the staff see whether that was right; it goes by age."),
        ),
        PersonalTable(table=picture, others=("added_by_id",)),
    )
)
