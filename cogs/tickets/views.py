"""Views of tickets: what commands and buttons answer."""

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.tickets.cards import ACCEPT, DECLINE
from bot.features.tickets.model import PRIORITIES, Priority, Ticket
from bot.features.tickets.store import TicketPage
from bot.texts import _, ago, ngettext
from bot.user_text import inline

PAGE = ControlId("ticket:page", mine="[01]", page=NUMBER)
SUBJECT_SHOWN = 60


def opened(ticket: Ticket) -> str:
    text = _("Your ticket {number} is open: {channel}")
    return text.format(number=ticket.number, channel=f"<#{ticket.channel_id}>")


def opened_for(ticket: Ticket) -> str:
    text = _("Ticket {number} is open for {person}: {channel}")
    return text.format(
        number=ticket.number, person=f"<@{ticket.opener_id}>", channel=f"<#{ticket.channel_id}>"
    )


def closed(ticket: Ticket) -> str:
    return _("Ticket {number} is closed.").format(number=ticket.number)


def asked(ticket: Ticket) -> Post:
    """The question whether it can be closed, for the other side, in the room."""
    by_opener = ticket.asked_by_id == ticket.opener_id
    text = _("{person} asks whether this ticket can be closed.")
    lines = [text.format(person=f"<@{ticket.asked_by_id}>")]
    if ticket.ask_reason:
        lines.append(f"> {inline(ticket.ask_reason, 500)}")
    return Post(
        text="\n".join(lines),
        pings=() if by_opener else (ticket.opener_id,),
        tone=Tone.WARNING,
        buttons=(
            Button(_("Close it"), custom_id=ACCEPT.of(ticket=ticket.id), tone=Tone.GOOD),
            Button(_("Keep it open"), custom_id=DECLINE.of(ticket=ticket.id)),
        ),
    )


def listed(page: TicketPage, mine: bool) -> Post:
    """A page of open tickets, the oldest first."""
    lines = "\n".join(map(_line, page.tickets))
    count = ngettext("{count} ticket", "{count} tickets", page.total).format(count=page.total)
    text = _("Page {number} of {pages} · {count}")
    nothing = _("You have no open ticket.") if mine else _("No ticket is open.")
    return Post(
        title=_("Your tickets") if mine else _("Open tickets"),
        text=lines or nothing,
        footer=text.format(number=page.number, pages=page.pages, count=count),
    )


def _line(ticket: Ticket) -> str:
    parts = [
        f"**{ticket.number}**",
        f"<#{ticket.channel_id}>" if ticket.channel_id else _("is being opened"),
        inline(ticket.subject, SUBJECT_SHOWN),
        f"<@{ticket.opener_id}>",
        ago(ticket.created_at),
    ]
    if ticket.priority is not Priority.NORMAL:
        parts.append(_(PRIORITIES[ticket.priority]))
    if ticket.claimed_by_id:
        parts.append(_("in charge: {person}").format(person=f"<@{ticket.claimed_by_id}>"))
    return " · ".join(parts)
