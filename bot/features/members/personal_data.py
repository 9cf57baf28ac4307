"""Personal data of members: who was last known to be there, and who to be banned."""

from bot.features.members.store import known_ban, known_member
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=known_member,
            about=N_("That you are a member, under which name and since when"),
            own=("user_id",),
            shown=("username", "joined_at"),
            why=N_("It goes when you leave: by it I notice that you did."),
        ),
        PersonalTable(
            table=known_ban,
            about=N_("That you are banned"),
            own=("user_id",),
            shown=("username",),
            why=N_("It goes when the ban is lifted: by it I notice that."),
        ),
    )
)
