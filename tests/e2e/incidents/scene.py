"""Scene of the protections' log: moderators, somebody who stumbles, and a log channel."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.cases import CASES
from bot.features.incidents import INCIDENTS
from bot.features.settings import SETTINGS
from bot.wiring import FEATURES
from tests.e2e.cases.scene import MODERATES
from tests.support.messages import read
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated
from tests.support.tripwire import feature
from tests.support.tripwire.feature import TRIPWIRE, Tripwire

FOLDER = Path(feature.__file__).parent / "cogs"


@dataclass(slots=True)
class IncidentScene:
    """A world with short words for what people do in it."""

    world: World
    receiver: Receiver
    moderator: MemberActor
    pilot: MemberActor
    log: ChannelHandle

    @property
    def guild_id(self) -> int:
        return self.world.guild.id

    @property
    def tripwire(self) -> Tripwire:
        return self.world.app.parts[TRIPWIRE]

    async def choose(self, name: str, **choices: Any) -> None:
        actor = Actor(self.guild_id, self.world.manager.id, "harbour_master")
        for choice, value in choices.items():
            await self.world.app.parts[SETTINGS].service.change(actor, name, choice, value)

    async def settled(self, seconds: float = 0.0) -> None:
        """Let time pass, and what is due by then be done and said."""
        self.world.clock.advance(seconds)
        await self.world.app.parts[INCIDENTS].service.sweep.sweep()
        await self.world.app.parts.core.posts.sweep()
        await self.world.env.settle()

    async def stumbles(self, *members: MemberActor, wires: int = 0) -> None:
        """Somebody does, and the log says so."""
        ids = [one.id for one in members]
        await self.tripwire.stumbles(self.guild_id, *ids, wires=range(1, wires + 1))
        await self.settled(6)

    def entry(self) -> discord.Message:
        """The newest in the log."""
        return self.log.history()[-1]

    def shown(self) -> str:
        return read(self.entry())

    def roles_of(self, member: MemberActor) -> set[int]:
        return set(self.world.env.backend.get_member(self.guild_id, member.id).role_ids)


@asynccontextmanager
async def incident_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[IncidentScene]:
    """Start everything."""
    async with simulated(config, clock, features=(*FEATURES, TRIPWIRE)) as world:
        # Two sweeps at once would each find what the other has taken.
        await world.app.parts[INCIDENTS].service.sweep.stop()
        await world.app.parts.core.posts.stop()
        guild, env = world.guild, world.env
        staff = guild.create_role("Moderators", permissions=MODERATES)
        quarantined = guild.create_role("Quarantine")
        env.backend.reorder_roles(guild.id, [{"id": staff.id, "position": 3}])
        made = IncidentScene(
            world=world,
            receiver=receiver,
            moderator=guild.add_member(env.create_user("moderator"), roles=[staff]),
            pilot=guild.add_member(env.create_user("pilot"), roles=[staff]),
            log=guild.create_text_channel("log"),
        )
        await env.settle()
        made.tripwire.sanctions = world.app.parts[CASES].sanctions
        await made.choose("cases", quarantine_role_id=quarantined.id)
        await made.choose("incidents", log_channel_id=made.log.id)
        await made.choose("tripwire", enabled=True)
        await world.subscribe(receiver, ["security.audit_entry", "case.created"])
        yield made
