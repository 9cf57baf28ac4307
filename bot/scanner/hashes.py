"""Hashes of pictures as numbers: what is kept and compared of them, without what makes them."""

from dataclasses import dataclass, field

BITS = 128


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a picture is known by: the hash of the whole, and those of its windows.

    `thumbnail` is a small grey copy, to compare others with: there where it is to be known.
    """

    whole: int
    tiles: tuple[int, ...] = ()
    thumbnail: bytes = field(default=b"", repr=False)


def distance(one: int, other: int) -> int:
    """How many bits two hashes differ in; half of them where they have nothing in common."""
    return (one ^ other).bit_count()
