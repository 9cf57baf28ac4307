"""Notes of the staff: kept with a ticket, read by staff alone, never told to anybody else."""

from bot.errors import NotFound, UserError
from bot.features.tickets import message_store, store, type_store
from bot.features.tickets.cards import LOG
from bot.features.tickets.message_store import TicketNote
from bot.features.tickets.model import NOTE_LIMIT, Ticket, TicketState, Visitor, is_staff
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.transcripts import deleted
from bot.storage.database import Reading
from bot.texts import _
from bot.user_text import clean_paragraphs, clip


class Notes:
    """Written and read by the staff of a ticket's type."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports

    async def add(self, visitor: Visitor, ticket: Ticket, written: str) -> TicketNote:
        """Keep a note with it, also of a closed one for as long as what was written is kept."""
        said = clip(clean_paragraphs(written), NOTE_LIMIT)
        if not said:
            raise UserError(_("A note needs something that can be seen."))
        async with self._ports.database.transaction() as tx:
            seen = await _staffed(tx, visitor, ticket, locks=True)
            if seen.is_forgotten:
                raise UserError(deleted(seen))  # nothing would ever delete what came now
            if not seen.is_open:
                await self._ports.posts.redraw(tx, LOG, seen.id)  # its file has the notes
            return await message_store.add_note(
                tx,
                ticket_id=seen.id,
                author_id=visitor.user_id,
                author_name=visitor.name,
                text=said,
                written_at=self._ports.clock.now(),
            )

    async def all_of(self, visitor: Visitor, ticket: Ticket) -> list[TicketNote]:
        """Its notes, oldest first; of a closed one too."""
        async with self._ports.database.reading() as reading:
            seen = await _staffed(reading, visitor, ticket)
            return await message_store.notes(reading, seen.id)


async def _staffed(
    reading: Reading, visitor: Visitor, ticket: Ticket, *, locks: bool = False
) -> Ticket:
    """The ticket as it is; a UserError for whoever is none of its staff."""
    seen = await store.by_id(reading, ticket.id, locks=locks)
    if seen is None or seen.guild_id != visitor.guild_id or seen.state is TicketState.VOID:
        raise NotFound(_("That ticket is not there any more."))
    kind = await type_store.by_id(reading, seen.guild_id, seen.type_id)
    if not is_staff(visitor, kind.choices.staff_role_ids):
        raise UserError(_("Only the staff of these tickets can do that."))
    return seen
