"""Evidence: the pictures of a message as they are kept, to be known again or left alone."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.scanner.hashes import BITS, Fingerprint

WIDE = BITS // 8  # bytes of a hash


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """A picture: the digest of its bytes, and what it is known by, where it shows anything."""

    digest: bytes
    print: Fingerprint | None = field(repr=False)


def tiles_of(stored: bytes) -> tuple[int, ...]:
    """Hashes from the row."""
    return tuple(
        int.from_bytes(stored[start : start + WIDE]) for start in range(0, len(stored), WIDE)
    )


def stored_tiles(tiles: Sequence[int]) -> bytes:
    """Hashes as the row has them."""
    return b"".join(one.to_bytes(WIDE) for one in tiles)


def document_of(seen: SeenPicture) -> dict[str, Any]:
    """A picture as a detection keeps it."""
    if seen.print is None:
        return {"digest": seen.digest.hex()}
    tiles = stored_tiles((seen.print.whole, *seen.print.tiles))
    thumbnail = b64encode(seen.print.thumbnail).decode()
    return {"digest": seen.digest.hex(), "tiles": tiles.hex(), "thumbnail": thumbnail}


def picture_of(document: Mapping[str, Any]) -> SeenPicture:
    """The same, back."""
    tiles = tiles_of(bytes.fromhex(document.get("tiles", "")))
    thumbnail = b64decode(document.get("thumbnail", ""))
    known_by = Fingerprint(tiles[0], tiles[1:], thumbnail) if tiles else None
    return SeenPicture(bytes.fromhex(document["digest"]), known_by)
