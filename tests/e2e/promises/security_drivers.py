"""Drivers of the protections: a raid, and two people who tear a server down."""

import discord

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.nukes.test_nukes import deletes_channel
from tests.e2e.raids.scene import protected
from tests.support.receiver import Receiver
from tests.support.simulated import Told

PRUNE = 21


async def attacks(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """Of one person's all can be put back, of the other's nothing."""
    async with protected(config, clock, receiver) as made:
        scene, guild, env = made.scene, made.scene.world.guild, made.scene.world.env
        await made.choose("raids", enabled=True, account_days=0)
        await made.join(9)
        await made.sweep()
        await made.choose("nukes", enabled=True)
        rights = discord.Permissions(administrator=True)
        role = guild.create_role("Admins", permissions=rights)
        first, second = (
            guild.add_member(env.create_user(f"admin_{n}"), roles=[role]) for n in range(2)
        )
        quays = [guild.create_text_channel(f"quay-{n}") for n in range(3)]
        await env.settle()
        for quay in quays:
            await deletes_channel(made, first.id, quay.id)
        options = {"delete_member_days": "7", "members_removed": "40"}
        env.backend.record_audit_log(guild.id, PRUNE, user_id=second.id, options=options)
        await made.sweep()
        return await scene.world.told(scene.receiver)
