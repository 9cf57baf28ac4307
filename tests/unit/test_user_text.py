"""What a receiver answered can neither mark up, ping, nor hide."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.user_text import clip, code_block, escaped, inline, sought, visible

APART = "\u200b"


def test_control_characters_are_shown_and_not_obeyed() -> None:
    assert visible("\x1b[31mred\x1b[0m\x00\x7f\x85") == "␛[31mred␛[0m␀␡�"
    assert visible("a\r\nb\tc\u202edcba\u2066") == "a\nb\tc�dcba�"


def test_nothing_ends_a_block_or_pings_from_it() -> None:
    shown = code_block(b"```\n@everyone <@1> ` \xff\x00``", 500)
    assert shown.startswith("```\n")
    assert shown.endswith("\n```")
    inner = shown.removeprefix("```\n").removesuffix("\n```")
    assert "``" not in inner
    assert not inner.endswith("`")
    assert "@everyone" not in inner
    assert f"@{APART}everyone" in inner
    assert "�␀" in inner


def test_a_block_keeps_to_its_limit() -> None:
    for answer in (b"x" * 2048, b"`" * 2048, b"@" * 2048, b"\xff" * 2048, b"\x00" * 2048):
        assert len(code_block(answer, 1000)) <= 1000
    assert code_block(b"short", 1000) == "```\nshort\n```"


def test_a_line_is_one_line_without_markup_mentions_or_links() -> None:
    shown = inline("**a**\n@here <#1> https://discord.gg/x \x1b", 200)
    assert "\n" not in shown
    assert shown == (f"\\*\\*a\\*\\* @{APART}here <{APART}#1> https:{APART}//discord.gg{APART}/x ␛")
    assert len(inline("x" * 300, 50)) == 50


@pytest.mark.parametrize(
    "typed",
    [
        "https://evil.example/x",
        "discord.gg/x",
        "<https://evil.example>",
        "[a](https://evil.example)",
    ],
)
def test_no_address_that_somebody_typed_can_be_clicked(typed: str) -> None:
    for shown in (escaped(typed), inline(typed, 100)):
        assert "://" not in shown
        assert "discord.gg/" not in shown
        assert "](" not in shown or shown.startswith("\\[")


@given(st.text(max_size=60))
def test_a_search_is_the_same_for_every_case_and_form(text: str) -> None:
    assert sought(text) == sought(sought(text))
    assert sought(text) == sought(text.casefold()) == sought(unicodedata.normalize("NFKD", text))


def test_what_is_clipped_keeps_to_any_limit() -> None:
    clipped = {limit: clip("otter", limit) for limit in (-3, 0, 1, 4, 5)}
    assert clipped == {-3: "", 0: "", 1: "…", 4: "ott…", 5: "otter"}
