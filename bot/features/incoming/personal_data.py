"""Personal data of incoming webhooks: who made each, and whom programs asked something about."""

from bot.features.incoming.tables import incoming_webhook, pushed_call
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(table=incoming_webhook, others=("created_by_id",)),
        PersonalTable(
            table=pushed_call,
            about=N_("What programs asked to be done about you"),
            own=("user_id",),
            shown=("webhook_name", "action", "created_at"),
            why=N_("By it nothing is done twice; it goes after a day."),
            # A case is told of as a case, and a note of the staff's is not.
            only=pushed_call.c.action != "CREATE_CASE",
        ),
    )
)
