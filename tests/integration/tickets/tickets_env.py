"""Tickets with all their neighbours, joined as in the bot, on a real database."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import select

from bot.clock import ManualClock
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.tickets import TICKETS, guest_store, store
from bot.features.tickets.access import GuestPass
from bot.features.tickets.cards import CARD
from bot.features.tickets.model import Ticket, Visitor
from bot.features.tickets.openings import TicketRequest
from bot.features.tickets.service import TicketsService
from bot.features.tickets.types import TicketType
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv, Process
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, FakeActs
from tests.support.fake_rooms import FakeRoom

STAFF = 2  # the role of the fake guild's moderators
CATEGORY, OVERFLOW, THREADS, LOG_CHANNEL = 40, 41, 42, 43
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=61)
CLERK = Visitor(GUILD, MODERATOR, "harbour_master", frozenset({STAFF}))


class TicketsProcess(Process):
    """The same, with tickets."""

    def __init__(self, emitter: Emitter, *, clock: ManualClock, discord: FakeActs) -> None:
        super().__init__(emitter, clock=clock, discord=discord)
        self.tickets = self.parts[TICKETS].service
        self.tickets.conversation.ledger.start()


class TicketsEnv(CasesEnv):
    """Short words for what tests do."""

    made_of = TicketsProcess
    process: TicketsProcess
    type: TicketType

    @property
    def tickets(self) -> TicketsService:
        return self.process.tickets

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=("ticket.*",))
        env = cls(emitter, clock)
        env.discord.made_at = clock.now()
        await env.process.settings.change(HARBOUR_MASTER, "tickets", "log_channel_id", LOG_CHANNEL)
        env.type = await env.new_type("Support", staff_role_ids=(STAFF,), category_id=CATEGORY)
        return env

    async def close(self, *, orderly: bool = True) -> None:
        await super().close(orderly=orderly)
        await self.tickets.conversation.ledger.stop()

    async def new_type(self, name: str, **choices: Any) -> TicketType:
        made = await self.tickets.types.create(HARBOUR_MASTER, name)
        return await self.choices(made, **choices)

    async def choices(self, one: TicketType, **choices: Any) -> TicketType:
        for name, value in choices.items():
            one = await self.tickets.types.change(HARBOUR_MASTER, one.id, name, value)
        return one

    def visitor(self, user_id: int | None = None, *role_ids: int) -> Visitor:
        """Somebody of the guild, somebody new where nobody is named."""
        user_id = user_id or self.someone()
        name = self.discord.accounts[user_id].username
        return Visitor(GUILD, user_id, name, frozenset(role_ids))

    async def opened(self, visitor: Visitor | None = None, **about: Any) -> Ticket:
        """A ticket whose room is there, with its card."""
        self.discord.made_at = self.clock.now()
        request = TicketRequest(about.pop("type_id", self.type.id), **about)
        ticket = await self.tickets.openings.open(visitor or self.visitor(), request)
        await self.process.posts.sweep()
        return ticket

    async def closed(self, ticket: Ticket | None = None, reason: str | None = None) -> Ticket:
        """A ticket that the staff closed, its room shut, its letters written."""
        ticket = ticket or await self.opened()
        one = await self.tickets.closures.close(CLERK, ticket, reason, "staff_command")
        await self.sweep_tickets()
        return one

    async def sweep_tickets(self, after: timedelta | None = None) -> None:
        if after is not None:
            self.clock.advance(after.total_seconds())
        self.discord.made_at = self.clock.now()
        await self.tickets.ports.sweep.sweep()
        await self.process.posts.sweep()

    async def ticket(self, ticket: Ticket) -> Ticket:
        """As it is now."""
        return await self.tickets.known(GUILD, ticket.id)

    async def all_tickets(self) -> list[Ticket]:
        async with self.emitter.database.reading() as reading:
            rows = await reading.execute(select(store.table).order_by(store.table.c.id))
            return [store.ticket_of(row) for row in rows]

    async def passes(self, ticket: Ticket) -> list[GuestPass]:
        """Who was let in or shut out, beside what its type says."""
        async with self.emitter.database.reading() as reading:
            return await guest_store.of_ticket(reading, ticket.id)

    def room(self, ticket: Ticket) -> FakeRoom:
        assert ticket.channel_id is not None
        return self.discord.rooms[ticket.channel_id]

    async def card(self, ticket: Ticket) -> Post:
        """The card that stands in its room."""
        (record,) = [one for one in await self.posts(CARD) if one.subject_id == ticket.id]
        assert record.message_id is not None
        return self.discord.lines[record.message_id]

    async def about_ticket(self, ticket: Ticket) -> Sequence[str]:
        """The events of a ticket in their order."""
        return [kind for kind, data in await self.told() if data["ticket_id"] == ticket.id]
