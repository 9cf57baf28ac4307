"""A running bot in whose server money is switched on, and a receiver of what it tells."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.economy import ECONOMY, Economy
from bot.features.settings import SETTINGS
from bot.money import Currency
from tests.e2e.cases.scene import answer, is_refusal, said
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated


@dataclass(slots=True)
class EconomyScene:
    """A world with two members who have wallets, and somebody who manages it."""

    world: World
    receiver: Receiver
    friend: MemberActor

    @property
    def economy(self) -> Economy:
        return self.world.app.parts[ECONOMY]

    @property
    def actor(self) -> Actor:
        return Actor(self.world.guild.id, self.world.manager.id, "harbour_master")

    async def coins(self) -> Currency:
        return await self.economy.money.currency(self.world.guild.id)

    async def choose(self, **choices: Any) -> None:
        """Make choices among the feature's settings."""
        for name, value in choices.items():
            await self.world.app.parts[SETTINGS].service.change(self.actor, "economy", name, value)

    async def does(
        self, command: str, by: MemberActor | None = None, **options: Any
    ) -> InteractionResult:
        """A member uses a command, and nobody else sees the answer."""
        person = by or self.world.member
        return await person.slash(self.world.channel, command, **options)

    async def staff(self, command: str, **options: Any) -> str:
        """What the staff read who use a command of `/economy`."""
        return said(await self.does(f"economy {command}", self.world.manager, **options))

    async def give(self, user: MemberActor, amount: str) -> None:
        assert "now (+" in await self.staff("give", user=user, amount=amount)

    async def refused(
        self, words: str, command: str, by: MemberActor | None = None, **options: Any
    ) -> None:
        """They are told so in our words, alone, and nothing else went wrong."""
        result = await self.does(command, by, **options)
        assert words in said(result), said(result)
        assert answer(result).ephemeral
        assert all(map(is_refusal, self.world.errors()))

    async def changes(self) -> list[tuple[int, int, int, str]]:
        """Person, delta, balance and operation of every event, in order."""
        told = await self.world.told(self.receiver)
        return [
            (int(data["user_id"]), data["delta"], data["balance"], data["operation"])
            for kind, data in told
            if kind == "economy.balance_changed"
        ]


@asynccontextmanager
async def economy_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[EconomyScene]:
    """Start everything, with the economy on."""
    async with simulated(config, clock) as world:
        friend = world.guild.add_member(world.env.create_user("gull"))
        await world.env.settle()
        scene = EconomyScene(world, receiver, friend)
        await scene.choose(enabled=True)
        await world.subscribe(receiver, ["economy.*", "security.*"])
        yield scene
