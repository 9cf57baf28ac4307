"""Networks of servers in the simulated Discord: two managers, a code, a ban that travels."""

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from bot.clock import ManualClock
from bot.config import Config
from bot.features.sync import SYNC
from tests.e2e.cases.scene import answer, said
from tests.support.emitter_setup import config_for
from tests.support.simulated import simulated

STAFF = discord.Permissions(manage_guild=True, ban_members=True, administrator=True)


async def test_two_servers_agree_and_a_ban_travels(sqlite_url: str, clock: ManualClock) -> None:
    config: Config = config_for(sqlite_url)
    async with simulated(config, clock) as world:
        env = world.env
        there = env.create_guild()
        place = there.create_text_channel("general")
        role = there.create_role("Staff", permissions=STAFF)
        world.guild.create_role("Captains", permissions=STAFF)
        other = there.add_member(env.create_user("pilot"), roles=[role])
        here = world.guild.create_role("Captain", permissions=STAFF)
        captain = world.guild.add_member(env.create_user("captain"), roles=[here])
        otter = env.create_user("otter")
        mine = world.guild.add_member(otter)
        there.add_member(otter)
        await env.settle()

        async def at_home(command: str, **options: object) -> InteractionResult:
            return await used(captain, world.channel, command, **options)

        async def away(command: str, **options: object) -> InteractionResult:
            return await used(other, place, command, **options)

        assert "switches it on" in said(await at_home("create", name="Harbours"))
        for who, by in ((at_home, captain), (away, other)):
            panel = answer(await who("panel"))
            await by.click(panel, label="Switch on")
        assert "is made" in said(await at_home("create", name="*Harbours*"))
        code = said(await at_home("invite", network=1)).split("`")[1]
        assert "leads nowhere" in said(await away("join", code="0123abcd"))
        asked = answer(await away("join", code=code.upper()))
        assert "network of 1 servers" in said(asked)
        await other.click(asked, label="Join")
        ticked = answer(await away("kinds", network=1))
        await other.select(ticked, ["ban", "kick"], custom_id="sync:takes:1")
        mine_ticked = answer(await at_home("kinds", network=1))
        await captain.select(mine_ticked, ["ban"], custom_id="sync:sends:1")
        status = said(await away("status"))
        assert r"**\*Harbours\***: sends nothing; takes over kicks, bans" in status

        banned = await captain.slash(world.channel, "ban", user=mine, reason="Selling boats")
        assert "was banned" in said(banned)
        sync = world.app.parts[SYNC]
        await env.settle()
        async with sync.ports.locks.hold((there.id, otter.id)):
            world.clock.advance(61)  # where the sweep that the ban woke has not done it
        await sync.service.sweep.sweep()
        await env.settle()
        assert there.get_ban(otter) is not None

        assert "has left" in said(await away("leave", network=1))
        assert "no such network" in said(await away("leave", network=1))
        assert "no such network" in said(await away("invite", network=1))
        assert "nobody else yet" in said(await at_home("status"))


async def used(
    person: MemberActor, channel: ChannelHandle, command: str, **options: object
) -> InteractionResult:
    """A manager uses a command, and is answered alone."""
    result = await person.slash(channel, f"sync {command}", **options)
    assert answer(result).ephemeral
    return result
