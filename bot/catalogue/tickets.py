"""Events of tickets: conversations between a member and the staff."""

from typing import ClassVar, Literal

from pydantic import Field

from bot.catalogue.base import ComesWith, Count, Event, OwnId, Snowflake, Text

CloseSource = Literal[
    "staff_command",
    "staff_button",
    "opener",
    "api",
    "dashboard",
    "auto_close",
    "close_request",
    "channel_deleted",
    "opener_left",
]
AuthorRole = Literal["opener", "staff", "participant", "bot"]


class TicketOpened(Event):
    type = "ticket.opened"
    feature = "tickets"
    about = "Somebody opened a ticket."
    example = {
        "ticket_id": 318,
        "number": 41,
        "opener_id": "234567890123456789",
        "ticket_type_id": 2,
        "subject": "My order did not arrive",
        "channel_id": "678901234567890123",
    }

    ticket_id: OwnId = Field(description="Herald's number of the ticket; unique across servers.")
    number: OwnId = Field(description="The number people see; counts from 1 in each server.")
    opener_id: Snowflake = Field(description="Who opened it.")
    ticket_type_id: OwnId = Field(description="Herald's number of the kind of ticket.")
    subject: Text = Field(description="What it is about, as the opener wrote it.")
    channel_id: Snowflake = Field(description="The channel or thread it lives in.")


class TicketMessage(Event):
    type = "ticket.message"
    feature = "tickets"
    about = "Somebody wrote in a ticket."
    notes = "Internal notes of the staff are never sent."
    example = {
        "ticket_id": 318,
        "number": 41,
        "message_id": "789012345678901234",
        "channel_id": "678901234567890123",
        "author_id": "456789012345678901",
        "author_role": "staff",
        "content": "It left our house this morning.",
        "attachment_count": 1,
    }

    ticket_id: OwnId = Field(description="Herald's number of the ticket; unique across servers.")
    number: OwnId = Field(description="The number people see; counts from 1 in each server.")
    message_id: Snowflake = Field(description="The message.")
    channel_id: Snowflake = Field(description="The channel or thread it stands in.")
    author_id: Snowflake = Field(description="Who wrote it.")
    author_role: AuthorRole = Field(description="What the author is to this ticket.")
    content: Text | None = Field(
        default=None, description="The text; null where the bot may not read messages."
    )
    attachment_count: Count = Field(description="How many files came with it.")


class TicketClaimed(Event):
    type = "ticket.claimed"
    feature = "tickets"
    about = "One of the staff took charge of a ticket."
    example = {
        "ticket_id": 318,
        "number": 41,
        "claimed_by_id": "456789012345678901",
        "channel_id": "678901234567890123",
    }

    ticket_id: OwnId = Field(description="Herald's number of the ticket; unique across servers.")
    number: OwnId = Field(description="The number people see; counts from 1 in each server.")
    claimed_by_id: Snowflake = Field(description="Who is in charge now.")
    channel_id: Snowflake = Field(description="The channel or thread it lives in.")


class TicketClosed(Event):
    type = "ticket.closed"
    feature = "tickets"
    comes_with: ClassVar[ComesWith] = {
        "close_source": {"api": "incoming", "dashboard": "tickets on the dashboard"}
    }
    about = "A ticket was closed, by a person or by itself."
    example = {
        "ticket_id": 318,
        "closed_by_id": "456789012345678901",
        "close_reason": "Answered",
        "close_source": "staff_command",
        "duration_seconds": 5400,
        "number": 41,
    }

    ticket_id: OwnId = Field(description="Herald's number of the ticket; unique across servers.")
    closed_by_id: Snowflake = Field(description="Who closed it; the bot where no person did.")
    close_reason: Text | None = Field(default=None, description="Why; null where nobody said.")
    close_source: CloseSource = Field(description="How it came to be closed.")
    duration_seconds: Count = Field(description="Seconds from opening to closing.")
    number: OwnId = Field(description="The number people see; counts from 1 in each server.")


class TicketReopened(Event):
    type = "ticket.reopened"
    feature = "tickets"
    about = "A closed ticket was opened again."
    example = {
        "ticket_id": 318,
        "number": 41,
        "reopened_by_id": "234567890123456789",
        "opener_id": "234567890123456789",
        "channel_id": "678901234567890123",
    }

    ticket_id: OwnId = Field(description="Herald's number of the ticket; unique across servers.")
    number: OwnId = Field(description="The number people see; counts from 1 in each server.")
    reopened_by_id: Snowflake = Field(description="Who opened it again.")
    opener_id: Snowflake = Field(description="Who had opened it at first.")
    channel_id: Snowflake = Field(description="The channel or thread it lives in now.")
