"""CSV by RFC 4180, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterable, Iterable

_FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")  # the wide ones in Asian locales


def csv_rows(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows of a file in UTF-8.

    A cell that a spreadsheet would run begins with an apostrophe, which shows it as text (source:
    OWASP, "CSV Injection").
    """
    written = io.StringIO(newline="")
    csv.writer(written).writerows(map(_safe, row) for row in rows)
    return written.getvalue().encode()


async def in_parts(
    pieces: AsyncIterable[bytes], most: int
) -> AsyncGenerator[tuple[int, bytearray]]:
    """Files of so many bytes at most, and the number of each; one also where there is nothing.

    A piece is never cut in two.
    """
    part, count = bytearray(), 1
    async for piece in pieces:
        if part and len(part) + len(piece) > most:
            yield count, part
            part, count = bytearray(), count + 1
        part += piece
    yield count, part


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
