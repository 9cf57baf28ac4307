"""Hashes of pictures as numbers: what is kept and compared of them, without what makes them."""

from dataclasses import dataclass

BITS = 128


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a picture is known by: the hash of the whole, and those of its windows."""

    whole: int
    tiles: tuple[int, ...] = ()


def distance(one: int, other: int) -> int:
    """How many bits two hashes differ in; half of them where they have nothing in common."""
    return (one ^ other).bit_count()
