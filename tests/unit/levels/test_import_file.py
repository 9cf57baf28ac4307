"""Files of other bots: read as they come, and what cannot be read is told by its line."""

import json

import pytest

from bot.errors import UserError
from bot.features.levels.import_file import Curve, read_import
from bot.features.levels.model import total_for

OTTER, HERON = 234567890123456789, 345678901234567890


def read(text: str | bytes, curve: Curve = Curve.OURS) -> dict[int, int]:
    content = text.encode() if isinstance(text, str) else text
    file = read_import(content, curve)
    assert file.unread == 0, file.problems
    return dict(file.totals)


@pytest.mark.parametrize(
    "text",
    [
        f"user_id,xp\n{OTTER},1500\n{HERON},20\n",
        f"\ufeffUser ID;Total XP;Name\r\n{OTTER};1 500;x\r\n{HERON};20;y\r\n",
        f"{OTTER}\t1500\n\n{HERON}\t20",
        f'level,xp,id\n3,"1,500,000",1{OTTER}\n'.replace(f"1{OTTER}", str(OTTER)).replace(
            "1,500,000", "1500"
        )
        + f"1,20,'{HERON}\n",
        json.dumps([{"id": str(OTTER), "xp": 1500}, {"id": str(HERON), "xp": 20}]),
        json.dumps({"players": [{"id": OTTER, "xp": 1500}, {"id": HERON, "xp": "20"}]}),
    ],
)
def test_tables_and_lists_are_read(text: str) -> None:
    assert read(text) == {OTTER: 1500, HERON: 20}


def test_a_level_alone_stands_for_its_total_and_mee6s_curve_keeps_it() -> None:
    assert read(f"id,level\n{OTTER},12") == {OTTER: total_for(12)}
    assert read(f"id,xp\n{OTTER},4675", Curve.MEE6) == {OTTER: total_for(10)}


def test_what_cannot_be_read_is_told_and_the_rest_is_taken() -> None:
    lines = ["id,xp", f"{OTTER},10", "2.34E+17,5", f"{HERON},-3", f"{HERON},1e3", f"{OTTER},11"]
    file = read_import("\n".join(lines).encode(), Curve.OURS)
    assert file.totals == {OTTER: 11}
    assert (file.unread, file.repeated) == (3, 1)
    assert [one.split(":")[0] for one in file.problems] == ["Line 3", "Line 4", "Line 5"]
    many = read_import("\n".join(["id,xp", *["x,1"] * 99]).encode(), Curve.OURS)
    assert (many.unread, len(many.problems)) == (99, 5)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"{", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"players": 3}', "no list"),
        (b"x" * (8 * 1024 * 1024 + 1), "too large"),
        (b'id,xp\n"' + b"x" * 200_000, "no table"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(UserError, match=why):
        read_import(content, Curve.OURS)
