"""Random histories of tickets by people and by hand, refused and cut: rows = Discord at last."""

import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.errors import UserError
from bot.features.tickets.model import Priority, Ticket, Visitor
from bot.features.tickets.openings import TicketRequest
from bot.features.tickets.types import TicketType
from bot.rooms import Guest
from tests.conftest import OpenEmitter
from tests.integration.tickets.test_conversation import Pen
from tests.integration.tickets.tickets_env import (
    CATEGORY,
    CLERK,
    HOUR,
    OVERFLOW,
    STAFF,
    THREADS,
    TicketsEnv,
)
from tests.integration.tickets.truth import agrees, settled
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied

SOAK = os.environ.get("HERALD_SOAK") == "1"
FIRST = int(os.environ.get("FIRST", "0"))
EXAMPLES = int(os.environ.get("N", "300" if SOAK else "5"))
STEPS = 60 if SOAK else 30
CALLS = (
    *("make_room", "find_rooms", "room", "admit", "shut_out", "shut_room", "rename_room"),
    *("move_room", "delete_room", "writings", "member", "send", "redraw", "tell"),
)
FAULTS = (Fault.REFUSES, Fault.LOST, Fault.LATE, Fault.CRASH_BEFORE, Fault.CRASH_AFTER)

Step = Callable[[], Awaitable[object]]


class Circumstances:
    """What happens around a ticket; while the bot `is_deaf` the gateway tells it nothing."""

    def __init__(self, env: TicketsEnv, seed: int) -> None:
        self.env, self.random, self.pen = env, random.Random(seed), Pen(env)
        self.people = [env.visitor() for _ in range(4)]
        self.written = set[int]()
        self.is_deaf = False

    async def room_deleted(self) -> None:
        """By hand; of that the gateway may tell."""
        if not self.env.discord.rooms:
            return
        channel_id = self.random.choice([*self.env.discord.rooms])
        del self.env.discord.rooms[channel_id]
        if self.random.random() < 0.6:
            await self.env.tickets.on_room_deleted(GUILD, channel_id)

    async def changed_by_hand(self) -> None:
        """Somebody is let in or out, everybody too; it is moved or renamed. So with that, too."""
        homes = {one.channel_id for one in await self.env.all_tickets()} & {*self.env.discord.rooms}
        if not homes:
            return
        channel_id = self.random.choice(sorted(filter(None, homes)))
        room = self.env.discord.rooms[channel_id]
        who = [Guest(one.user_id) for one in self.people if one.user_id in self.env.discord.people]
        if not room.plan.is_thread:
            who += [Guest(one, is_role=True) for one in (10, 11, STAFF, GUILD)]
        act = self.random.randrange(4)
        if act < 2 and who:
            guest = self.random.choice(who)
            room.guests.pop(guest.id, None) if act else room.guests.setdefault(guest.id, guest)
        elif act == 2 and not room.plan.is_thread:
            room.plan = replace(room.plan, parent_id=self.random.choice((CATEGORY, OVERFLOW)))
        else:
            room.plan = replace(room.plan, name=self.random.choice(("boat", "oar")))
        if self.random.random() < 0.6:
            await self.env.tickets.on_room_changed(GUILD, channel_id)

    async def leaves(self) -> None:
        """Of that, too."""
        person = self.random.choice(self.people)
        self.env.discord.people.pop(person.user_id, None)
        if self.random.random() < 0.6:
            await self.env.tickets.absences.left(GUILD, person.user_id)

    async def returns(self) -> None:
        person = self.random.choice(self.people)
        if person.user_id not in self.env.discord.people:
            await self.env.tickets.absences.left(GUILD, person.user_id)  # it had to be told
            self.env.discord.enter(person.user_id, person.name)

    async def sweeps(self) -> None:
        await self.env.sweep_tickets(self.random.choice((timedelta(), HOUR / 30, HOUR)))

    async def fault(self) -> None:
        self.env.discord.faults.clear()
        if self.random.random() < 0.7:
            self.env.discord.faults[self.random.choice(CALLS)] = self.random.choice(FAULTS)

    async def restarts(self) -> None:
        await self.env.again(orderly=self.random.random() < 0.5)
        self.is_deaf = False

    async def reconnects(self) -> None:
        self.is_deaf = False
        await self.env.tickets.compare(GUILD)

    async def one(self) -> Ticket:
        """Some ticket, the newer the likelier."""
        mine = {one.user_id for one in self.people}
        tickets = [one for one in await self.env.all_tickets() if one.opener_id in mine]
        if not tickets:
            raise UserError("There is none.")
        return self.random.choice(tickets[-6:])

    def either(self, ticket: Ticket) -> Visitor:
        opener = next(one for one in self.people if one.user_id == ticket.opener_id)
        return self.random.choice((CLERK, opener))


