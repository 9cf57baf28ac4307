"""Personal data of automod: whose messages rules were about."""

from bot.features.automod.tables import rule, trigger
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=trigger,
            about=N_("What rules noticed about you"),
            own=("user_id",),
            is_secret=True,
        ),
        PersonalTable(table=rule, others=("created_by_id",)),
    )
)
