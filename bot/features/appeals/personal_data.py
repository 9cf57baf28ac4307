"""Personal data of appeals: what people wrote against a decision, and from whom none are taken."""

from bot.features.appeals.admission import table as appeal_block
from bot.features.appeals.store import table as appeal
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=appeal,
            about=N_("Your appeals"),
            own=("user_id",),
            others=("decided_by_id",),
            shown=(
                "case_number",
                "attempt",
                "message",
                "state",
                "created_at",
                "decided_at",
                "reason",
            ),
            why=N_("An appeal belongs to the record of its case, and counts against the next one."),
        ),
        PersonalTable(
            table=appeal_block,
            about=N_("That no appeals are taken from you"),
            own=("user_id",),
            others=("by_id",),
            shown=("created_at",),
            why=N_("Only the staff lift it."),
        ),
    )
)
