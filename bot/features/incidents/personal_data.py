"""Personal data of incidents: whom protections found something about."""

from bot.features.incidents.tables import incident, incident_measure
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=incident,
            about=N_("What protections noticed about you"),
            own=("user_id",),
            others=("undone_by_id",),
            is_secret=True,
        ),
        PersonalTable(table=incident_measure, others=("target_id",)),
    )
)
