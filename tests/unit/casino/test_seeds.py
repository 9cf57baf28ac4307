"""Seeds: the numbers are committed to, follow from the seeds alone, and favour none."""

import hashlib
import hmac
from collections import Counter

import pytest

from bot.features.casino.own_seed import is_own_seed
from bot.seeds import RoundSeeds, commitment, new_seed


def test_a_commitment_is_the_sha256_of_the_seed() -> None:
    seed = new_seed()
    assert len(seed) == 32
    assert commitment(seed) == hashlib.sha256(seed).hexdigest()
    assert new_seed() != seed


def test_the_numbers_are_those_of_the_published_algorithm() -> None:
    words = b"".join(
        hmac.digest(b"k" * 32, f"mine:7:{block}".encode(), "sha256") for block in (0, 1)
    )
    expected = [int.from_bytes(words[at : at + 4], "big") for at in range(0, 64, 4)]
    stream = RoundSeeds(b"k" * 32, "mine", 7).stream()
    assert [stream.below(1 << 32) for _ in range(16)] == expected


def test_a_word_of_the_incomplete_fold_is_passed_over() -> None:
    limit = 3 << 30  # one word in four is beyond it
    seeds = RoundSeeds(b"seed", "mine", 1)
    everything, stream = seeds.stream(), seeds.stream()
    words = [everything.below(1 << 32) for _ in range(400)]
    fitting = [word for word in words if word < limit]
    assert len(fitting) < 350
    assert [stream.below(limit) for _ in range(len(fitting))] == fitting


def test_every_number_is_as_likely_as_any_other() -> None:
    stream = RoundSeeds(b"another seed", "mine", 1).stream()
    counts = Counter(stream.below(37) for _ in range(37_000))
    chi_square = sum((counts[number] - 1000) ** 2 / 1000 for number in range(37))
    assert chi_square < 68  # 36 degrees of freedom: one in a thousand is above


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((b"a", "mine", 1), (b"b", "mine", 1)),
        ((b"a", "mine", 1), (b"a", "yours", 1)),
        ((b"a", "mine", 1), (b"a", "mine", 2)),
        ((b"a", "mine1", 1), (b"a", "mine", 11)),
    ],
)
def test_each_of_the_three_changes_the_numbers(
    one: tuple[bytes, str, int], other: tuple[bytes, str, int]
) -> None:
    first, second = RoundSeeds(*one).stream(), RoundSeeds(*other).stream()
    assert [first.below(100) for _ in range(20)] != [second.below(100) for _ in range(20)]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("luck-7_A", True),
        ("x" * 32, True),
        ("x" * 33, False),
        ("", False),
        ("a:1", False),
        ("a b", False),
        ("é", False),
        ("a\n", False),
    ],
)
def test_an_own_seed_cannot_be_read_in_two_ways(text: str, fits: bool) -> None:
    assert is_own_seed(text) is fits
