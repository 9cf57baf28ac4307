"""Portraits: from anybody, so hostile; read once, within bounds."""

import asyncio
import io

import pytest
from PIL import Image

from bot.pictures.portraits import KEPT, LARGEST, WIDEST, Portraits, opened, portrait
from bot.pictures.shapes import ring, rounded


def picture(size: tuple[int, int] = (64, 64), form: str = "PNG", colour: str = "#102030") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, form)
    return file.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_square(form: str) -> None:
    found = opened(picture((90, 60), form), 40)
    assert found is not None
    assert (found.size, found.mode) == ((40, 40), "RGB")


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        picture()[:60],
        picture((WIDEST + 1, 8)),
        picture(form="BMP"),  # of a format that Discord does not give
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_is_no_picture_has_an_initial_for_it(content: bytes | None) -> None:
    assert opened(content, 40) is None
    drawn = portrait(content, 7 << 22, "  *Otter", 40)
    assert len(drawn.getcolors() or ()) > 1  # the letter on its ground
    assert portrait(content, 7 << 22, "\u202e", 40).size == (40, 40)


async def test_each_is_read_once_and_what_fails_or_is_too_large_is_left_out() -> None:
    asked = list[str]()

    async def read(url: str) -> bytes:
        asked.append(url)
        if url == "gone":
            raise ConnectionError
        return b"x" * (LARGEST + 1) if url == "huge" else url.encode()

    portraits = Portraits(read, failures=ConnectionError)
    assert await portraits.files(["a", "b", "a", "gone", "huge"]) == {"a": b"a", "b": b"b"}
    assert await portraits.files(["a", "b"]) == {"a": b"a", "b": b"b"}
    assert sorted(asked) == ["a", "b", "gone", "huge"]


async def test_one_that_does_not_come_keeps_no_other_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pictures.portraits.PATIENCE", 0.01)

    async def read(url: str) -> bytes:
        if url == "never":
            await asyncio.Event().wait()
        return b"x"

    assert await Portraits(read, failures=ConnectionError).files(["a", "never"]) == {"a": b"x"}


async def test_what_is_kept_is_bounded_the_longest_unused_go() -> None:
    asked = list[str]()

    async def read(url: str) -> bytes:
        asked.append(url)
        return b"x" * (KEPT // 4)

    portraits = Portraits(read, failures=ConnectionError)
    for url in "abcd":
        await portraits.files([url])
    await portraits.files(["a"])
    await portraits.files(["e"])
    asked.clear()
    await portraits.files(["a"])
    assert asked == []
    await portraits.files(["b"])
    assert asked == ["b"]


def test_shapes_have_smooth_edges_and_full_middles() -> None:
    mask = rounded(40, 20, 10)
    assert (mask.getpixel((20, 10)), mask.getpixel((0, 0))) == (255, 0)
    assert len(mask.getcolors() or ()) > 2
    half = ring(40, 6, 50)
    assert (half.getpixel((37, 20)), half.getpixel((2, 20)), half.getpixel((20, 20))) == (255, 0, 0)
