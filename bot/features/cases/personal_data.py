"""Personal data of cases: what was decided about people, and by whom."""

from bot.features.cases.queries import UNTOLD, case_evidence, case_note
from bot.features.cases.remarks import table as log_remark
from bot.features.cases.store import table as moderation_case
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

BY_HAND = ("ban", "unban", "kick", "timeout", "untimeout")
"""Kinds of what is logged that happened to somebody; the rest is for the staff alone."""
RECORD = N_("What a server decided about somebody is its record: nobody wipes it themselves.")

PERSONAL = KeptData(
    (
        PersonalTable(
            table=moderation_case,
            about=N_("Cases about you"),
            own=("user_id",),
            others=("moderator_id",),
            shown=("number", "type", "reason", "state", "created_at", "expires_at", "settled_at"),
            why=RECORD,
            only=(moderation_case.c.type != "note") & moderation_case.c.state.not_in(UNTOLD),
        ),
        PersonalTable(table=case_note, others=("author_id",), parent=("case_id", moderation_case)),
        PersonalTable(
            table=case_evidence, others=("added_by_id",), parent=("case_id", moderation_case)
        ),
        PersonalTable(
            table=log_remark,
            about=N_("What was done to you by hand, as it is logged"),
            own=("subject_id",),
            others=("moderator_id",),
            shown=("kind", "reason", "ends_at", "created_at"),
            why=RECORD,
            only=log_remark.c.kind.in_(BY_HAND),
        ),
    )
)
