"""What a worker makes of pictures, the hostile ones among them."""

import io
import random
from contextlib import suppress

import pytest
from PIL import GifImagePlugin, Image

from bot.scanner.picture import MOST_PIXELS, SIDE, WIDEST, Unreadable, opened, refuse_size
from bot.scanner.scan import Scan, packed, packed_shares, unpacked, unpacked_shares
from bot.scanner.worker import answer, scanned
from tests.support.scam_pictures import chart, photo, png, scam, with_code

CODE = "https://example.com/somewhere"


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def animated(*frames: Image.Image) -> bytes:
    return saved(frames[0], "GIF", save_all=True, append_images=list(frames[1:]), duration=40)


def coded() -> Image.Image:
    return with_code(chart(random.Random(1)), CODE, random.Random(1))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
@pytest.mark.thorough("one format of three stays", but="JPEG")
def test_a_code_is_read_in_every_format_and_hashes_are_found(kind: str) -> None:
    found = scanned(saved(coded(), kind))
    assert found.codes == (CODE,)
    assert len(found.fingerprints[0].tiles) > 50
    assert (found.text, found.frames[0].preview) == (None, None)
    assert found.fingerprints[0].thumbnail == b""
    known = scanned(saved(coded(), kind), dense=True)
    assert max(Image.open(io.BytesIO(known.fingerprints[0].thumbnail)).size) == 256
    assert known.fingerprints[0].whole == found.fingerprints[0].whole
    assert len(known.fingerprints[0].tiles) > len(found.fingerprints[0].tiles)
    preview = Image.open(io.BytesIO(known.frames[0].preview or b""))
    assert max(preview.size) <= 320


def test_a_scan_crosses_the_pipe_whole_and_nonsense_does_not() -> None:
    found = scanned(png(coded()), dense=True)
    assert unpacked(packed(found)) == found
    assert unpacked(packed(Scan())) == Scan()
    for nonsense in (
        b"",
        b"[]",
        b"{}",
        b'{"text": null}',
        b'{"frames": 7, "text": null}',
        b'{"frames": [{"print": [1], "thumbnail": "%", "codes": []}], "text": null}',
        b'{"frames": [{"print": [1], "codes": [], "preview": null}], "text": null}',
        b'{"frames": [{"print": [-1], "codes": [], "preview": null}], "text": null}',
        b'{"frames": [{"print": [], "codes": [], "preview": null}], "text": null}',
        b'{"frames": [{"print": ["a"], "codes": [], "preview": null}], "text": null}',
        b'{"frames": [{"print": null, "codes": 7, "preview": null}], "text": null}',
        b'{"frames": [{"print": null, "codes": [], "preview": "%%"}], "text": null}',
    ):
        with pytest.raises(ValueError, match=r".*"):
            unpacked(nonsense)
    assert unpacked_shares(packed_shares([0.25, None, 1.0])) == [0.25, None, 1.0]
    for nonsense in (b"", b"{}", b"[-1]", b"[1.5]", b"[NaN]", b'["a"]', b"7", b"[[1]]"):
        with pytest.raises(ValueError, match=r".*"):
            unpacked_shares(nonsense)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no_picture"),
        (b"just text that was called .png", "no_picture"),
        (b"PK\x03\x04" + b"\0" * 60, "no_picture"),
        (b"%PDF-1.7 " + b"\0" * 60, "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "broken|no_picture"),
    ],
)
def test_what_is_no_picture_says_so(content: bytes, reason: str) -> None:
    assert refused(content) in reason.split("|")


@pytest.mark.parametrize(
    ("mode", "size", "kind", "reason"),
    [
        ("L", (40, 40), "TIFF", "no_picture"),
        ("L", (40, 40), "BMP", "no_picture"),
        ("1", (12_000, 12_000), "PNG", "too_large"),
        ("1", (30_000, 10), "PNG", "too_large"),
        ("1", (8_000, 8_000), "GIF", "too_large"),
    ],
)
def test_a_picture_that_is_not_looked_at_says_why(
    mode: str, size: tuple[int, int], kind: str, reason: str
) -> None:
    assert refused(saved(Image.new(mode, size), kind)) == reason


def refused(content: bytes) -> str:
    said, is_scan = answer(content, reads=False, dense=False)
    assert not is_scan
    return said.decode()


def test_the_limits_are_those_of_each_side_and_of_all_pixels() -> None:
    refuse_size(WIDEST, MOST_PIXELS // WIDEST)
    for size in ((WIDEST + 1, 1), (1, WIDEST + 1), (MOST_PIXELS // 4_000 + 1, 4_000)):
        with pytest.raises(Unreadable):
            refuse_size(*size)


def test_a_picture_that_is_cut_off_is_looked_at_as_far_as_it_goes() -> None:
    """Discord shows that half, so it is what people see."""
    whole = png(photo(random.Random(2)).resize((200, 200)))
    (frame,) = opened(whole[: len(whole) // 2])
    assert frame.size == (200, 200)
    for length in range(0, len(whole), len(whole) // 40):
        with suppress(Unreadable):
            opened(whole[:length])


def test_of_an_animation_the_first_frames_are_looked_at() -> None:
    calm = chart(random.Random(4))
    assert CODE in scanned(animated(calm, coded())).codes
    late = animated(*(chart(random.Random(n)).resize((90, 60)) for n in range(4)), coded())
    assert len(opened(late)) == 3


def test_frames_that_nobody_looks_at_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(_file: Image.Image) -> int:
        raise AssertionError("it reads the whole file, however long that is")

    monkeypatch.setattr(GifImagePlugin.GifImageFile, "n_frames", property(counted))
    frames = [chart(random.Random(n)).resize((90, 60)) for n in range(5)]
    assert len(opened(animated(*frames))) == 3
    assert len(opened(animated(*frames[:2]))) == 2
    assert len(opened(png(frames[0]))) == 1


def test_a_large_picture_is_looked_at_small_and_an_empty_one_has_no_hash() -> None:
    (frame,) = opened(saved(Image.new("RGB", (6_000, 3_000), "red"), "JPEG"))
    assert max(frame.size) <= SIDE
    assert scanned(png(Image.new("RGB", (600, 400), "white"))).fingerprints == ()
    assert scanned(png(Image.new("RGBA", (1, 1)))).fingerprints == ()


def test_what_is_see_through_is_looked_at_as_on_white() -> None:
    clear = Image.new("RGBA", (900, 600), (0, 0, 0, 0))
    black = scam(3).convert("L").resize((900, 600)).point(lambda level: 255 - level)
    clear.putalpha(black)
    assert scanned(png(clear)).fingerprints != ()
