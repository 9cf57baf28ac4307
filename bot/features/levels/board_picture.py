"""Board as a picture: ten members a page, each with portrait, level and points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from bot.features.levels.boards import BoardRow
from bot.features.levels.model import level_of
from bot.features.levels.paint import (
    BRONZE,
    DIM,
    FAINT,
    GOLD,
    SILVER,
    WHITE,
    Colour,
    accent_of,
    bar,
    bold,
    ground,
    hexadecimal,
    png,
    tinted,
)
from bot.features.levels.rank_card import CardPerson
from bot.numbers import shown_number
from bot.pictures.portraits import portrait
from bot.pictures.shapes import rounded
from bot.pictures.text import Style, clipped, width, write
from bot.texts import _

WIDTH, HEAD, ROW, FOOT = 1000, 118, 78, 24
PORTRAIT = 56
EDGE, NAME, RIGHT = 24, 176, 952
MEDALS = (GOLD, SILVER, BRONZE)
POINTS, LEVEL, UNIT = bold(26, WHITE), bold(18), Style(18, DIM)


@dataclass(frozen=True, slots=True)
class BoardTitle:
    """Title of a board: of which server, and of which time; `mine` is whose row stands out."""

    server: str
    span: str
    page: str = ""
    mine: int | None = None


@dataclass(frozen=True, slots=True)
class BoardColumns:
    """Columns of a board, each so wide as its widest row: where it ends on the right."""

    names: float
    levels: float
    points: float

    @classmethod
    def of(cls, rows: Sequence[BoardRow]) -> "BoardColumns":
        """What these need."""
        points = RIGHT - width("XP", UNIT) - 8
        widest = max((width(shown_number(one.xp), POINTS) for one in rows), default=0)
        levels = points - widest - 28
        widest = max((width(_level(one), LEVEL) for one in rows), default=0)
        return cls(levels - widest - 28, levels, points)


def draw_board(
    title: BoardTitle, rows: Sequence[BoardRow], people: Mapping[int, CardPerson]
) -> bytes:
    """A PNG; drawn in a thread."""
    shown = [people.get(one.user_id) or _unknown(one) for one in rows]
    faces = [portrait(one.portrait, one.user_id, one.name, PORTRAIT) for one in shown]
    first = faces[0] if faces else portrait(None, 0, title.server, PORTRAIT)
    image = ground(first, (WIDTH, HEAD + ROW * max(len(rows), 1) + FOOT))
    _head(image, title)
    if not rows:
        text = _("Nobody has earned anything here yet.")
        write(image, (WIDTH / 2, HEAD + ROW / 2), text, Style(26, FAINT), "mm")
    most, columns = max((one.xp for one in rows), default=1), BoardColumns.of(rows)
    for number, row in enumerate(rows):
        top = HEAD + number * ROW
        light = 40 if row.user_id == title.mine else 16
        tinted(image, (EDGE, top, WIDTH - EDGE, top + ROW - 8), 16, light)
        _row(image, top + ROW // 2 - 4, row, (shown[number], faces[number]), columns)
        accent = accent_of(faces[number])
        foot = top + ROW // 2 + 17
        bar(image, (NAME, foot - 8, round(columns.names), foot), row.xp / most, accent)
    return png(image)


def board_words(rows: Sequence[BoardRow], people: Mapping[int, CardPerson]) -> str:
    """The picture in words, for whoever does not see it."""
    line = _("{rank}. {name}, level {level}, {xp} XP")
    return "; ".join(
        line.format(
            rank=one.rank,
            name=(people.get(one.user_id) or _unknown(one)).name,
            level=level_of(one.total_xp),
            xp=shown_number(one.xp),
        )
        for one in rows
    )


def _unknown(row: BoardRow) -> CardPerson:
    """Somebody whom Discord does not tell of now."""
    return CardPerson(row.user_id, str(row.user_id))


def _head(image: Image.Image, title: BoardTitle) -> None:
    name, small = bold(38), Style(22, FAINT)
    write(image, (WIDTH - EDGE - 24, 74), title.page, Style(20, DIM), "rs")
    room = WIDTH - 2 * EDGE - 220
    write(image, (EDGE + 8, 58), clipped(title.server, name, room), name, "ls")
    write(image, (EDGE + 8, 94), title.span, small, "ls")


def _row(
    image: Image.Image,
    middle: int,
    row: BoardRow,
    who: tuple[CardPerson, Image.Image],
    columns: "BoardColumns",
) -> None:
    person, face = who
    _place(image, middle, row.rank)
    at = (NAME - PORTRAIT - 18, middle - PORTRAIT // 2)
    image.paste(face, at, rounded(PORTRAIT, PORTRAIT, PORTRAIT / 2))
    _figures(image, middle, row, columns, accent_of(face))
    name = bold(26)
    room = columns.names - NAME
    write(image, (NAME, middle + 1), clipped(person.name, name, room), name, "ls")


def _place(image: Image.Image, middle: int, rank: int) -> None:
    """The number; the first three on a medal."""
    x = EDGE + 38
    if rank > len(MEDALS):
        size = 26 if rank < 1_000 else 19
        write(image, (x, middle), shown_number(rank), bold(size, FAINT), "mm")
        return
    medal, radius = MEDALS[rank - 1], 21
    disc = rounded(2 * radius, 2 * radius, radius)
    image.paste(tuple(one * 7 // 10 for one in medal), (x - radius, middle - radius + 2), disc)
    image.paste(medal, (x - radius, middle - radius), disc)
    write(image, (x, middle), str(rank), bold(26, "#22262e"), "mm")


def _figures(
    image: Image.Image, middle: int, row: BoardRow, columns: "BoardColumns", accent: Colour
) -> None:
    """Points at the right edge, the level before them."""
    write(image, (RIGHT, middle + 9), "XP", UNIT, "rs")
    write(image, (columns.points, middle + 9), shown_number(row.xp), POINTS, "rs")
    style = bold(LEVEL.size, hexadecimal(accent))
    write(image, (columns.levels, middle + 9), _level(row), style, "rs")


def _level(row: BoardRow) -> str:
    return _("level {level}").format(level=shown_number(level_of(row.total_xp)))
