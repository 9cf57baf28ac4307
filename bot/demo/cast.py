"""Cast of the simulated guild: nobody's names, easy to tell apart, and what the guild has."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product
from typing import Any

import discord
from simcord import ChannelHandle, Env, GuildHandle, MemberActor, RoleHandle, UserHandle
from simcord.backend.models import Invite, Overwrite
from simcord.enums import ChannelType, OverwriteType

GUILD = "Harbour"
BOT = "Herald"
ADMIN = "harbour_master"
MEMBERS = ("quiet_otter", "salt_lark", "rusty_anchor", "copper_finch")

_FIRST = ("amber", "brisk", "clever", "dapper", "early", "foggy", "gentle", "humble")
_SECOND = ("puffin", "heron", "lynx", "badger", "marten", "dolphin", "gull", "seal")

NEWCOMERS = tuple(
    f"{_FIRST[(row + column) % len(_FIRST)]}_{_SECOND[column]}"
    for row, column in product(range(len(_FIRST)), range(len(_SECOND)))
)
KNOWN_ACCOUNTS = 16  # newcomers whose accounts are older than the demo


STAFF = discord.Permissions(
    manage_guild=True,
    manage_channels=True,
    manage_roles=True,
    manage_messages=True,
    ban_members=True,
    kick_members=True,
    moderate_members=True,
    view_audit_log=True,
)
"""What the commands of the README ask for."""

HIDDEN = discord.PermissionOverwrite(view_channel=False)
SHOWN = discord.PermissionOverwrite(view_channel=True)
SILENT = discord.PermissionOverwrite(
    send_messages=False, send_messages_in_threads=False, add_reactions=False
)


@dataclass(frozen=True, slots=True)
class CastChannels:
    """Channels that the guild began with; those after `help` are seen by the staff alone."""

    general: ChannelHandle
    help: ChannelHandle
    staff: ChannelHandle
    log: ChannelHandle
    appeals: ChannelHandle
    ticket_log: ChannelHandle
    tickets: ChannelHandle  # the category


@dataclass(frozen=True, slots=True)
class CastRoles:
    """Roles that the guild began with, all below the bot's own."""

    staff: RoleHandle
    muted: RoleHandle
    quarantine: RoleHandle
    regular: RoleHandle


@dataclass(frozen=True, slots=True)
class Cast:
    """People and things that the guild began with."""

    guild: GuildHandle
    channels: CastChannels
    roles: CastRoles
    admin: MemberActor
    members: tuple[MemberActor, ...]
    newcomers: Iterator[UserHandle]
    invite: Invite


def display(name: str) -> str:
    """A user name as the friendly form that people see."""
    return name.replace("_", " ").title()


def raise_curtain(env: Env, wait: float) -> Cast:
    """Make the guild; accounts are made first, on the way to now, `wait` seconds ahead."""
    backend = env.backend
    backend.edit_bot_profile(BOT)
    names = (ADMIN, *MEMBERS, *NEWCOMERS[:KNOWN_ACCOUNTS])
    users: list[UserHandle] = []
    for name in names:
        users.append(env.create_user(name, global_name=display(name)))
        backend.advance_clock(wait / len(names))
    guild = env.create_guild(GUILD)
    roles = CastRoles(
        guild.create_role("Harbour staff", permissions=STAFF, mentionable=True),
        guild.create_role("Muted"),
        guild.create_role("Quarantine"),
        guild.create_role("Regular"),
    )
    channels = _channels(env, guild, roles)
    admin = guild.add_member(users[0], roles=[roles.staff])
    members = tuple(guild.add_member(user) for user in users[1 : 1 + len(MEMBERS)])
    return Cast(
        guild,
        channels,
        roles,
        admin,
        members,
        _newcomers(env, users[1 + len(MEMBERS) :]),
        # It is there from the beginning: a first use is told only against an earlier look.
        backend.create_invite(channels.general.id, admin.id, max_age=0),
    )


Rights = dict[Any, discord.PermissionOverwrite]


def _channels(env: Env, guild: GuildHandle, roles: CastRoles) -> CastChannels:
    everybody: Rights = {roles.muted: SILENT, roles.quarantine: HIDDEN}
    bots_own = guild.roles[BOT]
    staff_only: Rights = {guild.default_role: HIDDEN, roles.staff: SHOWN, bots_own: SHOWN}

    def private(name: str, topic: str) -> ChannelHandle:
        return guild.create_text_channel(name, topic=topic, overwrites=staff_only)

    return CastChannels(
        general=guild.create_text_channel(
            "general", topic="Where everybody talks.", overwrites=everybody
        ),
        help=guild.create_text_channel(
            "help", topic="Press the button to reach the staff.", overwrites=everybody
        ),
        staff=private("staff", "Where the staff talk."),
        log=private("mod-log", "What moderators did."),
        appeals=private("appeals", "Who asks for a punishment to be lifted."),
        ticket_log=private("ticket-log", "Tickets that are closed."),
        tickets=_category(env, guild, "Tickets", staff_only),
    )


def _category(env: Env, guild: GuildHandle, name: str, rights: Rights) -> ChannelHandle:
    """A category with permissions of its own, which simcord's own builder does not make."""
    pairs = ((role, *one.pair()) for role, one in rights.items())
    stored = [
        Overwrite(role.id, OverwriteType.ROLE, allow.value, deny.value)
        for role, allow, deny in pairs
    ]
    made = env.backend.create_channel(guild.id, name, type=ChannelType.CATEGORY, overwrites=stored)
    return ChannelHandle(env, guild, made)


def _newcomers(env: Env, known: list[UserHandle]) -> Iterator[UserHandle]:
    """First those whose accounts exist, then fresh accounts without end."""
    yield from known
    for name in NEWCOMERS[KNOWN_ACCOUNTS:]:
        yield env.create_user(name, global_name=display(name))
    for number in count(1):
        yield env.create_user(f"visitor_{number}", global_name=f"Visitor {number}")
