"""Import file: totals of members as a table or as MEE6's list, read line by line. Pure."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from bot.errors import UserError
from bot.features.levels.model import MOST_XP, from_mee6, total_for
from bot.numbers import parse_number
from bot.texts import _
from bot.user_text import repeated

LARGEST = 8 * 1024 * 1024  # bytes
MOST_ROWS = 100_000
SHOWN = 5  # problems that are told one by one
HIGHEST_LEVEL = 1_000_000

IDS = ("user_id", "userid", "user id", "id", "user", "member_id", "discord_id")
POINTS = ("xp", "total_xp", "totalxp", "total xp", "experience", "exp", "points")
LEVELS = ("level", "lvl")
_SNOWFLAKE = re.compile(r"[0-9]{15,20}")

Line = tuple[int, Mapping[str, str]]
"""Its number, and its cells by their column's name."""


class Curve(StrEnum):
    """Curve by which the totals of a file are to be read."""

    OURS = "herald"
    MEE6 = "mee6"


@dataclass(frozen=True, slots=True)
class ImportFile:
    """What a file says: the totals by member, and what of it could not be read."""

    totals: Mapping[int, int]
    problems: tuple[str, ...] = ()
    unread: int = 0  # lines, of which the first problems are told
    repeated: int = 0  # lines about somebody who stood there before; the last one counts


@dataclass(slots=True)
class _Reader:
    curve: Curve
    totals: dict[int, int] = field(default_factory=dict[int, int])
    problems: list[str] = field(default_factory=list[str])
    unread: int = 0
    repeated: int = 0

    def read(self, lines: Iterable[Line]) -> ImportFile:
        for number, cells in lines:
            if len(self.totals) + self.unread >= MOST_ROWS:
                raise UserError(_("A file may hold {most} lines: split it.").format(most=MOST_ROWS))
            try:
                user_id, xp = _read_line(cells, self.curve)
            except UserError as error:
                self.unread += 1
                if len(self.problems) < SHOWN:
                    text = _("Line {number}: {why}")
                    self.problems.append(text.format(number=number, why=str(error)))
                continue
            self.repeated += user_id in self.totals
            self.totals[user_id] = xp
        return ImportFile(self.totals, tuple(self.problems), self.unread, self.repeated)


def read_import(content: bytes, curve: Curve) -> ImportFile:
    """What the file says; a UserError where it is no such file at all."""
    if len(content) > LARGEST:
        raise UserError(_("That file is too large: 8 MB is the most."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(_("That is no text in UTF-8: save the table as CSV in UTF-8.")) from None
    if not text.strip():
        raise UserError(_("That file is empty."))
    is_json = text.lstrip()[:1] in ("{", "[")
    return _Reader(curve).read(_json_lines(text) if is_json else _csv_lines(text))


def _csv_lines(text: str) -> Iterator[Line]:
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error:
        raise UserError(_("That is no table: save it as CSV.")) from None
    names = [_name(one) for one in rows[0]]
    begins = 1
    if "id" not in names:
        # Without names: the id, then the points.
        names, begins = ["id", "xp"], 0
    for number, row in enumerate(rows[begins:], begins + 1):
        if any(one.strip() for one in row):
            yield number, {name: cell for name, cell in zip(names, row, strict=False) if name}


def _json_lines(text: str) -> Iterator[Line]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise UserError(_("That file begins as JSON, and is none.")) from None
    found: Any = document
    if isinstance(document, dict):
        found = cast("dict[str, Any]", document).get("players")
    if not isinstance(found, list):
        raise UserError(_("There is no list of players in that file."))
    for number, one in enumerate(cast("list[Any]", found), 1):
        cells = cast("dict[str, Any]", one) if isinstance(one, dict) else {}
        yield number, {_name(name): _plain(value) for name, value in cells.items()}


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _name(heading: str) -> str:
    """The one name of a column, or nothing for one that is not needed."""
    known = heading.strip().strip("'").casefold()
    for name, forms in (("id", IDS), ("xp", POINTS), ("level", LEVELS)):
        if known in forms:
            return name
    return ""


def _read_line(cells: Mapping[str, str], curve: Curve) -> tuple[int, int]:
    user_id = cells.get("id", "").strip().strip("'")
    if _SNOWFLAKE.fullmatch(user_id) is None:
        text = _("“{typed}” is no id of a user: it has 15 to 20 digits.")
        raise UserError(text.format(typed=repeated(user_id)))
    if cells.get("xp", "").strip():
        xp = parse_number(cells["xp"], least=0, most=MOST_XP)
        return int(user_id), from_mee6(xp) if curve is Curve.MEE6 else xp
    level = parse_number(cells.get("level", ""), least=0, most=HIGHEST_LEVEL)
    return int(user_id), total_for(level)
