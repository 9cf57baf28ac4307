"""Personal data of the dashboard: links that were asked for, and sessions."""

from bot.features.dashboard.tables import dashboard_link, dashboard_session
from bot.personal_data import DataFate, KeptData, PersonalTable
from bot.texts import N_

DATA = KeptData(
    (
        PersonalTable(
            table=dashboard_link,
            about=N_("Links to the dashboard that you asked for"),
            own=("user_id",),
            shown=("created_at", "expires_at", "used_at"),
            fate=DataFate.DELETED,
        ),
        PersonalTable(
            table=dashboard_session,
            about=N_("Your sessions on the dashboard"),
            own=("user_id",),
            shown=("created_at", "seen_at", "ends_at"),
            fate=DataFate.DELETED,
        ),
    )
)
