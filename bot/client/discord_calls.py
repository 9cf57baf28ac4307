"""Calls to Discord, each by its answer: what memory says before it is asked, and what it shows."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
import discord

from bot.acts import ActFailed, ActRefused, ActUnknown, Barred, Gone
from bot.client.discord_session import DiscordSession
from bot.clock import Clock
from bot.own_calls import OwnCalls, TellOwn
from bot.permission_names import permission_name
from bot.snapshots import Account, GuildSeen, MemberSeen, RoleSeen, Standing
from bot.texts import _

ANSWER_SECONDS = 10.0  # a command that waits for it must answer as well
UNSAID = frozenset({401, 408, 429})
SERVER_ERROR = 500
GONE = frozenset({10003, 10006, 10007, 10008, 10013, 10026})
"""Unknown channel, invite, member, message, user, ban.

An unknown server says nothing about a ban in it.
"""
BARRED = frozenset({50001, 50013})
"""Missing access, missing permissions."""
ABOUT_PEOPLE = frozenset({"ban", "kick"})
"""Acts that change nothing of what is remembered of a guild itself."""
MET_FOR = timedelta(minutes=1)  # nothing tells of a change to a member who is not in memory


@asynccontextmanager
async def answered(seconds: float | None) -> AsyncGenerator[None]:
    """Name what Discord answers; ActUnknown where it gives no answer in so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except discord.HTTPException as error:
        raise failed(error) from error
    except TimeoutError as error:
        raise ActUnknown(_("there was no answer in time")) from error
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        raise ActUnknown(str(error)) from error


def require_right(held: discord.Permissions, permission: str) -> None:
    """Barred without it; it names the permission."""
    if not getattr(held, permission):
        text = _("I need the permission {name}")
        raise Barred(text.format(name=permission_name(permission)))


def failed(error: discord.HTTPException) -> ActFailed:
    """What a refusal of Discord's means; a 403 or 404 that is not about the thing is no "gone"."""
    words = error.text.strip().rstrip(".") or f"HTTP {error.status}"
    if error.status in UNSAID or error.status >= SERVER_ERROR:
        return ActUnknown(words)
    if error.code in BARRED:
        return Barred(words)
    return Gone(words) if error.code in GONE else ActRefused(words)


