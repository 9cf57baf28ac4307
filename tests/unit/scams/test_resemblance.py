"""Resemblance: hashes say which picture it may be, its detail says whether it is."""

import pytest

from bot.features.scams.model import Sure
from bot.features.scams.resemblance import MOST, KnownPicture, candidates, most
from bot.scanner.hashes import Fingerprint


def known(number: int, bits: int, *, tiles: tuple[int, ...] = ()) -> KnownPicture:
    """One whose hash differs from nought in so many bits."""
    return KnownPicture(number, 1, Fingerprint((1 << bits) - 1, tiles), "known_picture", "")


SEEN = Fingerprint(0)


@pytest.mark.parametrize(
    ("share", "sure"),
    [(1.0, Sure.HIGH), (0.9, Sure.HIGH), (0.86, Sure.MEDIUM), (0.8, Sure.LOW), (0.7, Sure.NOT)],
)
def test_what_was_compared_goes_by_that_alone(share: float, sure: Sure) -> None:
    for bits in (0, 8, 28):
        (found,) = candidates(SEEN, [known(1, bits)])
        assert found.compared(share).sure is sure
        assert (most([found.compared(share)]) is None) is (sure is Sure.NOT)


@pytest.mark.parametrize(
    ("bits", "sure"), [(8, Sure.HIGH), (16, Sure.MEDIUM), (24, Sure.LOW), (28, Sure.NOT)]
)
def test_what_nobody_could_compare_goes_by_its_hashes(bits: int, sure: Sure) -> None:
    (found,) = candidates(SEEN, [known(1, bits)])
    assert found.compared(None).sure is sure


def test_the_nearest_few_are_compared_and_the_one_that_agrees_most_is_it() -> None:
    found = candidates(SEEN, [known(number, number) for number in range(40)])
    assert [one.known.id for one in found] == list(range(MOST))
    shares = (0.4, 0.97, 0.93, None)
    best = most(one.compared(share) for one, share in zip(found, shares, strict=True))
    assert best is not None
    assert best.known.id == 1
    assert candidates(SEEN, [known(1, 29)]) == []
    (part,) = candidates(SEEN, [known(1, 60, tiles=((1 << 7) - 1,))])
    assert (part.is_part, part.bits, part.sure) == (True, 7, Sure.MEDIUM)
