"""What people type: cleaned where it is stored, made harmless where it is shown."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.features.cases.evidence import clean_name
from bot.features.cases.model import (
    REASON_LIMIT,
    Order,
    audit_reason,
    checked,
    clean_reason,
)
from bot.uploads import NAME_LIMIT
from bot.user_text import clean_line, escaped

TEXT = st.text(max_size=200)


@given(TEXT)
def test_a_cleaned_text_is_one_line_and_stays_as_it_is(text: str) -> None:
    cleaned = clean_line(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", cleaned)
    assert clean_line(cleaned) == cleaned == cleaned.strip()
    cleaned.encode()


def test_joined_emoji_and_scripts_stay() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    text = f"{family} \u0645\u06cc\u200c\u062e\u0648 \u05e9\u05dc\u05d5\u05dd"
    assert clean_line(text) == text


def test_a_reason_has_its_limit() -> None:
    assert clean_reason("x" * REASON_LIMIT) == "x" * REASON_LIMIT
    assert clean_reason(" \n ") is clean_reason(None) is None
    with pytest.raises(UserError, match="at most 400"):
        clean_reason("x" * (REASON_LIMIT + 1))


def test_an_audit_reason_names_the_case_and_fits() -> None:
    assert audit_reason(7, "harbour_master", None) == "[case 7] harbour_master: -"
    assert len(audit_reason(10**9, "x" * 300, "y" * 400)) == 512


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        (Order("kick", 1, duration=timedelta(hours=1)), "no duration"),
        (Order("timeout", 1), "Say for how long"),
        (Order("tempban", 1), "Say for how long"),
        (Order("timeout", 1, duration=timedelta(days=28, seconds=1)), "between"),
        (Order("mute", 1, duration=timedelta(seconds=59)), "between"),
        (Order("ban", 1, deletes=timedelta(days=7, seconds=1)), "at most 7 days"),
        (Order("ban", 1, deletes=timedelta(seconds=-1)), "at most 7 days"),
    ],
)
def test_orders_that_do_not_fit(order: Order, refusal: str) -> None:
    with pytest.raises(UserError, match=refusal):
        checked(order)


@given(TEXT)
def test_shown_text_reads_as_typed_and_marks_nothing_up(text: str) -> None:
    shown = escaped(text)
    assert re.sub(r"\\([\\*_~`|<>()\[\]#@/:-])", r"\1", shown) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_~`|<\[#@/]", shown)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\autoexec.bat", "C_autoexec.bat"),
        ("proof\u202egnp.exe", "proofgnp.exe"),
        ("...", "evidence"),
        ("", "evidence"),
        ("a\r\nb.png", "a b.png"),
    ],
)
def test_names_of_files(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


@given(TEXT)
def test_any_name_becomes_one_that_is_safe(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= NAME_LIMIT
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', cleaned)


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("x" * 300 + ".png").endswith("x.png")
