"""Services that the commands and buttons of cases call."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.feature import Parts
from bot.features.appeals import APPEALS
from bot.features.appeals.service import AppealsService
from bot.features.cases import CASES
from bot.features.cases.evidence import EvidenceService
from bot.features.cases.purge import PurgeService
from bot.features.cases.records import RecordsService
from bot.features.cases.service import CasesService


@dataclass(frozen=True, slots=True)
class CaseServices:
    """The use cases, and the client's own way to act."""

    cases: CasesService
    records: RecordsService
    evidence: EvidenceService
    purge: PurgeService
    appeals: AppealsService
    clock: Clock

    @classmethod
    def of(cls, parts: Parts) -> "CaseServices":
        """The client's own."""
        cases = parts[CASES]
        return cls(
            cases.service,
            cases.records,
            cases.evidence,
            cases.purge,
            parts[APPEALS].service,
            parts.core.clock,
        )
