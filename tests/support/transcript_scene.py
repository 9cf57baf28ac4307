"""Transcripts to look at: one that has everything, and one of very many messages."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image

from bot.clock import to_snowflake
from bot.features.tickets.message_store import StoredFile, StoredMessage, TicketNote
from bot.features.tickets.model import Priority, Ticket, TicketState
from bot.features.tickets.transcript.document import TranscriptPictures, render
from bot.features.tickets.transcript.elements import MarkNames
from bot.features.tickets.transcript.lines import TranscriptCopy, TranscriptSource, lines_of
from bot.features.tickets.transcript.shelf import shrunk
from bot.texts import _

NOW = datetime(2026, 5, 24, 11, 30, tzinfo=UTC)
FACE, PHOTO = "https://cdn.discordapp.com/avatars/1/a.png", 71
EVERYTHING: Sequence[str | None] = (
    "Hello! **Bold**, *italic*, __underlined__, ~~struck~~, `code` and ||a spoiler||.",
    "> A quote\nand the answer\n- one\n- two\n1. first\n2. second",
    "# Big\n## Smaller\n### Small\n-# and very small",
    "```py\nfor boat in harbour:\n    print(boat, '<script>alert(1)</script>')\n```",
    "See https://example.com/a_b_c and [the map](https://example.com/map), <@5>, <@&7>, <#8>",
    "مرحبا، أين قاربي؟ **شكرا**",
    "שלום עולם 123 :)",
    "我的船在哪里。ボートはどこですか 👩‍👩‍👧‍👦 <:fish:9>",
    "W" * 500,
    "<t:1779622200:f> </ticket open:3> @everyone <img src=x onerror=alert(1)>",
    None,
    "",
)


def picture(colour: str, size: tuple[int, int]) -> str:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    made = shrunk(written.getvalue(), max(size))
    assert made is not None
    return made


def ticket() -> Ticket:
    return Ticket(
        id=1,
        guild_id=2,
        number=12,
        type_id=1,
        opener_id=5,
        opener_name="otter",
        opened_by_id=5,
        subject="My boat is <b>gone</b> قارب",
        answers={"Which boat?": "The red one\nwith a sail", "Since when?": "Monday"},
        state=TicketState.CLOSED,
        room_name="support-12",
        parent_id=None,
        is_thread=False,
        channel_id=None,
        priority=Priority.HIGH,
        claimed_by_id=6,
        created_at=NOW - timedelta(days=2),
        opened_at=NOW - timedelta(days=2),
        answered_at=NOW,
        spoken_at=NOW,
        spoken_by_opener=False,
        last_message_id=None,
        warned_at=None,
        promise_told_at=None,
        closed_at=NOW,
        closed_by_id=6,
        close_reason="Found it",
        close_source="staff_button",
        reopened_by_id=None,
        asked_by_id=None,
        ask_reason=None,
        rating=4,
        rating_comment="Quick!",
    )


def message(number: int, content: str | None, **more: Any) -> StoredMessage:
    at = NOW - timedelta(days=2) + timedelta(minutes=7 * number)
    role = ("opener", "staff", "participant", "bot")[number % 4]
    document: dict[str, Any] = {
        "name": ("otter", "harbour_master", "gull <b>", "Herald")[number % 4],
        "avatar": FACE if number % 2 else None,
        "content": content,
        "reply_to": None,
        "embeds": [],
        "reactions": {},
        "edits": [],
        **more,
    }
    return StoredMessage(
        id=to_snowflake(at) + number,
        ticket_id=1,
        author_id=5 + number % 4,
        author_role=role,
        document=document,
        written_at=at,
        is_deleted=bool(more.get("is_deleted")),
    )


def everything(copy: TranscriptCopy) -> str:
    """Every mark, state and part that a transcript can have."""
    said = [message(number, content) for number, content in enumerate(EVERYTHING)]
    embed = {
        "title": "A card",
        "description": "with *words*",
        "author": {"name": "Herald"},
        "footer": {"text": "below"},
        "fields": [{"name": "Pier", "value": "**9**"}],
        "image": {"proxy_url": FACE},
        "thumbnail": {"proxy_url": "https://media.discordapp.net/other.png"},
    }
    edit = {"content": "as it **was**", "until": NOW.isoformat()}
    said += [
        message(20, "An answer", reply_to=str(said[0].id), reactions={"👍": 3, "<:fish:9>": 1}),
        message(21, "To what is gone", reply_to="1", embeds=[embed]),
        message(22, "Edited", edits=[edit]),
        message(23, "Deleted `code` https://example.com/", is_deleted=True),
        message(24, "Files"),
    ]
    files = [
        StoredFile(PHOTO, said[-1].id, "boat.png", "image/png", 12_345, None, None),
        StoredFile(72, said[-1].id, "log <b>.txt", "text/plain", 99, None, None),
        StoredFile(73, said[-1].id, "film.mp4", "video/mp4", 90_000_000, "too large", None),
    ]
    notes = [TicketNote(1, 1, 6, "harbour_master", "Was here **before**, see <@5>.", NOW)]
    face = picture("navy", (64, 64))
    shown = TranscriptPictures(
        avatars={FACE: face},
        emoji={9: picture("teal", (44, 44))},
        embeds={FACE: picture("maroon", (300, 120))},
        files={PHOTO: picture("olive", (800, 500))},
        downloads={PHOTO: face, 72: "data:application/octet-stream;base64,aGk="},
        remarks=[_("Of its pictures the first {count} are shown.").format(count=200)],
    )
    return made(copy, said, shown, files=files, notes=notes)


def many(count: int) -> str:
    """A ticket in which very much was said."""
    said = [message(number, f"line {number}: {EVERYTHING[number % 8]}") for number in range(count)]
    return made(
        TranscriptCopy.STAFF, said, TranscriptPictures(avatars={FACE: picture("navy", (64, 64))})
    )


def made(
    copy: TranscriptCopy, said: list[StoredMessage], shown: TranscriptPictures, **more: Any
) -> str:
    names = MarkNames({5: "otter", 6: "harbour_master"}, {7: "Crew"}, {8: "dock"}, frozenset({9}))
    source = TranscriptSource(
        ticket=ticket(),
        copy=copy,
        guild="The Quiet Harbour",
        type_name="Support",
        messages=said,
        names=names,
        **more,
    )
    return render(source, lines_of(source), shown, NOW)
