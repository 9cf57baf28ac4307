"""Cast of the simulated guild: nobody's names, easy to tell apart, and what the guild has."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product

import discord
from simcord import ChannelHandle, Env, GuildHandle, MemberActor, UserHandle
from simcord.backend.models import Invite

GUILD = "Harbour"
BOT = "Herald"
ADMIN = "harbour_master"
MEMBERS = ("quiet_otter", "salt_lark", "copper_finch")

_FIRST = ("amber", "brisk", "clever", "dapper", "early", "foggy", "gentle", "humble")
_SECOND = ("puffin", "heron", "lynx", "badger", "marten", "dolphin", "gull", "seal")

NEWCOMERS = tuple(
    f"{_FIRST[(row + column) % len(_FIRST)]}_{_SECOND[column]}"
    for row, column in product(range(len(_FIRST)), range(len(_SECOND)))
)
KNOWN_ACCOUNTS = 16  # newcomers whose accounts are older than the demo


@dataclass(frozen=True, slots=True)
class Cast:
    """People and things that the guild began with."""

    guild: GuildHandle
    general: ChannelHandle
    log: ChannelHandle
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
    general = guild.create_text_channel("general", topic="Where everybody talks.")
    admin_role = guild.create_role(
        "Harbour staff",
        permissions=discord.Permissions(
            manage_guild=True,
            ban_members=True,
            kick_members=True,
            moderate_members=True,
            view_audit_log=True,
        ),
    )
    hidden = discord.PermissionOverwrite(view_channel=False)
    shown = discord.PermissionOverwrite(view_channel=True)
    guild.create_text_channel("staff", overwrites={guild.default_role: hidden, admin_role: shown})
    log = guild.create_text_channel("mod-log", topic="What moderators did.")
    admin = guild.add_member(users[0], roles=[admin_role])
    members = tuple(guild.add_member(user) for user in users[1 : 1 + len(MEMBERS)])
    return Cast(
        guild,
        general,
        log,
        admin,
        members,
        _newcomers(env, users[1 + len(MEMBERS) :]),
        # It is there from the beginning: a first use is told only against an earlier look.
        backend.create_invite(general.id, admin.id, max_age=0),
    )


def _newcomers(env: Env, known: list[UserHandle]) -> Iterator[UserHandle]:
    """First those whose accounts exist, then fresh accounts without end."""
    yield from known
    for name in NEWCOMERS[KNOWN_ACCOUNTS:]:
        yield env.create_user(name, global_name=display(name))
    for number in count(1):
        yield env.create_user(f"visitor_{number}", global_name=f"Visitor {number}")
