"""What the commands and buttons of cases call."""

from dataclasses import dataclass

from bot.client import Parts
from bot.clock import Clock
from bot.features.appeals.service import AppealsService
from bot.features.cases.evidence import EvidenceService
from bot.features.cases.export import ExportService
from bot.features.cases.purge import PurgeService
from bot.features.cases.quarantine import QuarantineService
from bot.features.cases.records import RecordsService
from bot.features.cases.service import CasesService


@dataclass(frozen=True, slots=True)
class CaseServices:
    """The use cases, and the client's own way to act."""

    cases: CasesService
    book: RecordsService
    evidence: EvidenceService
    export: ExportService
    purge: PurgeService
    quarantine: QuarantineService
    appeals: AppealsService
    clock: Clock

    @classmethod
    def of(cls, parts: Parts) -> "CaseServices":
        """The client's own."""
        return cls(
            parts.cases,
            parts.book,
            parts.evidence,
            parts.export,
            parts.purge,
            QuarantineService(parts.cases),
            parts.appeals,
            parts.clock,
        )
