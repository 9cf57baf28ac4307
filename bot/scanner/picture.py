"""Picture of a stranger, opened within bounds: its first frames, flat and small.

Only a worker calls this: a decoder that is led astray takes its process with it.
"""

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_PIXELS = 40_000_000
WIDEST = 16_384  # pixels of either side
SIDE = 1_280  # what is looked at has this side at most
FRAMES = 3
PREVIEW = 320
THUMBNAIL = 256


class Unreadable(Exception):
    """Picture that is not looked at; its text is one of the reasons that are counted."""


def opened(content: bytes) -> list[Image.Image]:
    """The first frames in RGB, at most `SIDE` wide and high; Unreadable for what is none."""
    try:
        with _lenient(), Image.open(io.BytesIO(content), formats=FORMATS) as file:
            refuse_size(*file.size)
            return list(_frames(file))
    except UnidentifiedImageError as error:
        raise Unreadable("no_picture") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("broken") from error


@contextmanager
def _lenient() -> Generator[None]:
    """Discord shows the half of a file that is cut off, so that half is what people see.

    What is too large is refused below: the library's own limit would only warn at first.
    """
    before = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = True, None
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = before


def refuse_size(width: int, height: int) -> None:
    """Unreadable for one whose pixels would take too much to hold, whatever its file says."""
    if max(width, height) > WIDEST or width * height > MOST_PIXELS:
        raise Unreadable("too_large")


def _frames(file: Image.Image) -> Iterator[Image.Image]:
    """One frame that cannot be read ends the look, but not what was seen before it."""
    # How many there are is not asked: that reads the whole file, however long it is.
    for number in range(FRAMES):
        try:
            file.seek(number)
            if number == 0:
                file.draft("RGB", (SIDE, SIDE))  # a JPEG can be read smaller than it is
            yield _small(file)
        except (OSError, ValueError, SyntaxError, EOFError):  # the last means that it has no more
            if number == 0:
                raise
            return


def _small(file: Image.Image) -> Image.Image:
    """Shrunk first: what comes after costs by the pixel."""
    file.load()
    has_alpha = "A" in file.getbands() or "transparency" in file.info
    frame = file.convert("RGBA" if has_alpha else "RGB")
    frame.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if not has_alpha:
        return frame
    flat = Image.new("RGB", frame.size, "white")
    flat.paste(frame, mask=frame.getchannel("A"))
    return flat


def preview(picture: Image.Image) -> bytes:
    """A small copy for people who are to judge: too small to be of use to a scam."""
    return _copy(picture, PREVIEW, quality=60)


def thumbnail(picture: Image.Image) -> bytes:
    """A smaller one, grey, with which others are compared."""
    return _copy(picture.convert("L"), THUMBNAIL, quality=70)


def _copy(picture: Image.Image, side: int, *, quality: int) -> bytes:
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.BILINEAR)
    file = io.BytesIO()
    copy.save(file, "JPEG", quality=quality)
    return file.getvalue()
