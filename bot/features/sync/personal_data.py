"""Personal data of sync: punishments that servers share."""

from bot.features.sync.tables import share
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=share,
            about=N_("Punishments that were shared with this server"),
            own=("user_id",),
            shown=("type", "reason", "state", "expires_at", "created_at"),
            why=N_(
                "What a server decided about somebody is its record: nobody wipes it themselves."
            ),
        ),
    )
)
