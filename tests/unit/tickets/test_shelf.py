"""Shelf: pictures are made small and anew, kept while there is room, asked of Discord alone."""

import base64
import io

import pytest
from PIL import Image

from bot.features.tickets.transcript import shelf
from bot.features.tickets.transcript.shelf import PictureShelf, shrunk
from tests.support.fake_acts import FakeActs

FACE = "https://cdn.discordapp.com/avatars/1/a.png"


def picture(size: tuple[int, int] = (300, 200), **more: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "PNG", **more)
    return written.getvalue()


def opened(address: str | None) -> Image.Image:
    assert address is not None
    kind, _comma, content = address.partition(",")
    assert kind == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_a_picture_is_small_and_has_nothing_but_its_points() -> None:
    sent = picture() + b"<script>alert(1)</script>"
    made = shrunk(sent, 60)
    with opened(made) as image:
        assert image.size == (60, 40)
    assert made is not None
    assert b"script" not in base64.b64decode(made.partition(",")[2])


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a", picture()[:60], b"\x89PNG\r\n"])
def test_what_is_none_is_left_out(content: bytes) -> None:
    assert shrunk(content, 60) is None


def test_a_picture_that_promises_too_many_points_is_not_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelf, "PIXELS", 300 * 200 - 1)
    assert shrunk(picture(), 60) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://cdn.discordapp.com/a.png",
        "https://evil.example/a.png",
        "https://cdn.discordapp.com.evil.example/a.png",
        "https://evildiscordapp.com/a.png",
        "https://cdn.discordapp.com@evil.example/a.png",
        "https://cdn.discordapp.com/embed/avatars/0.png",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
async def test_nobody_but_discord_is_asked(address: str) -> None:
    discord = FakeActs()
    discord.files = {address: picture()}
    assert await PictureShelf(discord).of_discord(address, 60) is None
    assert discord.calls == []


async def test_it_is_asked_for_once_while_there_is_room() -> None:
    discord = FakeActs()
    discord.files = {FACE: picture(), f"{FACE}2": picture()}
    roomy, full = PictureShelf(discord), PictureShelf(discord, room=10)
    for kept, asked in ((roomy, 1), (full, 2)):
        discord.calls.clear()
        assert await kept.of_discord(FACE, 60) == await kept.of_discord(FACE, 60)
        assert len(discord.calls) == asked


async def test_one_that_is_gone_is_left_out() -> None:
    assert await PictureShelf(FakeActs()).of_discord(FACE, 60) is None
