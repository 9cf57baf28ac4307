"""Conversations of tickets, message for message, and what they are held against: members' joins."""

from datetime import UTC, datetime

from bench.emitting import KEY
from bench.herald import SHARE, emitter_on_file, measured
from bench.load import FIRST_GUILD, Load, Outcome, event
from bot.client.acts import DiscordActs
from bot.config import Config, SecretsConfig
from bot.delivery.doctor import GuardedDoor
from bot.delivery.emitter import Emitter
from bot.delivery.failures import Deadlines
from bot.feature import Core, Parts
from bot.features.members.roster import Roster
from bot.features.tickets import TICKETS, store, type_store
from bot.features.tickets.model import TicketState
from bot.features.tickets.types import TypeChoices
from bot.fleet.assignment import WHOLE
from bot.fleet.fleet import Fleet
from bot.posts.posts import Posts
from bot.rooms import Writer, Writing
from bot.wiring import assemble

NOW = datetime(2026, 5, 24, tzinfo=UTC)
TEXT = "Where is my boat? It lay in the harbour yesterday, and nobody has seen it since. " * 3


async def messages(load: Load) -> Outcome:
    """One open ticket in each guild; every message is stored, told and delivered."""
    async with emitter_on_file(load) as emitter:
        conversation = parts_on(emitter)[TICKETS].service.conversation
        for number in range(load.sizes.endpoints):
            await open_ticket(emitter, FIRST_GUILD + number)
        first = 0

        async def one(_number: int) -> None:
            nonlocal first
            first += 1
            guild_id = FIRST_GUILD + first % load.sizes.endpoints
            writer = Writer(guild_id + 5, "otter")
            await conversation.heard(Writing(first, guild_id, guild_id, writer, TEXT, NOW))

        conversation.ledger.start()
        outcome = await measured(load, emitter, one, load.sizes.deliveries // SHARE)
        await conversation.ledger.stop()
    return outcome


async def joins(load: Load) -> Outcome:
    """Every join is a member's row, told and delivered."""
    async with emitter_on_file(load) as emitter:

        async def wants(_guild_id: int) -> bool:
            return True

        roster = Roster(emitter.database, emitter.outbox, wants=wants)
        first = 0

        async def one(_number: int) -> None:
            nonlocal first
            first += 1
            await roster.tell(event(first, FIRST_GUILD + first % load.sizes.endpoints))

        roster.start()
        outcome = await measured(load, emitter, one, load.sizes.deliveries // SHARE)
        await roster.stop()
    return outcome


def parts_on(emitter: Emitter) -> Parts:
    """Every feature, on an adapter of Discord's that has no client."""
    acts = DiscordActs(emitter.clock)
    return assemble(
        Core(
            config=Config(secrets=SecretsConfig(key=KEY)),
            clock=emitter.clock,
            database=emitter.database,
            outbox=emitter.outbox,
            registry=emitter.registry,
            vault=emitter.vault,
            acts=acts,
            posts=Posts(emitter.database, acts, clock=emitter.clock),
            guard=emitter.guard,
            door=GuardedDoor(emitter.guard, Deadlines()),
            public_url=None,
            fleet=Fleet(emitter.database, WHOLE, clock=emitter.clock, lease=15.0),
        )
    )


async def open_ticket(emitter: Emitter, guild_id: int) -> int:
    """The guild's first; its id."""
    async with emitter.database.transaction() as tx:
        kind = await type_store.add(tx, guild_id, TypeChoices())
        added = await store.add(
            tx,
            guild_id=guild_id,
            number=1,
            type_id=kind.id,
            opener_id=guild_id + 5,
            opener_name="otter",
            opened_by_id=guild_id + 5,
            subject="Boat",
            answers={},
            state=TicketState.OPEN.value,
            room_name="boat-1",
            is_thread=False,
            channel_id=guild_id,
            created_at=NOW,
            opened_at=NOW,
        )
    return added.id
