"""Agreement of pictures: the same in other sizes, places and lights; other words are others."""

import io
import random
from collections.abc import Callable

import pytest
from PIL import Image

from bot.scanner.agreement import agreement
from bot.scanner.fingerprint import fingerprint
from bot.scanner.picture import thumbnail
from tests.support.scam_pictures import (
    barred,
    cropped,
    encoded,
    framed,
    look_alike,
    overlaid,
    photo,
    scam,
    stretched,
    tinted,
)

Change = Callable[[Image.Image, random.Random], bytes]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def share(known: Image.Image, seen: Image.Image) -> float | None:
    return agreement(opened(thumbnail(known)), seen)


@pytest.mark.parametrize(
    "change",
    [encoded, tinted, overlaid, cropped, framed, barred, stretched],
    ids=lambda one: one.__name__,
)
@pytest.mark.thorough("compares many pictures")
def test_what_became_of_a_picture_agrees_with_it(change: Change) -> None:
    found = share(scam(5), opened(change(scam(5), random.Random(5))))
    assert found is not None
    assert found >= 0.9


@pytest.mark.thorough("compares many pictures")
def test_other_words_in_the_same_places_do_not_agree_whatever_their_hashes_say() -> None:
    for seed in (1, 5):
        known, other = fingerprint(scam(seed)), fingerprint(look_alike(seed))
        assert known is not None
        assert other is not None
        assert (known.whole ^ other.whole).bit_count() <= 12
        found = share(scam(seed), look_alike(seed))
        assert found is not None
        assert found < 0.7


def test_what_has_nothing_in_common_does_not_agree() -> None:
    for other in (scam(2), scam(9), photo(random.Random(1)), Image.new("RGB", (700, 500), "navy")):
        found = share(scam(1), other)
        assert found is not None
        assert found < 0.5


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (16, 16), (4_000, 20)])
def test_sizes_at_the_edge_are_compared_with_no_harm(size: tuple[int, int]) -> None:
    thin = scam(1).resize(size)
    assert (share(scam(1), thin) or 0.0) < 0.9
    assert share(thin, scam(1)) in (None, 0.0)


def test_of_a_picture_with_too_little_detail_nothing_is_said() -> None:
    soft = Image.linear_gradient("L").resize((600, 400))
    assert share(soft, soft) is None


def test_a_part_without_any_detail_is_not_taken_for_the_whole() -> None:
    ground = scam(1).crop((0, 600, 200, 700))
    assert share(scam(1), ground) == 0.0
