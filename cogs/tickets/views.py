"""Views of tickets: what commands and buttons answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from bot.client.interactions import Interaction
from bot.client.ui import confirm
from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.durations import in_words
from bot.features.tickets.cards import ACCEPT, DECLINE, answers, closing, rated, refusals
from bot.features.tickets.message_store import TicketNote
from bot.features.tickets.model import PRIORITIES, Priority, Ticket, TicketState
from bot.features.tickets.overview import TicketOverview
from bot.features.tickets.store import TicketPage
from bot.rooms import Guest
from bot.texts import _, ago, ngettext, stamp
from bot.user_text import escaped, inline

PAGE = ControlId("ticket:page", mine="[01]", page=NUMBER)
DROP = ControlId("ticket:drop", ticket=NUMBER)
LEAVE = ControlId("ticket:leave", ticket=NUMBER)
SUBJECT_SHOWN = 60
GUESTS_SHOWN = 10
NOTES_SHOWN, NOTES_LISTED, NOTE_SHOWN = 3, 12, 250
REPLIES_LISTED = 30

SubmitText = Callable[[Interaction, str], Awaitable[None]]


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


def agreed(by_id: int, *, agrees: bool) -> Post:
    """What stands in the place of the question, once it is answered."""
    text = _("{person} agrees: the ticket is closed.") if agrees else _("{person} keeps it open.")
    return Post(text=text.format(person=f"<@{by_id}>"), tone=Tone.GOOD if agrees else Tone.PLAIN)


def deletion(ticket: Ticket) -> Post:
    """The question before the channel of a ticket is deleted."""
    text = _("Delete the channel of ticket {number}, with all that was written in it?")
    yes = Button(_("Delete"), custom_id=DROP.of(ticket=ticket.id))
    no = Button(_("Keep"), custom_id=LEAVE.of(ticket=ticket.id))
    return confirm(text.format(number=ticket.number), yes, no)


def viewed(found: TicketOverview) -> Post:
    """All that is known of a ticket; its notes where the reader is one of its staff."""
    ticket = found.ticket
    fields = [
        (_("State"), _state(ticket)),
        (_("Opened by"), f"<@{ticket.opener_id}> {stamp(ticket.created_at)}"),
        (_("About"), escaped(found.kind.name)),
        (_("Priority"), _(PRIORITIES[ticket.priority])),
    ]
    if ticket.opened_by_id != ticket.opener_id:
        fields.append((_("Opened for them by"), f"<@{ticket.opened_by_id}>"))
    if ticket.claimed_by_id is not None:
        fields.append((_("In charge"), f"<@{ticket.claimed_by_id}>"))
    let_in = [one.guest for one in found.passes if one.is_in]
    shut_out = [one.guest for one in found.passes if not one.is_in]
    if let_in:
        fields.append((_("Added"), _guests(let_in)))
    if shut_out:
        fields.append((_("Shut out"), _guests(shut_out)))
    if ticket.answered_at is not None and ticket.opened_at is not None:
        waited = max(ticket.answered_at - ticket.opened_at, timedelta())
        fields.append((_("First answer after"), in_words(waited)))
    fields += closing(ticket)
    if ticket.rating is not None:
        fields.append((_("Rating"), rated(ticket)))
    fields += answers(ticket)
    below = refusals(ticket)
    if found.notes is not None:
        below = (*below, _notes(found.notes[-NOTES_SHOWN:]))
    title = _("Ticket {number}: {subject}")
    return Post(
        title=title.format(number=ticket.number, subject=escaped(ticket.subject)),
        fields=tuple(fields),
        below=tuple(one for one in below if one),
    )


def noted(ticket: Ticket, notes: Sequence[TicketNote]) -> Post:
    """The notes about a ticket, the newest last."""
    shown = notes[-NOTES_LISTED:]
    text = _("There are {count} notes; these are the newest.").format(count=len(notes))
    return Post(
        title=_("Notes about ticket {number}").format(number=ticket.number),
        text=_notes(shown) or _("Nobody has written a note yet."),
        footer=text if len(shown) < len(notes) else "",
    )


def kept(replies: Mapping[str, str]) -> Post:
    """The canned replies by name, each with its beginning."""
    lines = [f"**{inline(name, 50)}** · {inline(text, 60)}" for name, text in replies.items()]
    shown = lines[:REPLIES_LISTED]
    if len(lines) > len(shown):
        shown.append(_("{count} more").format(count=len(lines) - len(shown)))
    nothing = _("None is kept yet: keep one with /ticket replies save.")
    return Post(title=_("Replies"), text="\n".join(shown) or nothing)


def _state(ticket: Ticket) -> str:
    if ticket.state is TicketState.OPENING:
        return _("is being opened")
    where = f" · <#{ticket.channel_id}>" if ticket.channel_id else ""
    return (_("open") if ticket.is_open else _("closed")) + where


def _guests(guests: Sequence[Guest]) -> str:
    shown = [f"<@&{one.id}>" if one.is_role else f"<@{one.id}>" for one in guests[:GUESTS_SHOWN]]
    if len(guests) > len(shown):
        shown.append(_("{count} more").format(count=len(guests) - len(shown)))
    return ", ".join(shown)


def _notes(notes: Sequence[TicketNote]) -> str:
    return "\n".join(
        f"{ago(one.written_at)} <@{one.author_id}>: {inline(one.text, NOTE_SHOWN)}" for one in notes
    )
