"""Scan of a picture: all that is found in it, as plain data that crosses a pipe."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from bot.scanner.hashes import BITS, Fingerprint

MOST_TILES = 400
LONGEST_COPY = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class ScannedFrame:
    """What one frame shows; its print is None where that is next to nothing.

    `preview` is a small copy, for people who are to judge: there where the picture is to be known.
    """

    print: Fingerprint | None = None
    codes: tuple[str, ...] = ()
    preview: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a picture shows, frame by frame; `text`, of the first, is None where nobody read it."""

    frames: tuple[ScannedFrame, ...] = ()
    text: str | None = None

    @property
    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """What its frames are known by, each once."""
        return tuple(dict.fromkeys(one.print for one in self.frames if one.print is not None))

    @property
    def codes(self) -> tuple[str, ...]:
        """What its codes say, each once."""
        return tuple(dict.fromkeys(code for one in self.frames for code in one.codes))


def packed(scan: Scan) -> bytes:
    """The scan as a worker answers it."""
    return json.dumps({"frames": [*map(_packed, scan.frames)], "text": scan.text}).encode()


def _packed(frame: ScannedFrame) -> dict[str, Any]:
    known_by = None if frame.print is None else [frame.print.whole, *frame.print.tiles]
    preview = None if frame.preview is None else b64encode(frame.preview).decode()
    thumbnail = "" if frame.print is None else b64encode(frame.print.thumbnail).decode()
    return {
        "print": known_by,
        "thumbnail": thumbnail,
        "codes": frame.codes,
        "preview": preview,
    }


def packed_shares(shares: Sequence[float | None]) -> bytes:
    """How much of known pictures stands in one, as a worker answers it."""
    return json.dumps(shares).encode()


def unpacked_shares(answer: bytes) -> list[float | None]:
    """The same, back; a ValueError where it is none."""
    read: Any = json.loads(answer)
    if not isinstance(read, list):
        raise ValueError("those are no shares")
    return [None if one is None else _share(one) for one in cast("list[Any]", read)]


def _share(value: Any) -> float:
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("that is no share")
    return float(value)


def unpacked(answer: bytes) -> Scan:
    """The scan that a worker answered; a ValueError where it is none.

    A worker that was led astray may answer anything.
    """
    try:
        read: Any = json.loads(answer)
        text = read["text"]
        return Scan(tuple(map(_unpacked, read["frames"])), None if text is None else str(text))
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("that is no scan") from error


def _unpacked(read: Any) -> ScannedFrame:
    hashes, preview = read["print"], read["preview"]
    return ScannedFrame(
        None if hashes is None else _fingerprint([*map(_hash, hashes)], read["thumbnail"]),
        tuple(str(one) for one in read["codes"]),
        None if preview is None else _bytes(preview),
    )


def _fingerprint(hashes: list[int], thumbnail: str) -> Fingerprint:
    return Fingerprint(hashes[0], tuple(hashes[1 : MOST_TILES + 1]), _bytes(thumbnail))


def _bytes(value: str) -> bytes:
    return b64decode(value, validate=True)[:LONGEST_COPY]


def _hash(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << BITS:
        raise ValueError("that is no hash")
    return value
