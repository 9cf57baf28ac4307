"""How the feature looks at Discord: answers in plain ids, refusals by one name."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import discord

from bot.client import HeraldClient
from bot.features.members.invite_counts import Invite, Invites
from bot.features.members.looks import Banned, CannotLook, CannotSay, Place
from bot.features.members.model import AuditSeen, Present
from cogs.members.conversions import ACTIONS, audit_seen, invite_of, person_of

ENTRIES = 1_000  # of each kind, of one absence
LISTED_UP_TO = 75_000  # members
LIST_SECONDS = 30.0


class DiscordLooks:
    """The feature's eyes and mouth."""

    def __init__(self, client: HeraldClient) -> None:
        self._client = client

    def reads_log(self, guild_id: int) -> bool:
        return self._rights(guild_id).view_audit_log

    def sees_invites(self, guild_id: int) -> bool:
        return self._rights(guild_id).manage_guild

    async def members(self, guild_id: int) -> Mapping[int, Present]:
        guild = self._guild(guild_id)
        if not guild.chunked:
            await self._ask_for_members(guild)
            # In that time the bot may have been removed. The count that "chunked" goes by is
            # now and then off by one; that every part of the list has come is what matters.
            guild = self._guild(guild_id)
        return {
            member.id: Present(person_of(guild_id, member), member.joined_at)
            for member in guild.members
            if member != guild.me
        }

    async def bans(self, guild_id: int) -> Mapping[int, Banned]:
        guild = self._guild(guild_id)
        if not guild.me.guild_permissions.ban_members:
            raise CannotLook("the bot lacks the permission Ban Members")
        with _looking():
            return {
                ban.user.id: Banned(person_of(guild_id, ban.user), ban.reason)
                async for ban in guild.bans(limit=None)
            }

    async def entries(self, guild_id: int, after_id: int | None) -> list[AuditSeen]:
        guild = self._guild(guild_id)
        if not self.reads_log(guild_id):
            raise CannotLook("the bot lacks the permission View Audit Log")
        found: list[AuditSeen] = []
        with _looking():
            for action in ACTIONS:
                if after_id is None:
                    newest = guild.audit_logs(action=action, limit=1)
                    found += [audit_seen(entry) async for entry in newest]
                    continue
                since = guild.audit_logs(
                    action=action,
                    after=discord.Object(after_id),
                    oldest_first=True,
                    limit=ENTRIES,
                )
                found += [audit_seen(entry) async for entry in since]
        return sorted(found, key=lambda entry: entry.entry_id)

    async def invites(self, guild_id: int) -> Invites:
        guild = self._guild(guild_id)
        with _looking():
            found = {invite.code: invite_of(invite) for invite in await guild.invites()}
            if "VANITY_URL" in guild.features:
                vanity = await guild.vanity_invite()
                if vanity is not None:
                    # It has no inviter and no end, whatever an ordinary invite of it would say.
                    found[vanity.code] = Invite(vanity.code, vanity.uses or 0)
        return found

    def place(self, guild_id: int) -> Place | None:
        guild = self._client.get_guild(guild_id)
        return None if guild is None else Place(guild.name, guild.member_count or 0)

    async def say(
        self, guild_id: int, channel_id: int, text: str, *, pinged_id: int | None
    ) -> None:
        channel = self._guild(guild_id).get_channel(channel_id)
        if not isinstance(channel, discord.abc.Messageable):
            raise CannotSay("the channel is gone; choose another with /settings")
        rights = channel.permissions_for(channel.guild.me)
        if not (rights.view_channel and rights.send_messages):
            raise CannotSay("the bot lacks View Channels or Send Messages in the channel")
        pinged = [discord.Object(pinged_id)] if pinged_id is not None else False
        allowed = discord.AllowedMentions(
            everyone=False, roles=False, replied_user=False, users=pinged
        )
        try:
            await channel.send(text, allowed_mentions=allowed)
        except (discord.HTTPException, OSError) as error:
            raise CannotSay(str(error)) from error

    async def _ask_for_members(self, guild: discord.Guild) -> None:
        """Discord sends the list in parts, and for the largest servers not at all."""
        if (guild.member_count or 0) > LISTED_UP_TO:
            raise CannotLook("the server is too large for a member list")
        try:
            async with asyncio.timeout(LIST_SECONDS):
                listed = await guild.chunk()
        except (TimeoutError, discord.DiscordException) as error:
            raise CannotLook("the member list did not arrive") from error
        if not listed:
            raise CannotLook("the member list did not arrive")

    def _guild(self, guild_id: int) -> discord.Guild:
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.me is None:  # pyright: ignore[reportUnnecessaryComparison] - not cached yet
            raise CannotLook("the server is not available")
        return guild

    def _rights(self, guild_id: int) -> discord.Permissions:
        try:
            return self._guild(guild_id).me.guild_permissions
        except CannotLook:
            return discord.Permissions.none()


@contextmanager
def _looking() -> Generator[None]:
    try:
        yield
    except (discord.HTTPException, OSError) as error:
        raise CannotLook(str(error)) from error
