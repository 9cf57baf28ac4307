"""Audit: one entry for every change that a server's owner may want to look up."""

from datetime import timedelta

from bot.feature import Core, Facade, Feature
from bot.features.audit.hand_changes import HandChanges
from bot.features.audit.retention import OldEntries
from bot.features.audit.service import AuditService


class Audit(Facade):
    """The one owner of `security.audit_entry`."""

    def __init__(self, core: Core) -> None:
        self.service = AuditService(core.outbox, core.clock)
        self.hand_changes = HandChanges(core.database, self.service)
        kept = timedelta(days=core.config.audit.keep_days)
        self.prunes = {"audit": OldEntries(core.database, kept)}


AUDIT = Feature("audit", Audit, helpful=frozenset({"moderation"}))
