"""Model of a ticket: a conversation between a member and the staff, and its rules."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.acts import Actor
from bot.catalogue.tickets import AuthorRole
from bot.rooms import Writer
from bot.texts import N_
from bot.user_text import clean_line, clean_paragraphs, clip

SUBJECT_LIMIT = 100
REASON_LIMIT = 500
NOTE_LIMIT = 2000
COMMENT_LIMIT = 1000
NAME_LIMIT = 100  # of a channel (source: Discord's reference, "Channel Object")
STARS = 5

_UNFIT = re.compile(r"[^\w-]+")


class TicketState(StrEnum):
    """State of a ticket: `opening` until its room is there, `void` where none could be made."""

    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"


class Priority(StrEnum):
    """Priority that the staff give."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class RoomDuty(StrEnum):
    """What is still to be done to a ticket's room on Discord."""

    SHUT = "shut"
    REOPEN = "reopen"
    GUESTS = "guests"
    MOVE = "move"
    RENAME = "rename"
    DELETE = "delete"


_EXCLUDED = {
    RoomDuty.SHUT: (RoomDuty.REOPEN,),
    RoomDuty.REOPEN: (RoomDuty.SHUT, RoomDuty.DELETE),
}

PRIORITIES = {
    Priority.LOW: N_("low"),
    Priority.NORMAL: N_("normal"),
    Priority.HIGH: N_("high"),
    Priority.URGENT: N_("urgent"),
}

SOURCES = {
    "staff_command": N_("by the staff"),
    "staff_button": N_("by the staff"),
    "opener": N_("by whoever opened it"),
    "api": N_("by another service"),
    "dashboard": N_("on the dashboard"),
    "auto_close": N_("by itself, after a long silence"),
    "close_request": N_("as both sides agreed"),
    "channel_deleted": N_("as its channel was deleted"),
    "opener_left": N_("as whoever opened it left the server"),
}


@dataclass(frozen=True, slots=True)
class Visitor(Actor):
    """Visitor of tickets: who acts, with the roles that Discord sent along.

    `manages` is whoever may change the server: they are staff of every type.
    """

    role_ids: frozenset[int] = frozenset()
    manages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as it stands in its row."""

    id: int
    guild_id: int
    number: int
    type_id: int
    opener_id: int
    opener_name: str
    opened_by_id: int
    subject: str
    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    state: TicketState
    room_name: str
    parent_id: int | None
    is_thread: bool
    channel_id: int | None
    priority: Priority
    claimed_by_id: int | None
    created_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    spoken_at: datetime | None
    spoken_by_opener: bool
    last_message_id: int | None
    warned_at: datetime | None
    promise_told_at: datetime | None
    closed_at: datetime | None
    closed_by_id: int | None
    close_reason: str | None
    close_source: str | None
    reopened_by_id: int | None
    asked_by_id: int | None
    ask_reason: str | None
    room_duties: frozenset[RoomDuty] = frozenset()
    room_turn: int = 0
    duty_failure: str | None = None
    rating: int | None
    rating_comment: str | None
    warn_at: datetime | None = None
    close_at: datetime | None = None
    promise_at: datetime | None = None
    delete_at: datetime | None = None
    forget_at: datetime | None = None
    renamed_at: datetime | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Under which one thing at a time is done about it."""
        return self.guild_id, self.id

    @property
    def is_open(self) -> bool:
        return self.state is TicketState.OPEN

    @property
    def is_forgotten(self) -> bool:
        """Whether what was written in it is deleted: it was closed for long enough."""
        return self.state is TicketState.CLOSED and self.forget_at is None

    @property
    def topic(self) -> str:
        """What its channel's topic says, by which it is found again after a crash."""
        return f"#{self.number} · <@{self.opener_id}>"


def owed(ticket: Ticket, *duties: RoomDuty) -> frozenset[RoomDuty]:
    """What is left to do to its room with these; the newest of those that exclude each other."""
    gone = {one for duty in duties for one in _EXCLUDED.get(duty, ())}
    return (ticket.room_duties - gone) | {*duties}


def open_key(guild_id: int, type_id: int, opener_id: int, place: int) -> str:
    """Key that one open ticket alone can have: of a person, by type, and by how many they may."""
    return f"{guild_id}:{type_id}:{opener_id}:{place}"


def duration(ticket: Ticket, now: datetime) -> timedelta:
    """From opening to closing, or until now; never below zero, whatever was done to the clock."""
    began, ended = ticket.opened_at or ticket.created_at, ticket.closed_at or now
    return max(ended - began, timedelta())


def is_staff(visitor: Visitor, staff_role_ids: tuple[int, ...]) -> bool:
    """Whether they work on tickets of a type with these staff roles."""
    return visitor.manages or bool(visitor.role_ids & {*staff_role_ids})


def author_role(ticket: Ticket, writer: Writer, staff_role_ids: tuple[int, ...]) -> AuthorRole:
    """What a message's author is to the ticket; the opener first, also where they are staff."""
    if writer.is_bot:
        return "bot"
    if writer.user_id == ticket.opener_id:
        return "opener"
    if writer.role_ids & {*staff_role_ids} or writer.user_id == ticket.claimed_by_id:
        return "staff"
    return "participant"


def room_name(pattern: str, **values: object) -> str:
    """Name of a channel, made of a pattern with `{type}`, `{number}`, `{user}` and `{priority}`.

    What Discord would change or refuse in a name is left out; it is never empty.
    """
    named = pattern
    for key, value in values.items():
        named = named.replace(f"{{{key}}}", str(value))
    named = unicodedata.normalize("NFKC", clean_line(named)).casefold()
    named = _UNFIT.sub("-", named).strip("-")
    return named[:NAME_LIMIT].strip("-") or f"ticket-{values.get('number', '')}".strip("-")


def numbered_name(name: str, number: int) -> str:
    """A name that no other ticket's room has: of a thread it is all that it is found by."""
    end = f"-{number}"
    return name if name.endswith(end) else f"{name[: NAME_LIMIT - len(end)]}{end}"


def patterned(pattern: str, type_name: str, ticket: Ticket, priority: Priority) -> str:
    """The name that a ticket's room has by its type's pattern."""
    return room_name(
        pattern,
        type=type_name,
        number=ticket.number,
        user=ticket.opener_name,
        priority=priority.value,
    )


def subject_of(typed: str) -> str:
    """A subject as it is kept: one line; empty where nothing in it can be seen."""
    return clip(clean_line(typed), SUBJECT_LIMIT) if clean_paragraphs(typed) else ""
