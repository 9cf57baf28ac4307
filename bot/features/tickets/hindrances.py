"""Hindrances: permissions of the bot's that are missing for what a ticket's room is to be."""

from bot.features.tickets.model import RoomDuty, Ticket
from bot.texts import _

OF_PEOPLE = frozenset({RoomDuty.SHUT, RoomDuty.REOPEN, RoomDuty.GUESTS})


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
    if ticket.is_thread:
        return ("view_channel", "manage_threads")
    wanted = {
        "manage_roles" if duty in OF_PEOPLE else "manage_channels" for duty in ticket.room_duties
    }
    return ("view_channel", *sorted(wanted))


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
