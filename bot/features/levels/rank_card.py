"""Rank card: a picture of somebody's level, progress and place, to be shown to others."""

from dataclasses import dataclass

from PIL import Image

from bot.features.levels.boards import Ranked
from bot.features.levels.paint import (
    DIM,
    FAINT,
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
from bot.numbers import shown_number
from bot.pictures.portraits import portrait
from bot.pictures.shapes import faded, ring, rounded
from bot.pictures.text import Style, clipped, width, write
from bot.texts import _

SIZE = (1000, 300)
PORTRAIT, RING, BREADTH = 184, 212, 9
MIDDLE = (150, 150)
LEFT, RIGHT = 292, 950
BAR = (LEFT, 188, RIGHT, 218)
GAP = 36
FIGURES = (46, 38, 30, 22)  # sizes


@dataclass(frozen=True, slots=True)
class CardPerson:
    """Person of a card: the name that is shown, and the file of their picture, if it came."""

    user_id: int
    name: str
    portrait: bytes | None = None


def draw_card(person: CardPerson, ranked: Ranked) -> bytes:
    """A PNG; drawn in a thread."""
    face = portrait(person.portrait, person.user_id, person.name, PORTRAIT)
    accent = accent_of(face)
    image = ground(face, SIZE)
    tinted(image, (16, 16, SIZE[0] - 16, SIZE[1] - 16), 28, 14)
    _portrait(image, face, ranked, accent)
    name = bold(44)
    write(image, (LEFT, 90), clipped(person.name, name, RIGHT - LEFT), name, "ls")
    room = _progress(image, ranked, accent)
    _figures(image, ranked, accent, room)
    return png(image)


def card_words(name: str, ranked: Ranked) -> str:
    """The picture in words, for whoever does not see it."""
    progress = ranked.progress
    text = _("{name}: level {level}, {into} of {needed} XP to the next, {xp} XP in all.")
    words = text.format(
        name=name,
        level=progress.level,
        into=shown_number(progress.into),
        needed=shown_number(progress.needed),
        xp=shown_number(ranked.xp),
    )
    if ranked.rank is None:
        return words
    place = _("Number {rank} of {total}.")
    return f"{words} {place.format(rank=ranked.rank, total=ranked.total)}"


def _portrait(image: Image.Image, face: Image.Image, ranked: Ranked, accent: Colour) -> None:
    """Round, in a ring that says how far it is to the next level."""
    x, y = (one - RING // 2 for one in MIDDLE)
    whole = faded(ring(RING, BREADTH, 100), 40)
    image.paste((255, 255, 255), (x, y), whole)
    share = round(ranked.progress.share * 100)
    if share:
        image.paste(accent, (x, y), ring(RING, BREADTH, share))
    x, y = (one - PORTRAIT // 2 for one in MIDDLE)
    image.paste(face, (x, y), rounded(PORTRAIT, PORTRAIT, PORTRAIT / 2))


def _figures(image: Image.Image, ranked: Ranked, accent: Colour, room: float) -> None:
    """Level and place, each after its word, as large as there is room for."""
    figures = [(_("LEVEL"), shown_number(ranked.progress.level), hexadecimal(accent))]
    if ranked.rank is not None:
        figures.append((_("RANK"), f"#{shown_number(ranked.rank)}", WHITE))
    small = bold(20, DIM)
    words = sum(width(word, small) + 10 + GAP for word, _figure, _colour in figures)
    fits = (
        size
        for size in FIGURES
        if words + sum(width(figure, bold(size)) for _word, figure, _colour in figures) <= room
    )
    size = next(fits, FIGURES[-1])
    x = float(LEFT)
    for word, figure, colour in figures:
        write(image, (x, 162), word, small, "ls")
        x += width(word, small) + 10
        write(image, (x, 162), figure, bold(size, colour), "ls")
        x += width(figure, bold(size)) + GAP


def _progress(image: Image.Image, ranked: Ranked, accent: Colour) -> float:
    """The bar, with what it counts above it; below it all of it, and where it leads.

    How much room there is beside what it counts.
    """
    progress, small, counted = ranked.progress, Style(20, FAINT), Style(24, FAINT)
    into = f"{shown_number(progress.into)} / {shown_number(progress.needed)} XP"
    write(image, (RIGHT, 162), into, counted, "rs")
    bar(image, BAR, progress.share, accent)
    total = _("{xp} XP in all").format(xp=shown_number(ranked.xp))
    write(image, (LEFT, 254), total, small, "ls")
    following = _("level {level}").format(level=shown_number(progress.level + 1))
    write(image, (RIGHT, 254), f"→ {following}", small, "rs")
    return RIGHT - LEFT - width(into, counted)
