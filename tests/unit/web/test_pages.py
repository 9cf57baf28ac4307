"""Pages: what people typed is shown and does nothing, and each notice says what to do."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from markupsafe import Markup

from bot.user_text import initials
from bot.web.notices import NOTICES, Notice, draw_notice, notice_of
from bot.web.pages import Pages, apart, fill, icon, isolated, moment

HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}{name}"


def test_fields_are_escaped_and_what_is_marked_up_is_not() -> None:
    filled = fill("<{guild}> of {number}", guild=isolated(HOSTILE), number="<i>")
    assert filled == Markup(
        "&lt;<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;{{7*7}}{name}</bdi>&gt;"
        " of &lt;i&gt;"
    )


def test_a_moment_is_read_by_people_and_by_machines() -> None:
    when = datetime(2026, 5, 4, 9, 7, 5, tzinfo=UTC)
    assert moment(when) == Markup(
        '<time datetime="2026-05-04T09:07:05Z">4 May 2026 at 09:07 UTC</time>'
    )


def test_a_moment_of_another_zone_is_told_in_utc() -> None:
    when = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert "31 December 2025 at 22:30 UTC" in moment(when)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("The Quiet Harbour", "TQ"),
        ("harbour", "H"),
        ("«Über» 9", "Ü9"),
        ("מרחב שקט", "מש"),
        ("Z\u0351\u0352\u0353algo", "Z"),
        ("🦦 🦦", "#"),
        ("", "#"),
    ],
)
def test_a_server_without_a_picture_has_two_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://cdn.discordapp.com/icons/1/a.png", True),
        ("http://cdn.discordapp.com/icons/1/a.png", False),
        ("https://cdn.discordapp.com.evil.example/a.png", False),
        ("https://evil.example/https://cdn.discordapp.com/", False),
        ("javascript:alert(1)", False),
        (None, False),
    ],
)
def test_a_picture_comes_from_discord_or_there_is_none(url: str | None, *, shown: bool) -> None:
    assert icon(url) == (url if shown else None)


def test_numbers_and_titles() -> None:
    assert apart("x") == "\u2068x\u2069"


@pytest.mark.parametrize("notice", NOTICES.values(), ids=lambda notice: str(notice.status))
def test_each_notice_says_what_is_and_what_to_do(notice: Notice) -> None:
    page = draw_notice(Pages(), notice)
    assert f"<title>{notice.title} · Herald</title>" in page
    assert f"<h1>{notice.title}</h1>" in page
    assert notice.text in page
    assert notice.advice
    assert notice.advice in page
    assert "What you had written" not in page


@pytest.mark.parametrize(
    ("status", "shown"), [(404, 404), (405, 400), (418, 400), (500, 500), (502, 500), (503, 503)]
)
def test_every_status_has_a_page(status: int, shown: int) -> None:
    assert notice_of(status).status == shown


def test_a_notice_gives_back_what_was_typed_and_names_the_error() -> None:
    page = draw_notice(Pages(), notice_of(500), typed=HOSTILE, reference="ab12cd34")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "49" not in re.sub(r"\?v=[0-9a-f]{12}", "", page)
    assert "<code>ab12cd34</code>" in page


@pytest.mark.parametrize("root", ["", "/", "/below", "/below/"])
def test_pages_hold_no_script_and_no_style_of_their_own(root: str) -> None:
    page = draw_notice(Pages(root), notice_of(404))
    assert re.findall(r"<script|<style|\bstyle=|\son\w+=|javascript:", page) == []
    links = re.findall(r'(?:src|href)="([^"#]+)"', page)
    files = {re.sub(r"\?v=[0-9a-f]{12}$", "", link) for link in links}
    assert files == {f"{root.rstrip('/')}/static/{name}" for name in ("portal.css", "herald.svg")}


def test_a_page_says_its_language() -> None:
    assert '<html lang="en" dir="ltr">' in draw_notice(Pages(), notice_of(404), accepted="xx, *")
