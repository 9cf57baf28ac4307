"""Personal data of the audit: who changed what, and about whom that was."""

from bot.features.audit.tables import audit_entry
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=audit_entry,
            about=N_("What you did, in the audit log"),
            own=("actor_id",),
            others=("target_id",),
            shown=("event_type", "severity", "created_at"),
            why=N_("A server's owner looks up by it who did what; entries go by age."),
        ),
    )
)
