"""Ports of the economy: what its services are built from and share."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.features.economy.ledger import Ledger
from bot.features.economy.treasury import Treasury
from bot.outbox.audit import AuditLog
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class EconomyPorts:
    """Ports shared by the services of the feature."""

    database: Database
    ledger: Ledger
    treasury: Treasury
    audit: AuditLog
    clock: Clock
