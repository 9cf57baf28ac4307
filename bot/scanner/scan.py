"""Scan of a picture: all that is found in it, as plain data that crosses a pipe."""

import json
from dataclasses import dataclass
from typing import Any

from bot.scanner.fingerprint import BITS, Fingerprint

MOST_TILES = 400


@dataclass(frozen=True, slots=True)
class Scan:
    """What a picture shows; `text` is None where nobody read it."""

    fingerprints: tuple[Fingerprint, ...] = ()
    codes: tuple[str, ...] = ()
    text: str | None = None


def packed(scan: Scan) -> bytes:
    """The scan as a worker answers it."""
    prints = [[one.whole, *one.tiles] for one in scan.fingerprints]
    return json.dumps({"prints": prints, "codes": scan.codes, "text": scan.text}).encode()


def unpacked(answer: bytes) -> Scan:
    """The scan that a worker answered; a ValueError where it is none.

    A worker that was led astray may answer anything.
    """
    try:
        read: Any = json.loads(answer)
        prints = [[_hash(one) for one in row] for row in read["prints"]]
        codes, text = [str(one) for one in read["codes"]], read["text"]
        found = tuple(Fingerprint(row[0], tuple(row[1 : MOST_TILES + 1])) for row in prints)
        return Scan(found, tuple(codes), None if text is None else str(text))
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("that is no scan") from error


def _hash(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << BITS:
        raise ValueError("that is no hash")
    return value
