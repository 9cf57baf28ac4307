"""Transcript: hostile text stays text, and ten thousand messages stall nobody."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import to_snowflake
from bot.features.tickets.message_store import StoredFile, StoredMessage, TicketNote
from bot.features.tickets.transcript.document import TranscriptPictures, policy, render
from bot.features.tickets.transcript.elements import MarkNames
from bot.features.tickets.transcript.lines import (
    TranscriptCopy,
    TranscriptSource,
    lines_of,
    newest_within,
    size_in_words,
)
from tests.support import transcript_scene as scene

NOW = datetime(2026, 5, 24, tzinfo=UTC)
ACTIVE = {"script", "style", "iframe", "object", "embed", "link", "base", "form", "input", "img"}
HOSTILE = "</script></style><script>alert(1)</script><img src=x onerror=y>\"'{{7*7}}{% x %}-->"

PIECES = st.sampled_from(
    ["script", "</title>", "javascript:", "<@5>", "https://a", *"<>\"'&/={}%-!#*_|`[]():;@ \n\0"]
)


class Elements(HTMLParser):
    """Counts what could act, and fails on an attribute that does."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found = list[str]()
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTIVE:
            self.found.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "style"
            if name in ("href", "src"):
                allowed = ("#", "data:image/webp;base64,", "https://", "http://")
                assert (value or "").startswith(allowed), value

    def handle_data(self, data: str) -> None:
        self.words += data


def source_of(text: str, copy: TranscriptCopy = TranscriptCopy.STAFF) -> TranscriptSource:
    """The text in every place that somebody else than we writes."""
    card: dict[str, Any] = {
        "title": text,
        "description": text,
        "author": {"name": text},
        "footer": {"text": text},
        "fields": [{"name": text, "value": text}],
        "image": {"proxy_url": text},
    }
    more: dict[str, Any] = {
        "name": text,
        "avatar": text,
        "embeds": [card],
        "reactions": {text: 1},
        "edits": [{"content": text, "until": NOW.isoformat()}],
    }
    first = scene.message(1, text, **more)
    second = scene.message(2, text, **{**more, "reply_to": str(first.id)})
    asked = replace(
        scene.ticket(),
        subject=text,
        opener_name=text,
        close_reason=text,
        rating_comment=text,
        answers={text: text},
    )
    return TranscriptSource(
        ticket=asked,
        copy=copy,
        guild=text,
        type_name=text,
        messages=[first, second],
        files=[StoredFile(1, first.id, text, text, 5, text, None)],
        notes=[TicketNote(1, 1, 5, text, text, NOW)],
        names=MarkNames({5: text, 6: text}, {7: text}, {8: text}),
    )


def made(source: TranscriptSource) -> str:
    return render(source, lines_of(source), TranscriptPictures(), NOW)


BARE = Elements(made(source_of("x"))).found


def test_hostile_text_is_shown_and_does_nothing() -> None:
    read = Elements(made(source_of(HOSTILE)))
    assert read.found == BARE
    assert "{{7*7}}" in read.words
    assert "<script>alert(1)</script>" in read.words


@given(st.text(max_size=60) | st.lists(PIECES, max_size=30).map("".join))
def test_whatever_is_typed_adds_no_element_that_acts(text: str) -> None:
    assert Elements(made(source_of(text))).found == BARE


def test_the_policy_lets_only_our_own_script_and_style_act() -> None:
    assert "unsafe" not in policy()
    assert "default-src 'none'" in policy()
    assert policy().replace("'", "&#39;") in made(source_of("x"))


def test_the_openers_copy_has_neither_notes_nor_earlier_wordings_nor_what_was_deleted() -> None:
    source = source_of("plain", TranscriptCopy.OPENER)
    first, second = source.messages
    source = replace(source, messages=[first, replace(second, is_deleted=True)])
    (line,) = lines_of(source)
    assert line.anchor == f"m{first.id}"
    assert line.edits == []
    assert [line.role for line in lines_of(replace(source, copy=TranscriptCopy.STAFF))] == [
        "staff",
        "participant",
        "note",
    ]


def test_of_too_many_lines_the_newest_stay() -> None:
    lines = lines_of(source_of("x" * 100))
    weight = sum(line.weight for line in lines)
    assert newest_within(lines, weight) == lines
    assert newest_within(lines, weight - 1) == lines[1:]
    assert newest_within(lines, 0) == []


@pytest.mark.parametrize(
    ("size", "words"), [(5, "5 bytes"), (2048, "2 KiB"), (3 * 1024 * 1024, "3.0 MiB")]
)
def test_sizes_are_read_by_people(size: int, words: str) -> None:
    assert size_in_words(size) == words


@pytest.mark.thorough("ten thousand messages")
async def test_ten_thousand_messages_leave_the_loop_to_others() -> None:
    said = [
        StoredMessage(
            to_snowflake(NOW) + number,
            1,
            5,
            "opener",
            {"name": "otter", "content": f"**line** {number}"},
            NOW + timedelta(seconds=number),
            False,
        )
        for number in range(10_000)
    ]
    source = replace(source_of("x"), messages=said, files=[])
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.to_thread(int)

    other = asyncio.create_task(others())
    text = await asyncio.to_thread(made, source)
    other.cancel()
    assert text.count('<li id="m') == 10_000
    assert len(text.encode()) < 8 * 1024 * 1024
    assert turns > 20