class History(Circumstances):
    """One history: what people do, and what happens meanwhile."""

    def __init__(self, env: TicketsEnv, seed: int, *, other: TicketType) -> None:
        super().__init__(env, seed)
        self.other = other
        self.steps: list[Step] = [
            *[self.opens] * 4,
            *[self.closes, self.reopens, self.writes, self.writes, self.sweeps] * 3,
            *[self.claims, self.renames, self.adds, self.asks, self.deletes],
            *[self.moves, self.transfers, self.restaffs, self.hides],
            *[self.changed_by_hand] * 5,
            *[self.room_deleted, self.leaves, self.returns],
            *[self.fault, self.fault, self.restarts, self.reconnects],
        ]

    async def step(self) -> None:
        """Something happens; a refusal is an answer, and a process that dies is born again."""
        self.env.clock.advance(self.random.choice((1, 20, 300)))
        self.env.discord.made_at = self.env.clock.now()
        try:
            await self.random.choice(self.steps)()
        except UserError:
            pass
        except ProcessDied:
            self.env.discord.faults.clear()
            await self.env.again()
            self.is_deaf = False

    async def opens(self) -> None:
        for_somebody = self.random.random() < 0.2
        person = self.random.choice(self.people)
        opener = (person.user_id, person.name) if for_somebody else None
        by = CLERK if for_somebody else person
        if person.user_id not in self.env.discord.people and not for_somebody:
            return
        await self.env.tickets.openings.open(by, TicketRequest(self.env.type.id, opener=opener))

    async def closes(self) -> None:
        ticket = await self.one()
        source = self.random.choice(("staff_command", "staff_button"))
        await self.env.tickets.closures.close(self.either(ticket), ticket, None, source)

    async def reopens(self) -> None:
        ticket = await self.one()
        await self.env.tickets.openings.reopen(self.either(ticket), ticket.number)

    async def writes(self) -> None:
        ticket = await self.one()
        if ticket.channel_id not in self.env.discord.rooms:
            return
        writer = self.pen.by(*self.random.choice(((ticket.opener_id,), (CLERK.user_id, STAFF))))
        self.is_deaf = self.is_deaf or self.random.random() < 0.3
        one = await self.pen.write(ticket, writer, "Ahoy", heard=not self.is_deaf)
        self.written.add(one.message_id)
        if self.is_deaf:
            return
        if self.random.random() < 0.2:
            await self.env.tickets.conversation.heard(one)
        if self.random.random() < 0.2:
            await self.env.tickets.conversation.edited(replace(one, content="Ahoy!"))

    async def claims(self) -> None:
        ticket, charge = await self.one(), self.env.tickets.charge
        if self.random.random() < 0.5:
            await charge.claim(CLERK, ticket)
        else:
            await charge.prioritise(CLERK, ticket, self.random.choice([*Priority]))

    async def renames(self) -> None:
        await self.env.tickets.moves.rename(CLERK, await self.one(), self.random.choice("abc"))

    async def adds(self) -> None:
        guest = Guest(self.random.choice(self.people).user_id)
        charge, ticket = self.env.tickets.charge, await self.one()
        await self.random.choice((charge.add, charge.remove))(CLERK, ticket, guest)

    async def moves(self) -> None:
        category = self.random.choice((CATEGORY, OVERFLOW))
        await self.env.tickets.moves.move(CLERK, await self.one(), category)

    async def transfers(self) -> None:
        ticket = await self.one()
        (other,) = {self.env.type.id, self.other.id} - {ticket.type_id}
        await self.env.tickets.moves.transfer(CLERK, ticket, other)

    async def restaffs(self) -> None:
        roles = self.random.choice(((STAFF,), (STAFF, 10), (STAFF, 11)))
        await self.env.choices(self.other, staff_role_ids=roles)

    async def hides(self) -> None:
        await self.env.tickets.charge.hide(CLERK, await self.one())

    async def asks(self) -> None:
        ticket, closures = await self.one(), self.env.tickets.closures
        asked = await closures.ask(CLERK, ticket, None)
        person = next(one for one in self.people if one.user_id == ticket.opener_id)
        await closures.answer(person, asked, agrees=self.random.random() < 0.5)

    async def deletes(self) -> None:
        await self.env.tickets.moves.delete(CLERK, await self.one())


@pytest.mark.soak
@pytest.mark.parametrize("place", ["channel", "thread"])
@pytest.mark.thorough("whole histories; those of cases and of the books stay")
async def test_whatever_happens_rows_and_discord_agree_at_the_end(
    emitter: OpenEmitter, clock: ManualClock, place: str
) -> None:
    env = await TicketsEnv.open(await emitter(start=False), clock)
    if place == "thread":
        await env.choices(env.type, place="thread", thread_channel_id=THREADS)
    other = await env.new_type("Billing", staff_role_ids=(STAFF, 10), category_id=CATEGORY)
    for seed in range(FIRST, FIRST + EXAMPLES):
        history = History(env, seed, other=other)
        for _ in range(STEPS):
            await history.step()
        await settled(env)
        try:
            await agrees(env)
            await all_told(env, history)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, {place=}: {error}") from error
        for ticket in await env.all_tickets():  # the next one begins with nothing open
            if ticket.is_open:
                await env.closed(ticket)
    await env.close()


async def all_told(env: TicketsEnv, history: History) -> None:
    """Whatever stands in an open ticket's room was told."""
    told = {data["message_id"] for kind, data in await env.told() if kind == "ticket.message"}
    homes = {one.channel_id for one in await env.all_tickets() if one.is_open}
    for channel_id, written in env.discord.written.items():
        if channel_id in homes:
            mine = {str(one.message_id) for one in written if one.message_id in history.written}
            assert mine <= told
