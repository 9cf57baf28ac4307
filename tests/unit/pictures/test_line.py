"""Line: what is kept together, and which font draws it."""

import pytest

from bot.pictures.coverage import EMOJI, FIRST
from bot.pictures.line import LONGEST, MARKS, UNKNOWN, clusters, runs

EMOJI_SEQUENCES = [
    "😀",
    "❤️",
    "👍🏽",
    "👨‍👩‍👧‍👦",
    "🏳️‍🌈",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "🇩🇪",
    "1️⃣",
    "#⃣",
    "🏃‍♂️",
    "🏃‍♂",
    "☝🏽",
    "❤‍🔥",
    "⚡",
]


def texts(text: str) -> list[str]:
    return [cluster.text for cluster in clusters(text)]


@pytest.mark.parametrize("sequence", EMOJI_SEQUENCES)
def test_an_emoji_is_one_whatever_it_is_made_of(sequence: str) -> None:
    assert [(run.text, run.font) for run in runs(sequence)] == [(sequence, EMOJI)]
    assert texts(f"a{sequence}{sequence}b") == ["a", sequence, sequence, "b"]


@pytest.mark.parametrize("text", ["1", "#", "©", "™", "☺", "❤", "❤︎", "♂", "→"])
def test_what_may_be_text_is_text_unless_it_says_otherwise(text: str) -> None:
    assert [run.font == EMOJI for run in runs(text)] == [False]


def test_marks_stay_with_their_letter_up_to_a_number() -> None:
    assert texts("e\u0301") == ["é"]
    assert texts("नि") == ["नि"]
    assert list(map(len, texts("z" + "\u0338\u0322" * 50 + "a"))) == [1 + MARKS, 1]
    # One that the letter's font does not have would be a box or stand alone.
    assert texts("a\u0e34") == ["a"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\u202e\u2066b\u200e\x00c\ufeff\ud800", "abc"),
        (" a\n\tb\u2028c\u3000", " a b c\u3000"),
        ("\u200d\ufe0fa", "a"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # keeps the letters before and after it apart
        ("", ""),
    ],
)
def test_what_is_not_seen_is_left_out(text: str, wanted: str) -> None:
    assert "".join(texts(text)) == wanted


def test_what_no_font_has_is_seen_to_be_missing() -> None:
    assert [(run.text, run.font) for run in runs("a\ue000")] == [(f"a{UNKNOWN}", FIRST)]


def test_a_line_is_cut_by_font_and_direction() -> None:
    assert [(run.text, run.leftward) for run in runs("abc אבג 漢字 12")] == [
        *(("abc ", False), ("אבג", True), (" ", False), ("漢字", False), (" 12", False)),
    ]
    found = [(run.text, run.leftward) for run in runs("אבג (abc)")]
    assert found == [(")", True), ("abc", False), (" (", True), ("אבג", True)]


@pytest.mark.parametrize(
    "hostile", ["(", "(a)", "\u0301", "aא", "\U0001f469\u200d", "\U0001f3f4\U000e0067"]
)
def test_a_hostile_line_is_short_and_in_small_parts(hostile: str) -> None:
    line = hostile * 100_000
    assert len(clusters(line)) <= LONGEST
    assert sum(len(run.text) for run in runs(line)) <= LONGEST
    assert max((len(one) for one in texts(line)), default=0) < 20
