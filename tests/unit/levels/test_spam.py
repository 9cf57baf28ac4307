"""Repeats, one word over and over, and floods of single words; ordinary talk passes."""

import pytest

from bot.activity import MessageActivity
from bot.features.levels.spam import REMEMBERED, REPEATS_MS, RecentTexts, Spam


def said(content: str | None, files: int = 0) -> MessageActivity:
    return MessageActivity(1, 2, (3,), 4, False, False, frozenset(), content, files)


def verdicts(*texts: str | None) -> list[Spam | None]:
    recent = RecentTexts()
    return [recent.judge(said(text), 1_000 * number) for number, text in enumerate(texts)]


def test_talk_passes() -> None:
    assert (
        verdicts("Good morning", "ok", "Where is my boat?", "Thank you, thank you", "lol")
        == [None] * 5
    )


@pytest.mark.parametrize(
    "again", ["good morning", "GOOD   MORNING", "\uff27\uff4f\uff4f\uff44 morning"]
)
def test_the_same_is_no_news_whatever_its_case_and_form(again: str) -> None:
    assert verdicts("Good morning", again) == [None, Spam.REPEAT]
    assert verdicts("Good morning", "and then", again) == [None, None, Spam.REPEAT]


def test_a_repeat_is_one_for_ten_minutes_and_among_the_last_few() -> None:
    recent = RecentTexts()
    assert recent.judge(said("Good morning"), 0) is None
    assert recent.judge(said("Good morning"), REPEATS_MS) is None
    for number in range(REMEMBERED):
        recent.judge(said(f"and {number}"), REPEATS_MS)
    assert recent.judge(said("Good morning"), REPEATS_MS + 1) is None


def test_single_words_in_a_row_are_a_flood() -> None:
    assert verdicts("one", "two", "three", "four", "it is enough", "five") == [
        *[None, None],
        *[Spam.FLOOD, Spam.FLOOD],
        *[None, None],
    ]


def test_one_word_over_and_over_is_nothing_in_any_script() -> None:
    assert verdicts("xp xp XP xp", "مرحبا مرحبا مرحبا") == [Spam.ONE_WORD, Spam.ONE_WORD]
    assert verdicts("no no") == [None]


def test_pictures_and_what_cannot_be_read_speak_for_themselves() -> None:
    recent = RecentTexts()
    assert [recent.judge(said("", files=1), 0) for _ in range(5)] == [None] * 5
    assert [recent.judge(said(None), 0) for _ in range(5)] == [None] * 5
    assert recent.judge(said("x" * 100_000), 0) is None
