"""Lists of a guild in whole: members, bans, invites, and the audit log since an entry."""

import asyncio
from collections.abc import Mapping, Sequence

import discord

from bot.activity import VoiceActivity
from bot.acts import ActRefused, ActUnknown
from bot.client import limits
from bot.client.activity import voice_activities
from bot.client.audit_log import change_of
from bot.client.discord_calls import DiscordCalls
from bot.client.snapshots import ACTIONS, audit_seen, invite_of, person_of
from bot.guild_changes import AuditLogSeen, HandChange
from bot.logs import get_logger
from bot.snapshots import AuditSeen, Banned, Invite, Invites, Present
from bot.texts import _

ENTRIES = 1_000  # of each kind, of one absence
WHOLE_LOG = 5_000  # entries of every kind, of one absence
LIST_SECONDS = 30.0

_log = get_logger("herald.discord")


class DiscordLists(DiscordCalls):
    """Asked page by page, without a limit to the time that all of them take."""

    async def members(self, guild_id: int) -> Mapping[int, Present]:
        guild = await self.listed(guild_id)
        return {
            member.id: Present(person_of(guild_id, member), member.joined_at)
            for member in guild.members
            if member != guild.me
        }

    async def listed(self, guild_id: int) -> discord.Guild:
        """The guild, once every member of it is in memory."""
        guild = await self.guild_of(guild_id)
        if self.heard(guild_id) is None:
            raise ActUnknown(_("only the process that hears of that server knows all its members"))
        if not guild.chunked:
            await self._ask_for_members(guild)
            # In that time the bot may have been removed. The count that "chunked" goes by is
            # now and then off by one; that every part of the list has come is what matters.
            guild = await self.guild_of(guild_id)
        return guild

    async def bans(self, guild_id: int) -> Mapping[int, Banned]:
        guild = await self.guild_of(guild_id)
        self.may(guild, "ban_members")
        async with self.asking(is_list=True):
            return {
                ban.user.id: Banned(person_of(guild_id, ban.user), ban.reason)
                async for ban in guild.bans(limit=None)
            }

    async def audit_entries(self, guild_id: int, after_id: int | None) -> list[AuditSeen]:
        guild = await self.guild_of(guild_id)
        self.may(guild, "view_audit_log")
        found: list[AuditSeen] = []
        for action in ACTIONS:
            newest = guild.audit_logs(action=action, limit=1)
            if after_id is not None:
                since = discord.Object(after_id)
                newest = guild.audit_logs(
                    action=action, after=since, oldest_first=True, limit=ENTRIES
                )
            async with self.asking(is_list=True):
                found += [audit_seen(entry) async for entry in newest]
        return sorted(found, key=lambda entry: entry.entry_id)

    async def audit_log(self, guild_id: int, after_id: int | None) -> AuditLogSeen:
        """One entry that cannot be read keeps no other back."""
        guild = await self.guild_of(guild_id)
        self.may(guild, "view_audit_log")
        if after_id is None:
            log = guild.audit_logs(limit=1)
        else:
            since = discord.Object(after_id)
            log = guild.audit_logs(after=since, oldest_first=True, limit=WHOLE_LOG)
        async with self.asking(is_list=True):
            entries = [entry async for entry in log]
        is_cut = len(entries) == WHOLE_LOG
        if is_cut:
            _log.warning("audit_log.cut", guild_id=guild_id, entries=len(entries))
        changes = map(_change_of, entries)
        return AuditLogSeen(
            tuple(audit_seen(entry) for entry in entries if entry.action in ACTIONS),
            tuple(change for change in changes if change is not None),
            max((entry.id for entry in entries), default=None),
            is_cut,
        )

    async def invites(self, guild_id: int) -> Invites:
        guild = await self.guild_of(guild_id)
        self.may(guild, "manage_guild")
        async with self.asking(is_list=True):
            found = {invite.code: invite_of(invite) for invite in await guild.invites()}
            if "VANITY_URL" in guild.features:
                vanity = await guild.vanity_invite()
                if vanity is not None:
                    # It has no inviter and no end, whatever an ordinary invite of it would say.
                    found[vanity.code] = Invite(vanity.code, vanity.uses or 0)
        return found

    def hears(self, guild_id: int) -> bool:
        guild, client = self.heard(guild_id), self._connected
        if guild is None or guild.unavailable or self.is_heard is not True:
            return False
        if not isinstance(client, discord.AutoShardedClient):
            return True
        shard = client.get_shard(guild.shard_id)
        return shard is not None and not shard.is_closed()

    def cached_ids(self) -> list[int]:
        """Of all guilds of which the gateway tells here."""
        return [] if self._connected is None else [one.id for one in self._connected.guilds]

    def guild_ids(self) -> Sequence[int]:
        return self.cached_ids()

    def voices(self, guild_id: int) -> Sequence[VoiceActivity]:
        guild = self.heard(guild_id)
        return [] if guild is None or guild.unavailable else voice_activities(guild)

    async def _ask_for_members(self, guild: discord.Guild) -> None:
        """Discord sends the list in parts, and for the largest servers not at all."""
        if (guild.member_count or 0) > limits.LISTED_MEMBERS:
            raise ActRefused(_("the server is too large for a member list"))
        try:
            async with asyncio.timeout(LIST_SECONDS):
                listed = await guild.chunk()
        except (TimeoutError, discord.DiscordException) as error:
            raise ActUnknown(_("the member list did not arrive")) from error
        if not listed:
            raise ActUnknown(_("the member list did not arrive"))


def _change_of(entry: discord.AuditLogEntry) -> HandChange | None:
    try:
        return change_of(entry)
    except Exception as error:  # noqa: BLE001 - of a form that nobody knows yet
        _log.error("audit_log.unread", entry_id=entry.id, exc_info=error)
        return None
