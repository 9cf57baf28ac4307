"""World of the demo, a simulated Discord: a guild, an admin, members, and what they do."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

import discord
from simcord import (
    ChannelHandle,
    Env,
    GuildHandle,
    InteractionResult,
    MemberActor,
    SetupError,
    UserHandle,
)
from simcord.backend.models import Invite

from bot.clock import Clock
from bot.demo.answers import texts
from bot.demo.open_pages import Showing
from bot.demo.people import ADMIN, BOT, GUILD, MEMBERS, NEWCOMERS, display
from bot.demo.private_links import PrivateLink, letters_in

BUSY_SECONDS = 10.0
BUSY_STEP = 0.05
KNOWN_ACCOUNTS = 16  # newcomers whose accounts are older than the demo
SECRET = re.compile(r"whsec_[A-Za-z0-9_\-+/=]+")
BAN_REASON = "Advertising in private messages"

Result = TypeVar("Result")


class Refused(Exception):
    """Refusal of what cannot be done in this world now; the text tells a person why."""


@dataclass(frozen=True, slots=True)
class SimulatedPerson:
    """Somebody as the inspector's lists name them."""

    id: int
    name: str


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


class World:
    """One guild; acts take turns, for the simulated Discord does one thing at a time."""

    def __init__(self, env: Env, clock: Clock) -> None:
        self._env = env
        self._clock = clock
        self._turn = asyncio.Lock()
        self.cast = _raise_curtain(env, clock)
        self.showing = Showing(self.cast.general, self._turn)

    @property
    def members(self) -> list[SimulatedPerson]:
        """Everybody in the guild who may be sent away."""
        everybody = self._env.backend.get_guild(self.cast.guild.id).members
        staying = {self.cast.admin.id, self.cast.guild.owner.id, self._env.backend.bot_user.id}
        return [_person(self._env, user_id) for user_id in everybody if user_id not in staying]

    @property
    def banned(self) -> list[SimulatedPerson]:
        bans = self._env.backend.get_guild(self.cast.guild.id).bans
        return [_person(self._env, user_id) for user_id in bans]

    @property
    def letters(self) -> dict[int, PrivateLink]:
        """The newest private link of everybody who has one, by their id."""
        return letters_in(self._env)

    async def create_endpoint(self, name: str, url: str) -> str:
        """The admin types `/webhook create`; the secret is read from the answer, as by a person."""
        result = await self.admin_types("webhook create", name=name, url=url, events="*")
        shown = list(texts(result))
        secret = next((found[0] for text in shown if (found := SECRET.search(text))), None)
        if secret is None:
            raise Refused(f"/webhook create showed no secret, but: {' '.join(shown) or 'nothing'}")
        return secret

    async def ping(self, endpoint_name: str) -> str:
        """The admin types `/webhook test`."""
        result = await self.admin_types("webhook test", name=endpoint_name)
        return " ".join(texts(result)) or "The test ping is on its way."

    async def admin_types(self, command: str, **options: object) -> InteractionResult:
        """The admin uses a slash command in #general."""
        admin, channel = self.cast.admin, self.cast.general
        return await self.in_turn(lambda: admin.slash(channel, command, **options))

    async def join(self, *, invited: bool = False) -> str:
        """Somebody who was not there before joins, perhaps by the admin's invite."""

        async def act() -> str:
            user, invite = next(self.cast.newcomers), self.cast.invite
            invite.uses += int(invited)
            self.cast.guild.add_member(user)
            way = f" through the invite {invite.code}" if invited else ""
            return f"{user.name} joined{way}."

        return await self.in_turn(act)

    async def leave(self, user_id: int) -> str:
        """A member leaves of their own accord."""

        async def act() -> str:
            person = self._present(user_id)
            self._env.backend.remove_member(self.cast.guild.id, user_id)
            return f"{person.name} left. The event waits a moment: it might be a ban."

        return await self.in_turn(act)

    async def kick(self, user_id: int) -> str:
        """The admin kicks a member by hand: the audit log entry, then the departure."""

        async def act() -> str:
            person = self._present(user_id)
            _log(self._env, self.cast, discord.AuditLogAction.kick, user_id)
            self._env.backend.remove_member(self.cast.guild.id, user_id)
            return f"{person.name} was kicked."

        return await self.in_turn(act)

    async def ban(self, user_id: int) -> str:
        """The admin bans a member by hand: the audit log entry, the departure, the ban."""

        async def act() -> str:
            person = self._present(user_id)
            # Discord promises no order; with the entry first, the event can name the moderator.
            _log(self._env, self.cast, discord.AuditLogAction.ban, user_id, BAN_REASON)
            self._env.backend.apply_ban(self.cast.guild.id, user_id, BAN_REASON)
            return f"{person.name} was banned."

        return await self.in_turn(act)

    async def unban(self, user_id: int) -> str:
        """The admin lifts a ban by hand."""

        async def act() -> str:
            person = next((one for one in self.banned if one.id == user_id), None)
            if person is None:
                raise Refused("Nobody by that id is banned here any more.")
            _log(self._env, self.cast, discord.AuditLogAction.unban, user_id)
            self._env.backend.remove_ban(self.cast.guild.id, user_id)
            return f"The ban of {person.name} was lifted."

        return await self.in_turn(act)

    async def in_turn(self, act: Callable[[], Awaitable[Result]]) -> Result:
        """Do it when nothing else moves, let the bot finish, and show it on the open pages."""
        async with self._turn:
            await self._until_free()
            _catch_up(self._env, self._clock)
            result = await act()
            await self._env.settle()
            await self.showing.publish()
            return result

    async def _until_free(self) -> None:
        """Wait while somebody acts in the browser: simcord refuses two acts at once."""
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                while True:
                    try:
                        await self._env.settle()
                    except SetupError:
                        await asyncio.sleep(BUSY_STEP)
                    else:
                        return
        except TimeoutError:
            raise Refused("Discord is still busy with something else; try again.") from None

    def _present(self, user_id: int) -> SimulatedPerson:
        for person in self.members:
            if person.id == user_id:
                return person
        raise Refused("Nobody by that id is in the server any more.")


def _log(
    env: Env,
    cast: Cast,
    action: discord.AuditLogAction,
    target_id: int,
    reason: str | None = None,
) -> None:
    """What the admin did, in the audit log."""
    env.backend.record_audit_log(
        cast.guild.id, action.value, target_id=target_id, reason=reason, user_id=cast.admin.id
    )


def _person(env: Env, user_id: int) -> SimulatedPerson:
    return SimulatedPerson(user_id, env.backend.get_user(user_id).name)


def _raise_curtain(env: Env, clock: Clock) -> Cast:
    """Make the guild; accounts are made first, on the way from the simulation's epoch to now."""
    backend = env.backend
    backend.edit_bot_profile(BOT)
    wait = max((clock.now() - env.now()).total_seconds(), 0)
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


def _catch_up(env: Env, clock: Clock) -> None:
    """Set the simulated Discord's clock to the demo's, which may have jumped."""
    env.backend.advance_clock(max((clock.now() - env.now()).total_seconds(), 0))
