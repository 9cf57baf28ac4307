"""What people type into an appeal, and what is drawn of it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.features.appeals.model import MESSAGE_LIMIT, clean_message, clean_reason
from bot.user_text import clean_line, clean_paragraphs, escaped

HIDDEN = set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u061c")


@given(st.text(st.characters() | st.sampled_from([*HIDDEN, "\r", "\n", " ", "e", "\u0301"])))
def test_a_cleaned_message_hides_nothing_and_stays_as_it_is(text: str) -> None:
    cleaned = clean_paragraphs(text)
    assert not HIDDEN & set(cleaned)
    assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in cleaned.replace("\n", ""))
    assert "\n\n\n" not in cleaned
    assert cleaned == cleaned.strip()
    assert clean_paragraphs(cleaned) == cleaned


@given(st.text())
def test_one_paragraph_is_one_line(text: str) -> None:
    assert "\n" not in clean_line(text)


def test_the_limit_counts_what_is_kept() -> None:
    assert len(clean_message(" \u200b" + "e\u0301" * MESSAGE_LIMIT)) == MESSAGE_LIMIT
    with pytest.raises(UserError, match="at most 2000 characters; these are 2001"):
        clean_message("x" * (MESSAGE_LIMIT + 1))


def test_joiners_and_scripts_stay() -> None:
    for text in (
        "👩\u200d👩\u200d👧",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "नमस्ते",
        "❤\ufe0f",
    ):
        assert clean_message(text) == text


def test_a_reason_is_one_paragraph_and_a_denial_has_one() -> None:
    assert clean_reason("approved", None) is None
    assert clean_reason("approved", " a\nb ") == "a b"
    assert clean_reason("denied", "x" * 400) == "x" * 400
    for text in (None, " \u202e"):
        with pytest.raises(UserError, match="the person reads it"):
            clean_reason("denied", text)
    with pytest.raises(UserError, match="at most 400"):
        clean_reason("approved", "x" * 401)


def test_marks_are_shown_and_not_obeyed() -> None:
    assert escaped("<@1> **x** [a](b)") == r"\<\@1\> \*\*x\*\* \[a\]\(b\)"
