"""Hindrances: permissions of the bot's without which a ticket's room stays as it is."""

from bot.features.tickets.model import RoomDuty, Ticket
from bot.texts import _

IN_CHANNEL = {
    RoomDuty.SHUT: "manage_roles",
    RoomDuty.REOPEN: "manage_roles",
    RoomDuty.GUESTS: "manage_roles",
    RoomDuty.MOVE: "manage_channels",
    RoomDuty.RENAME: "manage_channels",
    RoomDuty.DELETE: "manage_channels",
}


def place_of(ticket: Ticket) -> int | None:
    """Where they are given: in its channel, or in that of its thread."""
    return ticket.parent_id if ticket.is_thread else ticket.channel_id


def card_needs(ticket: Ticket) -> tuple[str, ...]:
    """What its card needs there."""
    return ("send_messages_in_threads" if ticket.is_thread else "send_messages", "embed_links")


def needs_of(ticket: Ticket) -> tuple[str, ...]:
    """What is needed there for what is left to do; nothing where nothing is."""
    if not ticket.room_duties or ticket.channel_id is None:
        return ()
    own = {"manage_threads" if ticket.is_thread else IN_CHANNEL[one] for one in ticket.room_duties}
    return ("view_channel", *sorted(own))


def cardless(ticket: Ticket, names: str) -> str:
    """What to click where its card cannot be written."""
    text = _("I could not write its card: my role lacks {names} in {place}. Tell the staff.")
    return text.format(names=names, place=f"<#{place_of(ticket)}>")


def hindrance(ticket: Ticket, names: str) -> str:
    """What to click where these permissions are missing."""
    text = _(
        "{room} stays as it is until my role has {names} in {place}. Give it there: I try again "
        "every minute."
    )
    room, place = f"<#{ticket.channel_id}>", f"<#{place_of(ticket)}>"
    return text.format(room=room, names=names, place=place)
