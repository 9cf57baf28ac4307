"""A running bot in whose server two members have money to trade with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.economy import ECONOMY
from bot.features.economy.model import EntryDraft, mint, pair, wallet
from bot.features.settings import SETTINGS
from bot.features.trades import TRADES
from tests.e2e.cases.scene import answer, said
from tests.support.messages import read
from tests.support.receiver import Receiver
from tests.support.simulated import Told, World, simulated


@dataclass(slots=True)
class TradeScene:
    """A world with short words for what people do in it."""

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

    async def does(
        self, command: str, by: MemberActor | None = None, **options: Any
    ) -> InteractionResult:
        """A member uses a command, and is answered alone."""
        person = by or self.world.member
        result = await person.slash(self.world.channel, f"trade {command}", **options)
        assert answer(result).ephemeral
        return result

    async def offered(self, **options: Any) -> discord.Message:
        """A trade of the member with the manager; its card in the channel."""
        usual = {"give": "40", "get": "25"}
        named = {name: one for name, one in usual.items() if f"{name}_good" not in options}
        options = {**named, **options}
        text = said(await self.does("offer", member=self.world.manager, **options))
        assert "is proposed to" in text, text
        return self.card()

    def card(self) -> discord.Message:
        """The newest."""
        return self.world.channel.history()[-1]

    async def press(self, person: MemberActor, label: str = "Confirm") -> str:
        result = said(await person.click(self.card(), label=label))
        await self.settled()
        return result

    async def settled(self, seconds: float = 0.0) -> None:
        """Let time pass, and what is due by then be done."""
        self.world.clock.advance(seconds)
        await self.world.app.parts[TRADES].service.sweep.sweep()
        await self.world.app.parts.core.posts.sweep()
        await self.world.env.settle()

    async def completed(self) -> list[Told]:
        """What the receiver was told of trades."""
        told = await self.world.told(self.receiver)
        return [one for one in told if one[0].startswith("trade.")]

    def shown(self) -> str:
        return read(self.card())


@asynccontextmanager
async def trade_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[TradeScene]:
    """Start everything."""
    async with simulated(config, clock) as world:
        await world.subscribe(receiver, ["trade.*", "economy.*"])
        scene = TradeScene(world, receiver)
        await scene.choose("economy", "enabled", True)
        await scene.grant(world.member, 100)
        await scene.grant(world.manager, 30)
        yield scene
