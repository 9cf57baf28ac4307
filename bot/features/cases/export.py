"""A guild's cases as a table: CSV by RFC 4180, in which no cell is taken for a formula."""

from collections.abc import AsyncGenerator, Iterable
from datetime import datetime

from bot.catalogue.base import utc_text
from bot.features.cases.model import Case
from bot.features.cases.ports import Tools
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
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportService:
    """Reads in short pages, so that a large book neither fills the memory nor keeps a snapshot."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def csv(self, guild_id: int) -> AsyncGenerator[bytes]:
        """The file in pieces, UTF-8, the names of the columns first."""
        yield line(COLUMNS)
        async for cases in all_cases(self._tools.database, guild_id):
            yield b"".join(line(_cells(case)) for case in cases)


def line(cells: Iterable[str]) -> bytes:
    """One line of the file."""
    return (",".join(cell(text) for text in cells) + "\r\n").encode()


def cell(text: str) -> str:
    """One cell: what a spreadsheet would run begins with an apostrophe, which shows it as text.

    Source: OWASP, "CSV Injection"; RFC 4180 for the quotes.
    """
    safe = f"'{text}" if text.startswith(_FORMULA) else text
    if any(one in safe for one in ',"\r\n'):
        return '"' + safe.replace('"', '""') + '"'
    return safe


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
