"""Text on pictures: in any script, in colour, and as wide as was said.

The wheel is tested by this file too, installed elsewhere: it needs nothing but Pillow and pytest.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageChops

from bot.pictures import text as module
from bot.pictures.coverage import EMOJI, covers
from bot.pictures.line import UNKNOWN, runs
from bot.pictures.text import ELLIPSIS, Style, clipped, width, write

STYLE = Style(40, "#000000")
SAMPLES = {
    "Latin": "Grüße, Tiếng Việt",
    "Greek": "Ελληνικά",
    "Cyrillic": "Привіт",
    "Chinese": "简体字 繁體字",
    "Japanese": "漢字かなカナ𠮷",
    "Korean": "한국어",
    "Arabic": "مرحبا بالعالم",
    "Hebrew": "שלום",
    "Devanagari": "नमस्ते दुनिया",
    "Thai": "ภาษาไทย น้ำ",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Ethiopic": "አማርኛ",
    "Georgian": "ქართული",
    "Khmer": "ខ្មែរ",
    "Burmese": "မြန်မာ",
    "Tibetan": "བོད་ཡིག",
    "fancy": "𝓕𝓪𝓷𝓬𝔂 𝕭𝖔𝖑𝖉 ★ ꧁༒꧂ ツ ♛",
}


def drawn(text: str, style: Style = STYLE) -> Image.Image:
    image = Image.new("RGB", (round(width(text, style)) + 40, 100), "#ffffff")
    write(image, (20, 60), text, style, "ls")
    return image


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.invert(image).getbbox()


def gaps(image: Image.Image) -> int:
    """How many columns within the text are empty."""
    left, _, right, _ = ink(image) or (0, 0, 0, 0)
    return sum(ink(image.crop((x, 0, x + 1, 100))) is None for x in range(left, right))


def colored(image: Image.Image) -> int:
    red, green, blue = image.split()
    apart = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(red, blue))
    return sum(apart.histogram()[64:])


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES.keys())
def test_every_script_is_drawn_without_a_box(text: str) -> None:
    for run in runs(text):
        assert UNKNOWN not in run.text
        assert run.font != EMOJI
        assert all(covers(run.font, character) for character in run.text)
    image = drawn(text)
    assert ink(image) is not None
    assert colored(image) == 0
    for character in set(text) - {" "}:
        box = drawn("\ue000")  # what is drawn for a character that no font has
        assert drawn(character).tobytes() != box.tobytes()


@pytest.mark.parametrize("bold", [False, True])
def test_letters_are_shaped(bold: bool) -> None:
    style = Style(40, "#000000", bold)
    joined, alone = drawn("محمد", style), drawn("م\u200cح\u200cم\u200cد", style)
    assert joined.tobytes() != alone.tobytes()
    assert (gaps(joined), gaps(alone) > 0) == (0, True)
    assert width("क्ष", style) < width("क", style) + width("ष", style)  # one sign of two letters
    assert drawn("कि", style).tobytes() != drawn("क", style).tobytes()


def test_what_is_read_from_the_right_begins_there() -> None:
    mixed = drawn("abc אבג")
    apart = Image.new("RGB", mixed.size, "#ffffff")
    write(apart, (20, 60), "abc ", STYLE, "ls")
    write(apart, (20 + width("abc ", STYLE), 60), "אבג", STYLE, "ls")
    assert mixed.tobytes() == apart.tobytes()
    swapped = drawn("אבג abc")
    left, right = swapped.crop((0, 0, 20 + int(width("abc", STYLE)), 100)), drawn("abc")
    assert ink(left) == ink(right.crop((0, 0, *left.size)))


@pytest.mark.parametrize("text", ["😀", "❤️", "👍🏽", "👨‍🚀", "🇯🇵", "1️⃣", "🏳️‍🌈"])
def test_an_emoji_is_one_coloured_picture(text: str) -> None:
    image = drawn(text)
    assert colored(image) > 100
    assert 40 < width(text, STYLE) < 60
    assert width(text, Style(20, "#000000")) == pytest.approx(width(text, STYLE) / 2, abs=1)


@pytest.mark.parametrize("anchor", ["la", "mm", "rs", "ld"])
def test_an_anchor_places_the_line(anchor: str) -> None:
    text = "Hg漢"
    wide = width(text, STYLE)
    image = Image.new("RGB", (600, 300), "#ffffff")
    write(image, (300, 150), text, STYLE, anchor)
    left, top, right, foot = ink(image) or (0, 0, 0, 0)
    begin = {"l": 300, "m": 300 - wide / 2, "r": 300 - wide}[anchor[0]]
    assert begin - 2 <= left <= begin + 8
    assert begin + wide - 8 <= right <= begin + wide + 2
    above = {"a": top >= 150, "m": top < 150 < foot, "s": top < 150, "d": foot <= 150}
    assert above[anchor[1]]


@pytest.mark.parametrize("text", [*SAMPLES.values(), "👨‍👩‍👧‍👦🇯🇵👍🏽" * 5, "x" * 5000])
def test_a_long_text_ends_in_an_ellipsis_and_fits(text: str) -> None:
    text *= 3
    limit = width(text, STYLE) * 0.6
    short = clipped(text, STYLE, limit)
    assert short.endswith(ELLIPSIS)
    assert limit * 0.5 < width(short, STYLE) <= limit
    assert text.startswith(short.removesuffix(ELLIPSIS))
    assert clipped(text, STYLE, width(text, STYLE)) == text


def test_an_emoji_is_not_torn_by_the_ellipsis() -> None:
    family = "👨‍👩‍👧‍👦"
    assert clipped(family * 3, STYLE, width(family * 2, STYLE) + 20) in (
        f"{family}{ELLIPSIS}",
        f"{family * 2}{ELLIPSIS}",
    )
    assert clipped(family, STYLE, 1) == ELLIPSIS


def test_threads_may_draw_at_once() -> None:
    texts = [*SAMPLES.values(), "😀👍🏽"] * 4
    style = Style(39, "#000000")  # whose fonts no test has opened yet
    with ThreadPoolExecutor(8) as pool:
        found = [image.tobytes() for image in pool.map(drawn, texts, [style] * len(texts))]
    assert found == [drawn(text, style).tobytes() for text in texts]


def test_without_raqm_each_letter_is_drawn_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHAPED", False)
    style = Style(38, "#000000")  # whose fonts are opened here alone, and stay without it
    assert gaps(drawn("محمد", style)) > 0
    assert colored(drawn("😀 a", style)) > 100
    # What is read from the right begins there all the same.
    word = drawn("של", style)
    apart = Image.new("RGB", word.size, "#ffffff")
    write(apart, (20, 60), "ל", style, "ls")
    write(apart, (20 + width("ל", style), 60), "ש", style, "ls")
    assert word.tobytes() == apart.tobytes()
