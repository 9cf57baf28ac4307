"""Personal data that belongs to no single feature: what was written to somebody."""

from bot.personal_data import KeptData, PersonalTable
from bot.posts.tables import post
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=post,
            about=N_("Direct messages that I wrote to you"),
            own=("user_id",),
            shown=("kind", "outcome", "owed_since"),
            why=N_("By it I correct or withdraw what I wrote; its words are not kept."),
        ),
    )
)
