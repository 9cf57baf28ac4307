"""What a receiver answered can neither mark up, ping, nor hide."""

from bot.user_text import clip, code_block, inline, visible

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
    assert shown == (f"\\*\\*a\\*\\* @{APART}here <{APART}#1> https:{APART}//discord.gg/x ␛")
    assert len(inline("x" * 300, 50)) == 50


def test_what_is_clipped_keeps_to_any_limit() -> None:
    clipped = {limit: clip("otter", limit) for limit in (-3, 0, 1, 4, 5)}
    assert clipped == {-3: "", 0: "", 1: "…", 4: "ott…", 5: "otter"}
