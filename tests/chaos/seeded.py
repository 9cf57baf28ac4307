"""The seed of a run's blows, and which of many moments a run looks at."""

import os
import random
from collections.abc import Awaitable, Callable

import pytest

MANY = bool(os.environ.get("HERALD_CHAOS"))
"""Whether each moment is looked at, instead of a sample of them."""

SEED = int(os.environ.get("HERALD_SEED") or (random.SystemRandom().randrange(2**32) if MANY else 1))
"""The same in every ordinary run, which is to say what was broken and not to look for more.

Whatever fails says it; with HERALD_SEED it is repeated.
"""

campaign = pytest.mark.skipif(not MANY, reason="a campaign, run by make chaos ALL=1")

Walk = Callable[[int], Awaitable[int | None]]
"""A life to be killed at that boundary: None, or how many there were where it ended by itself."""


async def killed_at_boundaries(boundaries: int, sample: int, walk: Walk) -> None:
    """A life killed at each boundary, or at a sample of them.

    How often a pool asks whether its connections live is a matter of timing: a life may have
    fewer boundaries than the first one had, and then ends by itself.
    """
    numbers = range(1, boundaries + 1)
    chosen = numbers if MANY else sorted(random.Random(SEED).sample(numbers, sample))
    ends = [(number, await walk(number)) for number in chosen]
    if all(end is not None for _, end in ends):  # only the last few were drawn
        ends.append((boundaries // 2, await walk(boundaries // 2)))
    for number, end in ends:
        assert end is None or end < number, f"boundary {number}, seed {SEED}"
    assert any(end is None for _, end in ends), f"seed {SEED}"