class DiscordCalls(DiscordSession):
    """Beginning of every question and every act.

    What the gateway of this process tells of stands in its client's memory. Of any other guild
    `elsewhere` knows, where this process has it, what REST said when it was asked for.
    """

    def __init__(self, clock: Clock, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        super().__init__()
        self._clock = clock
        self.own_calls = OwnCalls(clock)
        self.tell_own: TellOwn | None = None
        self._answer_seconds = answer_seconds

    @property
    def client(self) -> discord.Client:
        """The client; ActUnknown before there is one that has logged in."""
        if self._connected is not None and self._connected.user is not None:
            return self._connected
        other = None if self._elsewhere is None else self._elsewhere.client
        if other is None:
            raise ActUnknown(_("there is no connection"))
        return other

    @asynccontextmanager
    async def asking(self, *, is_list: bool = False) -> AsyncGenerator[None]:
        """Name what Discord answers; ActUnknown where it does not in time.

        A list comes in as many answers as it takes: discord.py has a limit for each.
        """
        if self._connected is None and self._elsewhere is not None:
            await self._elsewhere.log_in()
        client = self.client
        if client.is_closed():
            raise ActUnknown(_("there is no connection"))
        try:
            async with answered(None if is_list else self._answer_seconds):
                yield
        except RuntimeError as error:
            if not client.is_closed():
                raise
            raise ActUnknown(_("there is no connection")) from error

    @asynccontextmanager
    async def doing(self, guild_id: int, action: str, *target_ids: int) -> AsyncGenerator[None]:
        """An act that the audit log will ascribe to the bot, for whoever hears of it there."""
        is_elsewhere = self.heard(guild_id) is None
        if self.tell_own is not None and is_elsewhere:
            await self.tell_own(guild_id, action, target_ids)
        with self.own_calls.doing(guild_id, action, *target_ids):
            yield
        if self._elsewhere is not None and is_elsewhere and action not in ABOUT_PEOPLE:
            self._elsewhere.expire(guild_id)

    async def know(self, guild_id: int) -> None:
        """Let memory know a guild of which no gateway of this process tells; ActUnknown likewise.

        Nothing is asked about one of which it does, nor within a minute of the last answer.
        """
        if self._elsewhere is not None and self.heard(guild_id) is None:
            await self._elsewhere.know(guild_id)

    def heard(self, guild_id: int) -> discord.Guild | None:
        """The guild where the gateway tells of it: who is there and in voice is known then."""
        return None if self._connected is None else self._connected.get_guild(guild_id)

    def cached(self, guild_id: int) -> discord.Guild | None:
        """The guild as memory has it; None where the bot is not in it, or is not connected."""
        guild = self.heard(guild_id)
        if guild is None and self._elsewhere is not None:
            return self._elsewhere.get(guild_id)
        return guild

    def heard_user(self, user_id: int) -> discord.User | None:
        """The same of somebody's account: what REST said once, nothing corrects."""
        return None if self._connected is None else self._connected.get_user(user_id)

    async def guild_of(self, guild_id: int) -> discord.Guild:
        """The guild; ActUnknown where it is not there now, which may be an outage."""
        await self.know(guild_id)
        guild = self.cached(guild_id)
        if guild is None and self._elsewhere is not None:
            raise ActUnknown(_("I am not in that server"))
        if guild is None or guild.unavailable or guild.me is None:  # pyright: ignore[reportUnnecessaryComparison] - not cached yet
            raise ActUnknown(_("the server is not available"))
        return guild

    def may(self, guild: discord.Guild, permission: str) -> None:
        """ActRefused where Discord would refuse: refused requests are counted against the bot."""
        require_right(guild.me.guild_permissions, permission)


async def member_of(guild: discord.Guild, user_id: int) -> discord.Member | None:
    """A member, asked of Discord where a large server's list is not at hand."""
    member = guild.get_member(user_id)
    if member is not None:
        return member
    try:
        return await guild.fetch_member(user_id)
    except discord.NotFound:
        return None


class DiscordReads(DiscordCalls):
    """Reads of people, roles and bans: from memory where the gateway keeps it fresh; else asked."""

    def __init__(self, clock: Clock, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        super().__init__(clock, answer_seconds=answer_seconds)
        self._met: dict[tuple[int, int], tuple[datetime, discord.Member]] = {}

    def connect(self, client: discord.Client) -> None:
        super().connect(client)
        self._met.clear()  # who was met through another client acts through that

    def guild(self, guild_id: int) -> GuildSeen | None:
        guild = self.cached(guild_id)
        if guild is None:
            return None
        return GuildSeen(
            guild.id,
            guild.name,
            guild.icon.url if guild.icon else None,
            guild.member_count or guild.approximate_member_count or 0,
            guild.preferred_locale.value,
            frozenset(one.id for one in guild.emojis if one.available),
            guild.owner_id,
        )

    def standing(self, guild_id: int, user_id: int) -> Standing | None:
        guild = self.cached(guild_id)
        member = None if guild is None else self.remembered(guild, user_id)
        return None if member is None else _standing(member)

    async def standing_now(self, guild_id: int, user_id: int) -> Standing | None:
        member = await self._look_up(await self.guild_of(guild_id), user_id)
        return None if member is None else _standing(member)

    def own_standing(self, guild_id: int) -> Standing | None:
        guild = self.cached(guild_id)
        me = None if guild is None else guild.me
        return None if me is None else _standing(me)

    def roles(self, guild_id: int) -> Mapping[int, RoleSeen]:
        guild = self.cached(guild_id)
        return {
            role.id: RoleSeen(role.name, role.position, role.managed)
            for role in (guild.roles if guild else ())
            if not role.is_default()
        }

    def channels(self, guild_id: int) -> Collection[int]:
        guild = self.cached(guild_id)
        return [channel.id for channel in (guild.channels if guild else ())]

    async def meet(self, guild_id: int, *user_ids: int) -> None:
        """Let `standing` know these, also in a guild whose members are too many to remember."""
        guild = await self.guild_of(guild_id)
        for user_id in user_ids:
            if not guild.chunked and self.remembered(guild, user_id) is None:
                await self._look_up(guild, user_id)

    async def account(self, user_id: int) -> Account:
        async with self.asking():
            user = self.heard_user(user_id) or await self.client.fetch_user(user_id)
        return _account(user)

    async def member(self, guild_id: int, user_id: int) -> MemberSeen | None:
        member = await self._look_up(await self.guild_of(guild_id), user_id)
        if member is None:
            return None
        # Without the role that everybody has.
        role_ids = frozenset(role.id for role in member.roles if not role.is_default())
        return MemberSeen(role_ids, member.timed_out_until, member.joined_at)

    async def is_banned(self, guild_id: int, user_id: int) -> bool:
        try:
            await self.ban_reason(guild_id, user_id)
        except Gone:
            return False
        return True

    async def ban_reason(self, guild_id: int, user_id: int) -> str | None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "ban_members")
        async with self.asking():
            return (await guild.fetch_ban(discord.Object(user_id))).reason

    def remembered(self, guild: discord.Guild, user_id: int) -> discord.Member | None:
        """A member from memory; of a guild whose list is whole, who is not in it is none."""
        member = guild.get_member(user_id)
        if member is not None or guild.chunked:
            return member
        met_at, met = self._met.get((guild.id, user_id), (None, None))
        fresh = met_at is not None and self._clock.now() - met_at <= MET_FOR
        return met if fresh else None

    async def _look_up(self, guild: discord.Guild, user_id: int) -> discord.Member | None:
        key, now = (guild.id, user_id), self._clock.now()
        self._met = {one: met for one, met in self._met.items() if now - met[0] <= MET_FOR}
        self._met.pop(key, None)
        try:
            async with self.asking():
                member = await guild.fetch_member(user_id)
        except Gone:
            return None
        self._met[key] = (now, member)
        return member


def _account(user: discord.User | discord.Member) -> Account:
    """The account behind a user or member."""
    return Account(user.id, user.name, user.bot)


def _standing(member: discord.Member) -> Standing:
    """A member's rank and permissions."""
    return Standing(
        account=_account(member),
        top_role=member.top_role.position,
        is_owner=member.guild.owner_id == member.id,
        permissions=frozenset(name for name, held in member.guild_permissions if held),
        top_role_id=member.top_role.id,
    )
