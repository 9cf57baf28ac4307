"""A running bot in two servers, each with a manager, and somebody who is in both."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle, UserHandle
from simcord.results import InteractionResult

from bot.clock import ManualClock
from bot.config import Config
from bot.features.sync import SYNC
from tests.e2e.cases.scene import answer
from tests.support.simulated import World, simulated

STAFF = discord.Permissions(administrator=True)


@dataclass(slots=True)
class SyncScene:
    """Short words for what the two managers do."""

    world: World
    captain: MemberActor
    there: GuildHandle
    place: ChannelHandle
    pilot: MemberActor
    otter: UserHandle
    mine: MemberActor

    async def home(self, command: str, **options: object) -> InteractionResult:
        return await used(self.captain, self.world.channel, command, **options)

    async def away(self, command: str, **options: object) -> InteractionResult:
        return await used(self.pilot, self.place, command, **options)

    async def agree(self) -> None:
        """Both switch it on and share bans from here to there."""
        for who, by in ((self.home, self.captain), (self.away, self.pilot)):
            await by.click(answer(await who("panel")), label="Switch on")
        await self.home("create", name="*Harbours*")
        code = str(answer(await self.home("invite", network=1)).content).split("`")[1]
        asked = answer(await self.away("join", code=code.upper()))
        await self.pilot.click(asked, label="Join")
        ticked = answer(await self.away("kinds", network=1))
        await self.pilot.select(ticked, ["ban", "kick"], custom_id="sync:takes:1")
        ticked = answer(await self.home("kinds", network=1))
        await self.captain.select(ticked, ["ban"], custom_id="sync:sends:1")

    async def travels(self) -> None:
        """What is owed to the other server is done."""
        world, sync = self.world, self.world.app.parts[SYNC]
        await world.env.settle()
        async with sync.ports.locks.hold((self.there.id, self.otter.id)):
            world.clock.advance(61)  # where the sweep that was woken has not done it
        await sync.service.sweep.sweep()
        await world.env.settle()


@asynccontextmanager
async def sync_scene(config: Config, clock: ManualClock) -> AsyncGenerator[SyncScene]:
    """Start everything."""
    async with simulated(config, clock) as world:
        env = world.env
        there = env.create_guild()
        place = there.create_text_channel("general")
        roles = [one.create_role("Captain", permissions=STAFF) for one in (world.guild, there)]
        captain = world.guild.add_member(env.create_user("captain"), roles=roles[:1])
        pilot = there.add_member(env.create_user("pilot"), roles=roles[1:])
        otter = env.create_user("otter")
        mine = world.guild.add_member(otter)
        there.add_member(otter)
        await env.settle()
        yield SyncScene(world, captain, there, place, pilot, otter, mine)


async def used(
    person: MemberActor, channel: ChannelHandle, command: str, **options: object
) -> InteractionResult:
    """A manager uses a command, and is answered alone."""
    result = await person.slash(channel, f"sync {command}", **options)
    assert answer(result).ephemeral
    return result
