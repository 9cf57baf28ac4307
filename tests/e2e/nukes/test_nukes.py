"""Nukes in the simulated Discord: what the audit log tells, and what is put back of it."""

import discord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.clock import ManualClock
from bot.features.nukes import NUKES
from tests.e2e.cases.scene import said
from tests.e2e.raids.scene import ProtectedScene, protected
from tests.support.emitter_setup import config_for
from tests.support.messages import read
from tests.support.receiver import Receiver

CHANNEL_DELETE, ROLE_DELETE, OVERWRITE_UPDATE, BAN = 12, 32, 14, 22
SEND = 1 << 11


async def test_a_taken_over_admin(sqlite_url: str, clock: ManualClock, receiver: Receiver) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        scene, guild = made.scene, made.scene.world.guild
        backend = scene.world.env.backend
        await made.choose("nukes", enabled=True)
        admins = guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
        admin = guild.add_member(scene.world.env.create_user("admin"), roles=[admins])
        friends = guild.create_role("Friends", permissions=discord.Permissions(connect=True))
        friend = guild.add_member(scene.world.env.create_user("friend"), roles=[friends])
        harbour = guild.create_category("Harbour")
        quays = [guild.create_text_channel(f"quay-{n}", category=harbour) for n in range(3)]
        await scene.world.env.settle()
        backend.set_overwrite(quays[0].id, Overwrite(friends.id, OverwriteType.ROLE, SEND, 0))
        backend.set_overwrite(quays[2].id, Overwrite(admins.id, OverwriteType.ROLE, SEND, 0))
        await scene.world.env.settle()
        await denies(made, admin.id, quays[2].id, admins.id)
        await deletes_role(made, admin.id, friends.id)
        for one in (*quays[:2], harbour):
            await deletes_channel(made, admin.id, one.id)
        await made.sweep()
        names = {one.name for one in guild.channels.values()}
        assert {"Harbour", "quay-0", "quay-1", "quay-2"} <= names
        channels = guild.channels
        assert parent_of(made, channels["quay-0"].id) == channels["Harbour"].id
        assert parent_of(made, channels["quay-2"].id) == channels["Harbour"].id
        again = guild.roles["Friends"]
        assert scene.roles_of(friend) == {again.id}
        (said_of,) = [
            one
            for one in backend.channels[channels["quay-0"].id].overwrites
            if one.target_id == again.id
        ]
        assert said_of.allow == SEND
        held = {one.target_id: one for one in backend.channels[quays[2].id].overwrites}
        assert (held[admins.id].allow, held[admins.id].deny) == (SEND, 0)
        assert scene.roles_of(admin) == {scene.quarantined.id}
        ((_kind, told),) = await made.told("security.nuke_detected")
        assert told["action_class"] == "channel_delete"
        assert (told["actor_id"], told["reverted"]) == (str(admin.id), True)
        assert "is tearing the server down" in read(made.posts()[-1])


async def test_a_mass_ban_through_the_bot_counts_against_who_asked(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        scene = made.scene
        people = await made.join(5, "victim")
        await made.choose("nukes", enabled=True)
        for one in people:
            await scene.does("ban", user=one)
        await made.sweep()
        ((_kind, told),) = await made.told("security.nuke_detected")
        assert (told["actor_id"], told["count"]) == (str(scene.moderator.id), 5)
        assert not any(scene.is_banned(one) for one in people)


async def test_the_stolen_token_locks_commands(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        scene, guild = made.scene, made.scene.world.guild
        await made.choose("nukes", enabled=True)
        bot_id = scene.world.env.backend.bot_user.id
        for number in range(3):
            quay = guild.create_text_channel(f"quay-{number}")
            await scene.world.env.settle()
            await deletes_channel(made, bot_id, quay.id)
        await made.sweep()
        assert "locked" in said(await scene.does("case view", number=1))
        scene.world.errors()
        nukes = scene.world.app.parts[NUKES].service
        assert nukes.lock_reason(scene.guild_id, guild.owner.id) is None


async def test_what_was_refused_explains_nothing_that_a_thief_does(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        scene, world = made.scene, made.scene.world
        await made.choose("nukes", enabled=True)
        (captains,) = [one for one in world.guild.roles.values() if one.name == "Captain"]
        above = [
            world.guild.add_member(world.env.create_user(f"officer_{n}"), roles=[captains])
            for n in range(5)
        ]
        people = await made.join(10, "victim")
        acts, backend = world.app.parts.core.acts, world.env.backend
        wanted = [one.id for one in (*above, *people[:5])]
        banned = await acts.ban_many(scene.guild_id, wanted, reason="storm", delete_seconds=0)
        assert banned == {one.id for one in people[:5]}
        await made.sweep()
        assert await made.told("security.nuke_detected") == []
        for one in people[5:]:
            backend.apply_ban(scene.guild_id, one.id, None)
            backend.record_audit_log(scene.guild_id, BAN, target_id=one.id)
        await made.sweep()
        assert scene.guild_id in world.app.parts[NUKES].service.locked
        assert [scene.is_banned(one) for one in people] == [True] * 5 + [False] * 5


async def test_commands(sqlite_url: str, clock: ManualClock, receiver: Receiver) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        scene = made.scene

        async def use(command: str) -> str:
            return said(await scene.captain.slash(scene.world.channel, f"antinuke {command}"))

        assert "switched off" in await use("panel")
        assert "My role" in await use("status")
        assert "owner" in await use("unlock")
        scene.world.errors()


async def deletes_channel(made: ProtectedScene, by: int, channel_id: int) -> None:
    """By hand; the log tells a moment later."""
    backend, guild_id = made.scene.world.env.backend, made.scene.guild_id
    name = backend.channels[channel_id].name
    backend.delete_channel(channel_id)
    change = {"key": "name", "old_value": name}
    backend.record_audit_log(
        guild_id, CHANNEL_DELETE, target_id=channel_id, user_id=by, changes=[change]
    )
    await made.scene.world.env.settle()


async def deletes_role(made: ProtectedScene, by: int, role_id: int) -> None:
    """By hand; here the log is the first to tell."""
    backend, guild_id = made.scene.world.env.backend, made.scene.guild_id
    backend.record_audit_log(guild_id, ROLE_DELETE, target_id=role_id, user_id=by, changes=[])
    await made.scene.world.env.settle()
    backend.delete_role(guild_id, role_id)
    await made.scene.world.env.settle()


async def denies(made: ProtectedScene, by: int, channel_id: int, role_id: int) -> None:
    """What a channel allowed a role, it denies."""
    backend = made.scene.world.env.backend
    backend.set_overwrite(channel_id, Overwrite(role_id, OverwriteType.ROLE, 0, SEND))
    changes = [
        {"key": "allow", "old_value": str(SEND), "new_value": "0"},
        {"key": "deny", "old_value": "0", "new_value": str(SEND)},
    ]
    options = {"id": str(role_id), "type": "0", "role_name": "Admins"}
    backend.record_audit_log(
        made.scene.guild_id,
        OVERWRITE_UPDATE,
        target_id=channel_id,
        user_id=by,
        changes=changes,
        options=options,
    )
    await made.scene.world.env.settle()


def parent_of(made: ProtectedScene, channel_id: int) -> int | None:
    return made.scene.world.env.backend.channels[channel_id].parent_id
