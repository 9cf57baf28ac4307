"""World of the demo, a simulated Discord: a guild, an admin, members, and what they do."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import discord
from simcord import Env, InteractionResult, MemberActor, SetupError

from bot.clock import Clock
from bot.demo.cast import raise_curtain
from bot.demo.messages import PrivateLink, letters_in, texts
from bot.demo.open_pages import Showing
from bot.demo.places import GuildMap
from bot.demo.shared_clock import SharedClock

BUSY_SECONDS = 10.0
BUSY_STEP = 0.05
SECRET = re.compile(r"whsec_[A-Za-z0-9_\-+/=]+")
BAN_REASON = "Advertising in private messages"


class Refused(Exception):
    """Refusal of what cannot be done in this world now; the text tells a person why."""


@dataclass(frozen=True, slots=True)
class SimulatedPerson:
    """Somebody as the inspector's lists name them."""

    id: int
    name: str


class World:
    """One guild; acts take turns, for the simulated Discord does one thing at a time."""

    def __init__(self, env: Env, clock: Clock) -> None:
        self._env = env
        self._clock = clock
        self._turn = asyncio.Lock()
        self.cast = raise_curtain(env, _behind(env, clock))
        env.backend.clock = cast("Any", SharedClock(clock, env.backend.clock))
        self.newest: MemberActor | None = None  # whoever joined last
        self.map = GuildMap(env, self.cast.guild)
        self.showing = Showing(env, self._turn)

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
        shown = " ".join(texts(result))
        if found := SECRET.search(shown):
            return found[0]
        raise Refused(f"/webhook create showed no secret, but: {shown or 'nothing'}")

    async def ping(self, endpoint_name: str) -> str:
        """The admin types `/webhook test`."""
        result = await self.admin_types("webhook test", name=endpoint_name)
        return " ".join(texts(result)) or "The test ping is on its way."

    async def admin_types(self, command: str, **options: object) -> InteractionResult:
        """The admin uses a slash command in #general."""
        admin, channel = self.cast.admin, self.cast.channels.general
        async with self.in_turn():
            return await admin.slash(channel, command, **options)

    async def join(self, *, invited: bool = False) -> str:
        """Somebody who was not there before joins, perhaps by the admin's invite."""
        async with self.in_turn():
            user, invite = next(self.cast.newcomers), self.cast.invite
            invite.uses += int(invited)
            self.newest = self.cast.guild.add_member(user)
            way = f" through the invite {invite.code}" if invited else ""
            return f"{user.name} joined{way}."

    async def leave(self, user_id: int) -> str:
        """A member leaves of their own accord."""
        async with self.in_turn():
            person = _among(self.members, user_id, "in the server")
            self._env.backend.remove_member(self.cast.guild.id, user_id)
            return f"{person.name} left. The event waits a moment: it might be a ban."

    async def kick(self, user_id: int) -> str:
        """The admin kicks a member by hand: the audit log entry, then the departure."""
        async with self.in_turn():
            person = _among(self.members, user_id, "in the server")
            self._log(discord.AuditLogAction.kick, user_id)
            self._env.backend.remove_member(self.cast.guild.id, user_id)
            return f"{person.name} was kicked."

    async def ban(self, user_id: int) -> str:
        """The admin bans a member by hand: the audit log entry, the departure, the ban."""
        async with self.in_turn():
            person = _among(self.members, user_id, "in the server")
            # Discord promises no order; with the entry first, the event can name the moderator.
            self._log(discord.AuditLogAction.ban, user_id, BAN_REASON)
            self._env.backend.apply_ban(self.cast.guild.id, user_id, BAN_REASON)
            return f"{person.name} was banned."

    async def unban(self, user_id: int) -> str:
        """The admin lifts a ban by hand."""
        async with self.in_turn():
            person = _among(self.banned, user_id, "banned here")
            self._log(discord.AuditLogAction.unban, user_id)
            self._env.backend.remove_ban(self.cast.guild.id, user_id)
            return f"The ban of {person.name} was lifted."

    @asynccontextmanager
    async def in_turn(self) -> AsyncGenerator[None]:
        """Act within when nothing else moves; the bot finishes, and the open pages show it."""
        async with self._turn:
            await self._until_free()
            yield
            await self._env.settle()
            await self.showing.publish()

    async def _until_free(self) -> None:
        """Wait while somebody acts in the browser: simcord refuses two acts at once."""
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                while True:
                    try:
                        await self._env.settle()
                    except SetupError:
                        await asyncio.sleep(BUSY_STEP)  # somebody else moves it on meanwhile
                    else:
                        return
        except TimeoutError:
            raise Refused("Discord is still busy with something else; try again.") from None

    def _log(self, action: discord.AuditLogAction, target_id: int, why: str | None = None) -> None:
        """What the admin did, in the audit log."""
        guild_id, user_id = self.cast.guild.id, self.cast.admin.id
        self._env.backend.record_audit_log(
            guild_id, action.value, target_id=target_id, reason=why, user_id=user_id
        )


def _among(people: Iterable[SimulatedPerson], user_id: int, where: str) -> SimulatedPerson:
    """Whoever has that id."""
    for person in people:
        if person.id == user_id:
            return person
    raise Refused(f"Nobody by that id is {where} any more.")


def _person(env: Env, user_id: int) -> SimulatedPerson:
    return SimulatedPerson(user_id, env.backend.get_user(user_id).name)


def _behind(env: Env, clock: Clock) -> float:
    """The seconds by which the simulated Discord's clock is behind the demo's."""
    return max((clock.now() - env.now()).total_seconds(), 0)
