"""Pictures of levels: any name, any number, always of one size, and said in words as well."""

import io

import pytest
from PIL import Image

from bot.features.levels.board_picture import BoardTitle, board_words, draw_board
from bot.features.levels.boards import BoardRow, Ranked
from bot.features.levels.paint import accent_of
from bot.features.levels.rank_card import LEFT, RIGHT, CardPerson, card_words, draw_card

NAMES = [
    "quiet_otter",
    "Ελένη Παπαδοπούλου-Κωνσταντινίδη",
    "田中さくら🌸🎌",
    "عبد الرحمن محمد 🦦",
    "👩\u200d🚀🏳️\u200d🌈 Zoë 🇫🇷",
    "W" * 10_000,
    "",
    "\u202e\u2066\u200b\n\t",
    "a" + "\u0300" * 500,
    "\ud800",
]


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("xp", [0, 1, 10**9])
def test_a_card_holds_any_name_and_number(name: str, xp: int) -> None:
    rank = 123_456 if xp else None
    image = opened(draw_card(CardPerson(5 << 22, name), Ranked(5, xp, rank, 999_999)))
    assert (image.size, image.mode) == ((1000, 300), "RGB")
    # Nothing is drawn beyond its column: there the ground is as on a card without a name.
    empty = opened(draw_card(CardPerson(5 << 22, "?"), Ranked(5, 0, None, 0)))
    edges = [(x, y) for x in (8, 992) for y in range(0, 300, 10)]
    if name.strip("\u202e\u2066\u200b\n\t"):  # its initial is in the portrait alone
        assert [image.getpixel(at) for at in edges] == [empty.getpixel(at) for at in edges]


def test_the_bar_is_as_full_as_the_level() -> None:
    empty, half = (
        opened(draw_card(CardPerson(1 << 22, "otter"), Ranked(1, xp, 1, 1))) for xp in (0, 141)
    )
    row, middle = 203, (LEFT + RIGHT) // 2  # in the middle of the bar
    for x, is_filled in ((LEFT + 20, True), (middle - 20, True), (middle + 20, False)):
        differs = half.getpixel((x, row)) != empty.getpixel((x, row))
        assert differs is is_filled


def test_what_a_card_shows_is_said() -> None:
    said = card_words("otter", Ranked(1, 10**9, 3, 40))
    assert said == (
        "otter: level 46415, 28\u202f708 of 32\u202f317 XP to the next, "
        "1\u202f000\u202f000\u202f000 XP in all. Number 3 of 40."
    )
    assert card_words("otter", Ranked(1, 0, None, 0)).endswith("0 XP in all.")


@pytest.mark.parametrize("count", [0, 1, 10])
def test_a_board_has_a_row_for_each_and_says_so(count: int) -> None:
    rows = [BoardRow(991 + n, n + 1, 10**9 - n, 10**9) for n in range(count)]
    people = {one.user_id: CardPerson(one.user_id, NAMES[one.user_id - 1]) for one in rows[:-1]}
    title = BoardTitle("The *Harbour* " * 40, "This week", "100 / 100", 2)
    image = opened(draw_board(title, rows, people))
    assert image.size == (1000, 118 + 78 * max(count, 1) + 24)
    words = board_words(rows, people)
    assert words.count("; ") == max(count - 1, 0)
    if count == 10:
        assert words.endswith("1000. 10, level 46415, 999\u202f999\u202f991 XP")  # unknown: the id


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#303030", "#101080", "#ff0000"])
def test_an_accent_reads_on_dark_ground(colour: str) -> None:
    assert max(accent_of(Image.new("RGB", (64, 64), colour))) >= 200
