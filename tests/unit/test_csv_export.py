"""CSV that is read back as it was written, and of which a spreadsheet runs nothing."""

import csv
import io
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.csv_export import csv_rows, in_parts

FORMULAS = (*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@given(st.lists(st.lists(TEXT, min_size=2, max_size=5), max_size=4))
def test_rows_are_read_back_and_no_cell_is_a_formula(rows: list[list[str]]) -> None:
    written = csv_rows(rows).decode("utf-8")
    read = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    for row, found in zip(rows, read, strict=True):
        for typed, cell in zip(row, found, strict=True):
            assert cell in (typed, f"'{typed}")
            assert not cell.startswith(FORMULAS)


@pytest.mark.parametrize("first", FORMULAS)
def test_what_a_spreadsheet_would_run_is_text(first: str) -> None:
    text = f"{first}SUM(A1)"
    assert csv_rows([[text]]).decode().strip('"').startswith(f"'{text[0]}")


def test_quotes_commas_and_breaks_are_quoted() -> None:
    rows = [["a", 'b "c"', "d,e"], ["f\ng", "", "hé"]]
    assert csv_rows(rows).decode() == 'a,"b ""c""","d,e"\r\n"f\ng",,hé\r\n'


@pytest.mark.parametrize(
    ("pieces", "parts"),
    [
        ([], [b""]),
        ([b"1234"], [b"1234"]),
        ([b"12", b"34", b"5"], [b"1234", b"5"]),
        ([b"123456", b"7"], [b"123456", b"7"]),  # a piece is never cut in two
        ([b"1", b"23456", b"7"], [b"1", b"23456", b"7"]),
    ],
)
async def test_a_large_file_comes_in_parts(pieces: list[bytes], parts: list[bytes]) -> None:
    async def written() -> AsyncGenerator[bytes]:
        for piece in pieces:
            yield piece

    found = [(number, bytes(part)) async for number, part in in_parts(written(), 4)]
    assert found == [*enumerate(parts, 1)]
