"""Scan of a picture: all that is found in it, as plain data that crosses a pipe."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from bot.scanner.hashes import BITS, Fingerprint

MOST_TILES = 400
LONGEST_PREVIEW = 64 * 1024  # bytes


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
    return {"print": known_by, "codes": frame.codes, "preview": preview}


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
    found = None if hashes is None else [_hash(one) for one in hashes]
    return ScannedFrame(
        None if found is None else Fingerprint(found[0], tuple(found[1 : MOST_TILES + 1])),
        tuple(str(one) for one in read["codes"]),
        None if preview is None else b64decode(preview, validate=True)[:LONGEST_PREVIEW],
    )


def _hash(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << BITS:
        raise ValueError("that is no hash")
    return value
