"""A running bot in whose server two members have money to trade with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.clock import ManualClock
from bot.config import Config
from bot.features.trades import TRADES
from tests.e2e.cases.scene import answer, said
from tests.e2e.money_scene import MoneyScene, money_scene
from tests.support.messages import read
from tests.support.receiver import Receiver
from tests.support.simulated import Told


class TradeScene(MoneyScene):
    """Short words for what people do in it."""

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
    async with money_scene(TradeScene, config, clock, receiver, "trade.*") as scene:
        yield scene
