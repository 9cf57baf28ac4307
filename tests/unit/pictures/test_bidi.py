"""Order of right and left: samples of what Unicode's own test of the algorithm expects."""

import pytest

from bot.pictures.bidi import levels, visual


def shown(text: str) -> str:
    """The characters from left to right."""
    places = list(range(len(text)))
    height = levels(list(text))
    return "".join(text[place] for place in visual(places, lambda place: height[place]))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ""),
        ("abc 12", "abc 12"),
        ("אבג", "גבא"),
        ("abc אבג", "abc גבא"),
        ("אבג abc", "abc גבא"),
        ("abc אבג דהו xyz", "abc והד גבא xyz"),
        ("אבג 123", "123 גבא"),  # numbers stay in order
        ("אבג 1,234.5", "1,234.5 גבא"),
        ("אבג 10%", "10% גבא"),
        ("abc 10% אב", "abc 10% בא"),
        ("مرحبا 12-3", "3-12 ابحرم"),  # a number after an Arabic letter is cut at its dash
        ("אב 12-3", "12-3 בא"),
        ("אבג (abc)", "(abc) גבא".replace("(", "\0").replace(")", "(").replace("\0", ")")),
        ("abc (אבג)", "abc (גבא)"),
        ("abc [אבג] xyz", "abc [גבא] xyz"),
        ("אבג!", "!גבא"),
        ("אבג  ", "  גבא"),
        ("abc אבג  ", "abc גבא  "),  # spaces at the end belong to the line
        ("12 אבג", "גבא 12"),
    ],
)
def test_the_parts_stand_in_order(text: str, wanted: str) -> None:
    # A bracket that is read from right to left is turned around by the font, not here.
    assert shown(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\u05d0", [0, 1]),
        ("\u05d0a1", [1, 2, 2]),
        ("\u05d01", [1, 2]),
        ("\u06281+1", [1, 2, 1, 2]),
        ("\u05d01+1", [1, 2, 2, 2]),
        ("\u05d0$1", [1, 2, 2]),
        ("\u0628$1", [1, 1, 2]),
        ("a\u0301 \u05d0\u0301", [0, 0, 0, 1, 1]),  # a mark is as its letter
        ("\u05d0(a)b", [1, 1, 2, 1, 2]),
        ("a(\u05d0)b", [0, 0, 1, 0, 0]),
        ("\u05d0([a)", [1, 1, 1, 2, 1]),  # one that is never closed is no pair
    ],
)
def test_the_levels_are_those_of_the_annex(text: str, wanted: list[int]) -> None:
    assert levels(list(text)) == wanted
