"""Resemblance of a picture to those that are known: how near, and how sure that makes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.features.scams.model import Sure
from bot.scanner.hashes import Fingerprint, distance

NEAR = 28
"""Bits that may differ, of 128, from a known picture that is laid over one to compare them."""
MOST = 4  # that are compared so
DETAIL = {Sure.HIGH: 0.9, Sure.MEDIUM: 0.85, Sure.LOW: 0.75}
"""Share of the known one's detail that has to be there; docs/security.md shows what that finds."""
WHOLE = {Sure.HIGH: 8, Sure.MEDIUM: 16, Sure.LOW: 24}
PART = {Sure.HIGH: 6, Sure.MEDIUM: 12, Sure.LOW: 18}
"""Bits that may differ where there is no copy of the known one, or too little detail on it."""


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
    """A known picture that one is like: by its hashes, and by its detail where that is compared."""

    known: KnownPicture
    bits: int
    is_part: bool
    sure: Sure
    share: float | None = None

    def compared(self, share: float | None) -> "Resemblance":
        """What the comparison says counts alone; None where it says nothing."""
        return self if share is None else replace(self, share=share, sure=_sure_by(share))


def candidates(seen: Fingerprint, known: Sequence[KnownPicture]) -> list[Resemblance]:
    """The known ones that it may be, the nearest first."""
    found = [_resembled(seen, one) for one in known]
    near = [one for one in found if one.sure > Sure.NOT or one.bits <= NEAR]
    return sorted(near, key=lambda one: (-one.sure, one.bits))[:MOST]


def most(found: Iterable[Resemblance]) -> Resemblance | None:
    """The one that says most, if any does."""
    likely = [one for one in found if one.sure > Sure.NOT]
    return max(likely, key=lambda one: (one.sure, one.share or 0, -one.bits), default=None)


def _resembled(seen: Fingerprint, known: KnownPicture) -> Resemblance:
    whole = distance(seen.whole, known.print.whole)
    sure = _sure(whole, WHOLE)
    if sure is Sure.HIGH:
        return Resemblance(known, whole, is_part=False, sure=sure)
    part = min(_parts(seen, known.print), default=whole)
    sure_of_part = _sure(part, PART)
    if sure_of_part > sure or (sure is Sure.NOT and part < whole):
        return Resemblance(known, part, is_part=True, sure=sure_of_part)
    return Resemblance(known, whole, is_part=False, sure=sure)


def _parts(seen: Fingerprint, known: Fingerprint) -> Iterable[int]:
    """What is seen may be a part of what is known, or have it within itself."""
    yield from (distance(seen.whole, tile) for tile in known.tiles)
    yield from (distance(known.whole, tile) for tile in seen.tiles)


def _sure(bits: int, limits: dict[Sure, int]) -> Sure:
    return next((sure for sure, limit in limits.items() if bits <= limit), Sure.NOT)


def _sure_by(share: float) -> Sure:
    return next((sure for sure, least in DETAIL.items() if share >= least), Sure.NOT)
