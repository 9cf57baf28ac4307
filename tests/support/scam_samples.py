"""Sample sets of pictures: scams changed as people change them, and what nobody should lose.

Limits were chosen with `TUNED`; what docs/security.md says is measured with `HELD_OUT`, which has
other words, other colours, and seeds that nobody looked at before.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.scam_pictures import (
    CHANGES,
    LOGIN,
    TUNED,
    Palette,
    card,
    chart,
    cropped,
    drawn,
    encoded,
    look_alike,
    photo,
    png,
    scam,
    tinted,
    with_code,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture as somebody posts it; `group` says what became of it, or what it is."""

    content: bytes
    is_scam: bool
    group: str


def changed_scams(seeds: range, palette: Palette = TUNED) -> Iterator[Sample]:
    """Each known scam, changed in each way."""
    for seed in seeds:
        original = scam(seed, palette)
        for name, change in CHANGES.items():
            yield Sample(change(original, random.Random(seed * 1_000)), True, name)


def login_codes(seeds: range, palette: Palette = TUNED) -> Iterator[Sample]:
    """Pictures that nobody knows yet, with a code that takes an account over."""
    for seed in seeds:
        chance = random.Random(seed)
        ground = card(tuple(chance.sample(palette.harm, 3)), chance, palette.inks)
        picture = with_code(ground, _login(chance), chance)
        change = chance.choice((encoded, tinted))
        yield Sample(change(picture.resize((900, 900)), chance), True, "login code")


def _login(chance: random.Random) -> str:
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_"
    return LOGIN.format(code="".join(chance.choices(letters, k=43)))


def harmless(seeds: range, palette: Palette = TUNED) -> Iterator[Sample]:
    """What nobody should lose a message for."""
    for seed in seeds:
        chance = random.Random(seed)
        yield Sample(png(photo(chance)), False, "photo")
        yield Sample(png(chart(chance)), False, "chart")
        lines = tuple(chance.sample(palette.calm, 4))
        yield Sample(png(drawn(lines, seed, chance, palette)), False, "poster")
        invite = with_code(photo(chance), f"https://example.com/menu/{seed}", chance)
        yield Sample(png(invite), False, "menu code")


def look_alikes(seeds: range, palette: Palette = TUNED) -> Iterator[Sample]:
    """As they are, and changed as scams are."""
    for seed in seeds:
        picture = look_alike(seed, palette)
        yield Sample(png(picture), False, "look-alike")
        for change in (encoded, cropped):
            name = f"look-alike, {change.__name__}"
            yield Sample(change(picture, random.Random(seed)), False, name)
