"""Exposure of a ticket: who was let in or shut out by hand, told to its staff in its room, once."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.tickets import guest_store, store
from bot.features.tickets.access import GuestPass
from bot.features.tickets.model import Ticket
from bot.features.tickets.ports import TicketsPorts
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import _

EXPOSURE = "tickets.exposure"
FRESH = timedelta(days=2)
SHOWN = 20  # lines
HIDE = ControlId("ticket:hide", ticket=NUMBER)


class Exposure:
    """Tells of it in the room itself; nothing is undone unless somebody says so."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(EXPOSURE, self._draw, FRESH))

    async def tell(self, tx: Transaction, ticket: Ticket, before: Iterable[GuestPass]) -> None:
        """Something may be otherwise than `before`: a new message where nothing was to be told."""
        after = await guest_store.of_ticket(tx, ticket.id)
        told, news = troubles(ticket, before), troubles(ticket, after)
        if news and not told:
            await self._ports.posts.drop(tx, EXPOSURE, ticket.id)
            to = Addressee(ticket.guild_id, channel_id=ticket.channel_id)
            await self._ports.posts.owe(tx, EXPOSURE, ticket.id, to)
        elif news != told:
            await self._ports.posts.redraw(tx, EXPOSURE, ticket.id)

    async def _draw(self, _guild: GuildSeen, ticket_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            ticket = await store.by_id(reading, ticket_id)
            if ticket is None or ticket.channel_id is None:
                return None
            return exposed(ticket, await guest_store.of_ticket(reading, ticket_id))


def exposed(ticket: Ticket, passes: Sequence[GuestPass]) -> Post:
    """What the staff read in its room, and how they put an end to it."""
    lines = troubles(ticket, passes)
    if not lines:
        return Post(text=_("Only the people of this ticket can see it."), tone=Tone.GOOD)
    close = Button(_("Take them out"), custom_id=HIDE.of(ticket=ticket.id))
    return Post(
        text="\n".join(lines[:SHOWN]),
        tone=Tone.WARNING,
        buttons=(close,) if any(one.is_exposing for one in passes) else (),
    )


def troubles(ticket: Ticket, passes: Iterable[GuestPass]) -> list[str]:
    """What the staff should know of who sees a ticket, and what they can do."""
    return [text for one in passes for text in _of(ticket, one)]


def _of(ticket: Ticket, one: GuestPass) -> Iterator[str]:
    role = f"<@&{one.id}>"
    if one.is_exposing:
        if one.id == ticket.guild_id:
            text = _("Somebody made this channel public: everybody in this server can see it.")
        else:
            text = _("Somebody let {role} into this channel: all who have that role can see it.")
        also = _("They stay until somebody presses the button, or uses /ticket remove.")
        yield f"{text.format(role=role)} {also}"
    elif one.is_in or one.is_due or not one.by_hand or not ticket.is_open:
        return
    elif one.id == ticket.opener_id:
        text = _(
            "{person} opened this ticket and cannot see it now: /ticket add lets them in again."
        )
        yield text.format(person=f"<@{one.id}>")
    else:
        text = _("{role} answers these tickets and cannot see it: /ticket add lets them in again.")
        yield text.format(role=role)
