"""Export of a guild's cases as a table."""

from collections.abc import AsyncGenerator
from datetime import datetime

from bot.catalogue.base import utc_text
from bot.csv_export import csv_rows
from bot.features.cases.model import Case
from bot.features.cases.ports import CasesPorts
from bot.features.cases.queries import all_cases

COLUMNS = (
    "number",
    "type",
    "state",
    "user_id",
    "username",
    "moderator_id",
    "moderator_name",
    "reason",
    "source",
    "created_at",
    "expires_at",
)


class ExportService:
    """Reads in short pages, so that a large book neither fills the memory nor keeps a snapshot."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports

    async def csv(self, guild_id: int) -> AsyncGenerator[bytes]:
        """The file in pieces, the names of the columns first."""
        yield csv_rows([COLUMNS])
        async for cases in all_cases(self._ports.database, guild_id):
            yield csv_rows(map(_cells, cases))


def _cells(case: Case) -> tuple[str, ...]:
    return (
        str(case.number),
        case.type,
        case.state.value,
        str(case.user_id),
        case.username,
        str(case.moderator_id),
        case.moderator_name,
        case.reason or "",
        case.source,
        utc_text(case.created_at),
        _moment(case.expires_at),
    )


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else utc_text(moment)
