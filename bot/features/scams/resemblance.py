"""Resemblance of a picture to those that are known: how near, and how sure that makes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.features.scams.model import Sure
from bot.scanner.hashes import Fingerprint, distance

WHOLE = {Sure.HIGH: 8, Sure.MEDIUM: 16, Sure.LOW: 24}
PART = {Sure.HIGH: 6, Sure.MEDIUM: 12, Sure.LOW: 18}
"""Bits that may differ, of 128; docs/security.md shows what that finds, and what it mistakes."""


@dataclass(frozen=True, slots=True)
class KnownPicture:
    """A picture that is known to be a scam; without a guild it is the instance's."""

    id: int
    guild_id: int | None
    print: Fingerprint = field(repr=False)
    category: str
    name: str


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The known picture that one is most like."""

    known: KnownPicture
    bits: int
    is_part: bool
    sure: Sure


def nearest(seen: Fingerprint, known: Sequence[KnownPicture]) -> Resemblance | None:
    """The one that it resembles most, where it does at all."""
    found = [one for one in (_resembled(seen, each) for each in known) if one is not None]
    return max(found, key=lambda one: (one.sure, -one.bits), default=None)


def _resembled(seen: Fingerprint, known: KnownPicture) -> Resemblance | None:
    whole = distance(seen.whole, known.print.whole)
    sure = _sure(whole, WHOLE)
    if sure is Sure.HIGH:
        return Resemblance(known, whole, is_part=False, sure=sure)
    part = min(_parts(seen, known.print), default=whole)
    sure_of_part = _sure(part, PART)
    if max(sure, sure_of_part) is Sure.NOT:
        return None
    if sure_of_part > sure:
        return Resemblance(known, part, is_part=True, sure=sure_of_part)
    return Resemblance(known, whole, is_part=False, sure=sure)


def _parts(seen: Fingerprint, known: Fingerprint) -> Iterable[int]:
    """What is seen may be a part of what is known, or have it within itself."""
    yield from (distance(seen.whole, tile) for tile in known.tiles)
    yield from (distance(known.whole, tile) for tile in seen.tiles)


def _sure(bits: int, limits: dict[Sure, int]) -> Sure:
    return next((sure for sure, limit in limits.items() if bits <= limit), Sure.NOT)
