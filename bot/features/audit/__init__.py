"""Audit: one entry for every change that a server's owner may want to look up."""

from datetime import timedelta

from bot.feature import Core, Facade, Feature
from bot.features.audit.hand_changes import HandChanges
from bot.features.audit.lookup import AuditLookup
from bot.features.audit.messages import AuditMessages
from bot.features.audit.personal_data import PERSONAL
from bot.features.audit.retention import OldEntries
from bot.features.audit.service import AuditService
from bot.features.audit.settings import AuditSettings
from bot.storage.database import Reading


class Audit(Facade):
    """The one owner of `security.audit_entry`; the settings come after it, and write to it."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        async def inside(reading: Reading, guild_id: int) -> AuditSettings:
            return await core.settings.inside(reading, guild_id, AuditSettings)

        async def channel(guild_id: int) -> int | None:
            return (await core.settings.get(guild_id, AuditSettings)).log_channel_id

        messages = AuditMessages(core.database, core.posts, channel=channel)
        self.service = AuditService(core.outbox, core.clock, chosen=inside, post=messages.owe)
        self.hand_changes = HandChanges(core.database, self.service)
        self.lookup = AuditLookup(core.database, core.clock)
        old = OldEntries(
            core.database,
            messages,
            keep=timedelta(days=core.config.audit.keep_days),
            chosen=lambda: core.settings.choosing(AuditSettings),
        )
        self.prunes = {"audit": old}


AUDIT = Feature("audit", Audit, AuditSettings, helpful=frozenset({"moderation"}))
