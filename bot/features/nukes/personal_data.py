"""Personal data of nukes: who tore a server down, and whose permissions were put back."""

from bot.features.nukes.tables import nuke, repair
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=nuke,
            about=N_("Harm that was done to the server"),
            own=("actor_id",),
            is_secret=True,
        ),
        PersonalTable(table=repair, others=("target_id", "subject_id")),
    )
)
