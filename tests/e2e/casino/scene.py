"""A running bot in whose server the casino is open, and a member with money."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from simcord.actors import MemberActor
from simcord.results import InteractionResult, ResponseMessage

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.casino import CASINO
from bot.features.casino.service import CasinoService
from bot.features.economy import ECONOMY
from bot.features.economy.transfers import Payee
from bot.features.settings import SETTINGS
from tests.e2e.cases.scene import answer
from tests.support.receiver import Receiver
from tests.support.simulated import Told, World, simulated

OPEN = (
    ("economy", "enabled", True),
    ("casino", "enabled", True),
    ("casino", "cooldown_seconds", 0),
)


@dataclass(slots=True)
class CasinoScene:
    """A world with short words for what people do in it."""

    world: World
    receiver: Receiver

    @property
    def service(self) -> CasinoService:
        return self.world.app.parts[CASINO].service

    @property
    def actor(self) -> Actor:
        return Actor(self.world.guild.id, self.world.manager.id, "harbour_master")

    async def choose(self, feature: str, name: str, value: Any) -> None:
        await self.world.app.parts[SETTINGS].service.change(self.actor, feature, name, value)

    async def grant(self, person: MemberActor, amount: int = 1000) -> None:
        """Money from the staff."""
        adjust = self.world.app.parts[ECONOMY].adjustments.adjust
        await adjust(self.actor, Payee(person.id, is_bot=False), "give", str(amount))

    def plan(self, seed: bytes) -> None:
        """The seed of the next round that is still to be committed to."""
        ports, random = self.world.app.parts[CASINO].ports, self.service.ports.new_seed

        def planned() -> bytes:
            ports.new_seed = random
            return seed

        ports.new_seed = planned

    async def does(
        self, command: str, by: MemberActor | None = None, **options: Any
    ) -> InteractionResult:
        """A member uses a command, and is answered alone."""
        person = by or self.world.member
        result = await person.slash(self.world.channel, f"casino {command}", **options)
        shown = answer(result)
        assert shown.ephemeral
        return result

    async def sits(self, game: str, bet: str = "100", **options: Any) -> ResponseMessage:
        """A table of that game, with its buttons."""
        return answer(await self.does(game, bet=bet, **options))

    async def told(self) -> list[Told]:
        return await self.world.told(self.receiver)


@asynccontextmanager
async def casino_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[CasinoScene]:
    async with simulated(config, clock) as world:
        await world.subscribe(receiver, ["economy.*"])
        scene = CasinoScene(world, receiver)
        for feature, name, value in OPEN:
            await scene.choose(feature, name, value)
        await scene.grant(world.member)
        yield scene
