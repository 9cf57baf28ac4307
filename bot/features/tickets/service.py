"""Tickets service: the one way in for commands, buttons, panels and what the gateway tells."""

from dataclasses import dataclass

from bot.acts import ActFailed
from bot.controls import Post
from bot.errors import NotFound, UserError
from bot.features.tickets import guest_store, store
from bot.features.tickets.absences import Absences
from bot.features.tickets.cards import TicketCards
from bot.features.tickets.charge import Charge
from bot.features.tickets.check import Examination, TroubledTicket, examine
from bot.features.tickets.closures import Closures
from bot.features.tickets.construction import Construction
from bot.features.tickets.conversation import Conversation
from bot.features.tickets.deadlines import TicketDeadlines
from bot.features.tickets.duties import RoomDuties
from bot.features.tickets.eligibility import Eligibility
from bot.features.tickets.exposure import Exposure
from bot.features.tickets.handwork import Handwork
from bot.features.tickets.model import Ticket, Visitor, is_staff
from bot.features.tickets.moves import Moves
from bot.features.tickets.notes import Notes
from bot.features.tickets.openings import Openings
from bot.features.tickets.panels import Panels
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.ratings import Ratings
from bot.features.tickets.replies import Replies
from bot.features.tickets.settings import TicketsSettings
from bot.features.tickets.statistics import TicketStatisticsService
from bot.features.tickets.transcripts import Transcripts
from bot.features.tickets.type_service import TypesService
from bot.features.tickets.types import TicketType
from bot.private_links import PrivateLinks
from bot.surroundings import Surroundings
from bot.texts import _


@dataclass(eq=False)
class TicketsService:
    """Tickets by number and by room; what changes one is done by its parts."""

    ports: TicketsPorts
    links: PrivateLinks

    def __post_init__(self) -> None:
        self.transcripts = Transcripts(self.ports, self.links)
        TicketCards(self.ports, self.transcripts)
        self.conversation = Conversation(self.ports)
        self.closures = Closures(self.ports, self.conversation.ledger)
        self.absences = Absences(self.ports, self.closures)
        exposure = Exposure(self.ports)
        self.handwork = Handwork(self.ports, absences=self.absences, exposure=exposure)
        construction = Construction(
            self.ports, conversation=self.conversation, handwork=self.handwork
        )
        self.duties = RoomDuties(
            self.ports,
            conversation=self.conversation,
            absences=self.absences,
            handwork=self.handwork,
            exposure=exposure,
        )
        self.eligibility = Eligibility(self.ports)
        self.openings = Openings(
            self.ports, self.eligibility, construction=construction, absences=self.absences
        )
        self.charge = Charge(self.ports, self.duties)
        self.panels = Panels(self.ports)
        self.types = TypesService(self.ports, self.panels)
        self.moves = Moves(self.ports, self.charge, duties=self.duties)
        self.ratings = Ratings(self.ports)
        self.statistics = TicketStatisticsService(self.ports)
        self.replies = Replies(self.ports, self.charge)
        self.notes = Notes(self.ports)
        self._sweep(construction)

    def _sweep(self, construction: Construction) -> None:
        """What is due, in its order: what Discord refuses keeps its row for a minute."""
        deadlines = TicketDeadlines(self.ports, self.closures)
        for rows in (
            construction.rows,
            construction.withdrawn,
            *deadlines.rows,
            self.duties.rows,
            self.conversation.rows,
        ):
            self.ports.sweep.rows(rows)

    async def numbered(self, guild_id: int, number: int) -> Ticket:
        """The guild's ticket of that number; NotFound without one."""
        async with self.ports.database.reading() as reading:
            return await store.numbered(reading, guild_id, number)

    async def known(self, guild_id: int, ticket_id: int) -> Ticket:
        """The guild's ticket that a button belongs to; NotFound without one."""
        async with self.ports.database.reading() as reading:
            found = await store.by_id(reading, ticket_id)
        if found is None or found.guild_id != guild_id:
            raise NotFound(_("That ticket is not there any more."))
        return found

    async def here(self, guild_id: int, channel_id: int) -> Ticket:
        """The ticket that lives in a channel; NotFound says how to name one."""
        async with self.ports.database.reading() as reading:
            found = await store.of_room(reading, guild_id, channel_id)
        if found is None:
            raise NotFound(_("This channel is no ticket. Use the command in one, or name it."))
        return found

    async def page(self, guild_id: int, number: int, opener_id: int | None) -> store.TicketPage:
        """The open tickets of the guild, or of one person, oldest first."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, number, opener_id=opener_id)

    async def open_of(self, kind: TicketType) -> int:
        """How many tickets of a type are open."""
        async with self.ports.database.reading() as reading:
            return len(await store.open_of_type(reading, kind.id))

    async def is_staff(self, visitor: Visitor) -> bool:
        """Whether they are staff of any type."""
        types = await self.openings.types(visitor.guild_id)
        return any(is_staff(visitor, one.choices.staff_role_ids) for one in types.values())

    async def write(self, ticket: Ticket, post: Post) -> None:
        """Write into its room; a UserError where Discord refuses."""
        assert ticket.channel_id is not None  # noqa: S101  it is open
        try:
            await self.ports.acts.send(ticket.guild_id, ticket.channel_id, post)
        except ActFailed as error:
            text = _("I could not write into {channel}: {error}.")
            channel = f"<#{ticket.channel_id}>"
            raise UserError(text.format(channel=channel, error=error)) from error

    async def on_room_deleted(self, guild_id: int, channel_id: int) -> None:
        """The gateway tells that a channel or thread is gone: its ticket is closed."""
        await self.absences.room(guild_id, channel_id)

    async def compare(self, guild_id: int) -> None:
        """After an absence: what was written meanwhile, rooms deleted, and people who left."""
        self.conversation.lost(guild_id)
        await self.conversation.catch_up(guild_id)
        async with self.ports.database.reading() as reading:
            in_sight = await store.in_sight(reading, guild_id)
        for one in in_sight:
            async with self.ports.locks.hold(one.key):
                await self.handwork.compare(one)

    async def on_room_changed(self, guild_id: int, channel_id: int) -> None:
        """The gateway tells of a channel or thread, or of who is in it: its ticket follows."""
        ticket_id = await self.conversation.ticket_of(guild_id, channel_id)
        if ticket_id is None:
            return
        ticket = await self.known(guild_id, ticket_id)
        async with self.ports.locks.hold(ticket.key):
            await self.handwork.compare(ticket)

    async def examination(self, guild_id: int, seen: Surroundings) -> Examination:
        """What of the server's tickets would go wrong, each with what to click."""
        chosen: TicketsSettings = await self.ports.chosen(guild_id)
        types = await self.types.all_of(guild_id)
        panels = await self.panels.all_of(guild_id)
        return examine(seen, chosen, types, panels, await self.troubled(guild_id))

    async def troubled(self, guild_id: int) -> list[TroubledTicket]:
        """Tickets whose rooms are not as they should be, for the check."""
        async with self.ports.database.reading() as reading:
            return [
                TroubledTicket(one, tuple(await guest_store.of_ticket(reading, one.id)))
                for one in await guest_store.troubled(reading, guild_id)
            ]
