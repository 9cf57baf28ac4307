"""Scan of a picture: all that is found in it, as plain data that crosses a pipe."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from bot.scanner.hashes import BITS, Fingerprint

MOST_TILES = 400
LONGEST_PREVIEW = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Scan:
    """What a picture shows; `text` is None where nobody read it.

    `preview` is a small copy, for people who are to judge: there where the picture is to be known.
    """

    fingerprints: tuple[Fingerprint, ...] = ()
    codes: tuple[str, ...] = ()
    text: str | None = None
    preview: bytes | None = field(default=None, repr=False)


def packed(scan: Scan) -> bytes:
    """The scan as a worker answers it."""
    prints = [[one.whole, *one.tiles] for one in scan.fingerprints]
    preview = None if scan.preview is None else b64encode(scan.preview).decode()
    document = {"prints": prints, "codes": scan.codes, "text": scan.text, "preview": preview}
    return json.dumps(document).encode()


def unpacked(answer: bytes) -> Scan:
    """The scan that a worker answered; a ValueError where it is none.

    A worker that was led astray may answer anything.
    """
    try:
        read: Any = json.loads(answer)
        prints = [[_hash(one) for one in row] for row in read["prints"]]
        codes, text, preview = [str(one) for one in read["codes"]], read["text"], read["preview"]
        found = tuple(Fingerprint(row[0], tuple(row[1 : MOST_TILES + 1])) for row in prints)
        shown = None if preview is None else b64decode(preview, validate=True)[:LONGEST_PREVIEW]
        return Scan(found, tuple(codes), None if text is None else str(text), shown)
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("that is no scan") from error


def _hash(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << BITS:
        raise ValueError("that is no hash")
    return value
