"""Audit log of the fake Discord port: what became of members, and what else was done by hand."""

from collections.abc import Sequence

from bot.guild_changes import AuditLogSeen, HandChange
from bot.snapshots import AuditSeen
from tests.support.fake_guild import FakeGuild


class FakeLog(FakeGuild):
    """`changes_made` is what a test puts there beside what became of members."""

    changes_made: Sequence[HandChange] = ()

    async def audit_entries(self, guild_id: int, after_id: int | None) -> list[AuditSeen]:
        await self._fault("audit_entries", 0)
        entries = self.entries_made if self.log else []
        return [one for one in entries if one.entry_id > (after_id or 0)]

    async def audit_log(self, guild_id: int, after_id: int | None) -> AuditLogSeen:
        entries = await self.audit_entries(guild_id, after_id)
        changes = [one for one in self.changes_made if one.entry_id > (after_id or 0)]
        ids = [one.entry_id for one in (*entries, *changes)]
        return AuditLogSeen(entries, changes, max(ids, default=None))
