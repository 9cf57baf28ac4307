"""Personal data of the network: who was reported, by whom, and what they said to it."""

from bot.features.network.model import ReportState
from bot.features.network.tables import (
    network_appeal,
    network_hit,
    network_report,
    network_search,
)
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=network_report,
            about=N_("Reports of this server about you"),
            own=("user_id",),
            others=("reporter_id", "decided_by_id"),
            shown=("category", "severity", "state", "created_at"),
            why=N_("Reports end by age; /network appeal objects to those that count."),
            only=network_report.c.state == ReportState.APPROVED.value,
        ),
        PersonalTable(
            table=network_search,
            about=N_("That I still look whether you are known from other servers"),
            own=("user_id",),
            is_secret=True,
        ),
        PersonalTable(
            table=network_hit,
            about=N_("That you were known here from other servers"),
            own=("user_id",),
            is_secret=True,
        ),
        PersonalTable(
            table=network_appeal,
            about=N_("Your objections to reports, in all servers"),
            own=("user_id",),
            others=("decided_by_id",),
            shown=("message", "state", "created_at", "decided_at", "reason"),
            why=N_("An objection belongs to the record of the reports."),
        ),
    )
)
