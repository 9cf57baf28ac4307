"""The fonts as they are shipped: small enough, licensed, and with what their index says."""

import unicodedata

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.pictures.coverage import BOLD, BOUNDS, EMOJI, FONTS, covers
from bot.pictures.text import STRIKE

FILES = {path.name for path in FONTS.iterdir() if path.is_file()}
NOTHING = "\U0010fffe"  # never a character, so that every font draws its box for it
BLANK = {" ", "\u2800"}  # as is the box for what is no character of the emoji or symbols


def drawn(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    image = Image.new("L", (200, 160))
    ImageDraw.Draw(image).text((50, 80), character, 255, font, "ls")
    return image.tobytes()


def test_all_of_it_is_indexed_licensed_and_below_fifteen_megabytes() -> None:
    assert {*BOUNDS, BOLD, "coverage.json", "OFL.txt"} == FILES
    assert sum((FONTS / name).stat().st_size for name in FILES) < 15_000_000
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Adobe" in licence
    assert "Google" in licence


@pytest.mark.parametrize("name", [*BOUNDS, BOLD])
def test_a_font_has_what_the_index_says(name: str) -> None:
    font = ImageFont.truetype(FONTS / name, STRIKE if name == EMOJI else 40)
    box = drawn(font, NOTHING)
    bounds = BOUNDS[name.replace("Bold", "Regular")]
    assert bounds == sorted(set(bounds))
    firsts = [chr(code) for code in bounds[::2] if chr(code).isprintable()]
    missing = {first for first in firsts if drawn(font, first) == box}
    assert missing <= BLANK
    afters = [chr(code) for code in bounds[1::2] if chr(code).isalpha()]
    # A letter with marks may be drawn from its parts, which the font has.
    afters = [after for after in afters if not unicodedata.decomposition(after)]
    assert [after for after in afters if drawn(font, after) != box] == []
    assert not any(covers(name.replace("Bold", "Regular"), after) for after in afters)
