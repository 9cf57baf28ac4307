"""A running bot in whose server two members have money to duel for."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.clock import ManualClock
from bot.config import Config
from bot.features.duels import DUELS
from bot.features.duels.game import DuelMove
from bot.features.duels.messages import move_named
from bot.features.duels.model import Duel
from tests.e2e.cases.scene import answer, said
from tests.e2e.money_scene import MoneyScene, money_scene
from tests.integration.duels.duels_env import even_seed, set_seed
from tests.support.messages import read
from tests.support.receiver import Receiver
from tests.support.simulated import Told


class DuelScene(MoneyScene):
    """Short words for what people do in it; the member challenges the manager."""

    async def does(
        self, command: str, by: MemberActor | None = None, **options: Any
    ) -> InteractionResult:
        """A member uses a command, and is answered alone."""
        person = by or self.world.member
        result = await person.slash(self.world.channel, f"duel {command}", **options)
        assert answer(result).ephemeral
        return result

    async def challenged(self, stake: str = "20", **options: Any) -> discord.Message:
        """A challenge; its card in the channel."""
        rival = self.world.manager
        text = said(await self.does("challenge", member=rival, stake=stake, **options))
        assert "is challenged" in text, text
        return self.card()

    async def accepted(self, stake: str = "20", **options: Any) -> discord.Message:
        """One that is on; the message on which it is fought."""
        await self.challenged(stake, **options)
        text = await self.press(self.world.manager, "Accept")
        assert "is on: both stakes are held" in text, text
        return self.card()

    def card(self, back: int = 1) -> discord.Message:
        """The newest."""
        return self.world.channel.history()[-back]

    def shown(self, back: int = 1) -> str:
        return read(self.card(back))

    async def press(self, person: MemberActor, label: str, back: int = 1) -> str:
        """Press a button; what only the person is answered."""
        result = await person.click(self.card(back), label=label)
        assert answer(result).ephemeral
        await self.settled()
        return said(result)

    async def duel(self, number: int = 1) -> Duel:
        """As it stands in its row."""
        service = self.world.app.parts[DUELS].service
        return (await service.known(self.guild_id, number))[0]

    async def even(self, number: int = 1) -> None:
        """Let the dice of a challenge be equal in every round."""
        parts = self.world.app.parts
        vault = parts[DUELS].ports.vault
        await set_seed(parts.core.database, vault, await self.duel(number), even_seed(number))

    async def round(self, mine: str, theirs: str) -> str:
        """Both move, the member first; what the manager is answered."""
        for person, code in ((self.world.member, mine), (self.world.manager, theirs)):
            text = await self.press(person, move_named(DuelMove.of(code)))
            assert "You chose" in text, text
        return text

    async def settled(self, seconds: float = 0.0) -> None:
        """Let time pass, and what is due by then be done."""
        self.world.clock.advance(seconds)
        await self.world.app.parts[DUELS].service.sweep.sweep()
        await self.world.app.parts.core.posts.sweep()
        await self.world.env.settle()

    async def finished(self) -> list[Told]:
        """What the receiver was told of duels."""
        told = await self.world.told(self.receiver)
        return [one for one in told if one[0].startswith("duel.")]


@asynccontextmanager
async def duel_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[DuelScene]:
    """Start everything."""
    async with money_scene(DuelScene, config, clock, receiver, "duel.*") as scene:
        await scene.choose("duels", "cooldown_seconds", 0)
        await scene.world.app.parts[DUELS].service.sweep.stop()
        yield scene
