"""Personal data of tickets: what people asked the staff, and what was written there."""

from bot.features.tickets.tables import ticket, ticket_guest, ticket_message, ticket_note
from bot.personal_data import KeptData, PersonalTable
from bot.texts import N_

PERSONAL = KeptData(
    (
        PersonalTable(
            table=ticket,
            about=N_("Your tickets"),
            own=("opener_id",),
            others=(
                "opened_by_id",
                "claimed_by_id",
                "closed_by_id",
                "reopened_by_id",
                "asked_by_id",
            ),
            shown=(
                *("number", "subject", "answers", "state", "created_at", "closed_at"),
                *("close_reason", "rating", "rating_comment"),
            ),
            why=N_("A ticket is the record of both sides."),
        ),
        PersonalTable(
            table=ticket_message,
            about=N_("What you wrote in tickets"),
            own=("author_id",),
            shown=("ticket_id", "document", "written_at", "is_deleted"),
            parent=("ticket_id", ticket),
            why=N_("It goes with the other side's words, some time after the ticket was closed."),
        ),
        PersonalTable(table=ticket_note, others=("author_id",), parent=("ticket_id", ticket)),
        PersonalTable(
            table=ticket_guest,
            about=N_("Tickets that you were let into, or shut out of"),
            own=("target_id",),
            shown=("ticket_id", "is_in"),
            parent=("ticket_id", ticket),
            why=N_("By it I know who may be in a ticket's channel."),
        ),
    )
)
