"""Hands of somebody, as Discord's own log tells of all that they do to a server."""

from typing import Any

import discord

from tests.support.simulated import World

MEMBER_UPDATE, ROLE_GIVEN, ROLE_CREATE, ROLE_UPDATE, ROLE_DELETE = 24, 25, 30, 31, 32
OVERWRITE, CHANNEL_DELETE = 13, 12
KICKED, PRUNED, BANNED, UNBANNED, BOT_ADD = 20, 21, 22, 23, 28
CONNECTIONS = (50, 51, 52, 80, 81, 82)  # webhooks and integrations, made, changed, deleted
GUILD_UPDATE = 1
ADMINISTRATOR, BAN_MEMBERS, SPEAK = 8, 4, 1 << 21


async def by_hand(world: World) -> None:
    """Everything of which an entry is made."""
    guild = world.guild
    dangerous = guild.create_role("Captain", permissions=discord.Permissions(administrator=True))
    await world.env.settle()
    people(world, dangerous.id)
    roles(world, dangerous.id)
    guards(world)
    for action in CONNECTIONS:
        name = {"key": "name", "old_value": "Crow's nest", "new_value": "Crow's nest"}
        log(world, action, 4242, [name])
    robot = guild.add_member(world.env.create_user("deckhand", bot=True))
    await world.env.settle()
    log(world, BOT_ADD, robot.id, [])
    log(world, CHANNEL_DELETE, 4243, [{"key": "name", "old_value": "galley"}])
    await world.env.settle()


def people(world: World, role_id: int) -> None:
    """What becomes of people, and what they are given."""
    member = world.member
    for until in ("2026-06-01T00:00:00+00:00", None):
        change = {"key": "communication_disabled_until", "new_value": until}
        log(world, MEMBER_UPDATE, member.id, [change], reason="Shouting")
    for action in (BANNED, UNBANNED, KICKED):
        log(world, action, world.env.create_user(f"gull_{action}").id, [])
    options = {"delete_member_days": "7", "members_removed": "3"}
    log(world, PRUNED, None, [], options=options)
    given = {"key": "$add", "new_value": [{"id": str(role_id), "name": "Captain"}]}
    log(world, ROLE_GIVEN, member.id, [given])


def roles(world: World, role_id: int) -> None:
    """What roles may do, in the server and in a channel; one comes, and one goes."""
    for before, after in ((0, ADMINISTRATOR), (SPEAK, BAN_MEMBERS | SPEAK), (SPEAK, 0)):
        change = {"key": "permissions", "old_value": str(before), "new_value": str(after)}
        log(world, ROLE_UPDATE, role_id, [change])
    log(world, ROLE_CREATE, role_id, [{"key": "permissions", "new_value": str(BAN_MEMBERS)}])
    log(world, ROLE_DELETE, 4244, [{"key": "name", "old_value": "Cook"}])
    denied = {"key": "deny", "new_value": str(SPEAK)}
    options = {"id": str(role_id), "type": "0", "role_name": "Captain"}
    log(world, OVERWRITE, world.channel.id, [denied], options=options)


def guards(world: World) -> None:
    """What protects the server as a whole."""
    owner = str(world.manager.id)
    for key, old, new in (
        ("verification_level", 3, 0),
        ("mfa_level", 0, 1),
        ("owner_id", owner, str(world.member.id)),
    ):
        change = {"key": key, "old_value": old, "new_value": new}
        log(world, GUILD_UPDATE, world.guild.id, [change])


def log(
    world: World,
    action: int,
    target_id: int | None,
    changed: list[dict[str, Any]],
    **more: Any,
) -> None:
    """An entry of Discord's audit log, by the manager's hand."""
    world.env.backend.record_audit_log(
        world.guild.id,
        action,
        target_id=target_id,
        user_id=world.manager.id,
        changes=changed,
        **more,
    )
