"""A running bot in whose server two members have money, with short words for what is about it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from simcord.actors import MemberActor

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.economy import ECONOMY
from bot.features.economy.model import EntryDraft, mint, pair, wallet
from bot.features.settings import SETTINGS
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated


@dataclass(slots=True)
class MoneyScene:
    """A world, and what people have in it."""

    world: World
    receiver: Receiver

    @property
    def guild_id(self) -> int:
        return self.world.guild.id

    async def choose(self, feature: str, name: str, value: Any) -> None:
        actor = Actor(self.guild_id, self.world.manager.id, "harbour_master")
        await self.world.app.parts[SETTINGS].service.change(actor, feature, name, value)

    async def shells(self) -> int:
        """Another currency, with two decimals, of which both have some."""
        actor = Actor(self.guild_id, self.world.manager.id, "harbour_master")
        economy = self.world.app.parts[ECONOMY]
        made = await economy.currencies.create(actor, "Shells", "S", decimals=2)
        for person in (self.world.member, self.world.manager):
            await self.grant(person, 1_000, made.id)
        return made.id

    async def grant(self, person: MemberActor, amount: int, currency_id: int | None = None) -> None:
        """Money out of the mint."""
        parts = self.world.app.parts
        coins = await parts[ECONOMY].money.currency(self.guild_id, currency_id)
        legs = pair(mint(coins.id), wallet(person.id, coins.id), amount, operation="admin")
        async with parts.core.database.transaction() as tx:
            await parts[ECONOMY].ledger.post(tx, EntryDraft(self.guild_id, "admin", legs))

    async def balance(self, person: MemberActor) -> int:
        parts = self.world.app.parts
        coins = await parts[ECONOMY].money.currency(self.guild_id)
        async with parts.core.database.reading() as reading:
            return await parts[ECONOMY].money.balance(reading, self.guild_id, person.id, coins.id)


S = TypeVar("S", bound=MoneyScene)


@asynccontextmanager
async def money_scene(
    kind: type[S], config: Config, clock: ManualClock, receiver: Receiver, *events: str
) -> AsyncGenerator[S]:
    """Start everything; the receiver is told of these events, and of money."""
    async with simulated(config, clock) as world:
        await world.subscribe(receiver, [*events, "economy.*"])
        scene = kind(world, receiver)
        await scene.choose("economy", "enabled", True)
        await scene.grant(world.member, 100)
        await scene.grant(world.manager, 30)
        # What goes on in the background is not waited for by the simulation: a test sweeps itself.
        await world.app.parts.core.posts.stop()
        await world.env.settle()
        yield scene
