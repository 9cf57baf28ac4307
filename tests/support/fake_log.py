"""Audit log of the fake Discord port, and whether the bot hears of the guild at all."""

from collections.abc import Sequence

from bot.guild_changes import AuditLogSeen, HandChange
from bot.snapshots import AuditSeen
from tests.support.fake_guild import FakeGuild


class FakeLog(FakeGuild):
    """`changes_made` is what a test puts there beside what became of members."""

    changes_made: Sequence[HandChange] = ()

    def hears(self, guild_id: int) -> bool:
        return self.is_connected and self.is_heard

    async def know(self, guild_id: int) -> None:
        if "know" in self.faults:
            await self._fault("know", guild_id)
        self.is_known = True

    async def audit_entries(self, guild_id: int, after_id: int | None) -> list[AuditSeen]:
        await self._fault("audit_entries", 0)
        entries = self.entries_made if self.log else []
        return [one for one in entries if one.entry_id > (after_id or 0)]

    async def audit_log(self, guild_id: int, after_id: int | None) -> AuditLogSeen:
        entries = await self.audit_entries(guild_id, after_id)
        changes = [one for one in self.changes_made if one.entry_id > (after_id or 0)]
        ids = [one.entry_id for one in (*entries, *changes)]
        return AuditLogSeen(entries, changes, max(ids, default=None))
