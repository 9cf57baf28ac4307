"""The pool with real processes: bounded in number, time and memory, whatever a picture does."""

import io
import os
import random
import signal
from collections.abc import AsyncGenerator

import pytest
from PIL import Image

from bot.scanner.picture import thumbnail
from bot.scanner.pool import ScanFailed, ScanLimits, ScanPool
from tests.support.scam_pictures import chart, encoded, look_alike, png, scam

CALM = png(chart(random.Random(1)))


@pytest.fixture
async def pool() -> AsyncGenerator[ScanPool]:
    made = ScanPool(ScanLimits(workers=1, memory=400, seconds=20))
    made.start()
    yield made
    await made.stop()


@pytest.mark.thorough("starts workers again and again")
async def test_workers_are_kept_replaced_when_they_die_and_ended_with_the_pool(
    pool: ScanPool,
) -> None:
    assert pool.workers == []
    assert (await pool.scan(CALM)).fingerprints
    (first,) = pool.workers
    await pool.scan(CALM)
    assert pool.workers == [first]
    with pytest.raises(ScanFailed, match="no_picture"):
        await pool.scan(b"none")
    assert pool.workers == [first]

    os.kill(first.pid, signal.SIGKILL)
    with pytest.raises(ScanFailed, match="died"):
        await pool.scan(CALM)
    assert pool.workers == []
    assert (await pool.scan(CALM)).fingerprints
    (second,) = pool.workers
    await pool.stop()
    assert second.code is not None
    assert pool.workers == []


async def test_what_takes_too_much_memory_fails_and_hurts_nobody_else(pool: ScanPool) -> None:
    """39 million pixels in colour, which are allowed, need more than these 400 MiB."""
    file = io.BytesIO()
    Image.new("P", (6_500, 6_000)).save(file, "PNG", transparency=0)
    hungry = file.getvalue()
    with pytest.raises(ScanFailed, match=r"memory|died"):
        await pool.scan(hungry)
    assert (await pool.scan(CALM)).fingerprints


@pytest.mark.thorough("starts workers again; what takes too much shows their end")
async def test_one_that_hangs_is_ended_and_the_next_picture_has_another() -> None:
    pool = ScanPool(ScanLimits(workers=1, memory=400, seconds=20))
    await pool.scan(CALM)
    (worker,) = pool.workers
    os.kill(worker.pid, signal.SIGSTOP)
    pool.patience = 0.3
    with pytest.raises(ScanFailed, match="time"):
        await pool.scan(CALM)
    assert worker.code is not None
    pool.patience = 60
    assert (await pool.scan(CALM)).fingerprints
    await pool.stop()


@pytest.mark.thorough("starts workers again")
async def test_known_pictures_are_compared_with_one_and_nonsense_says_nothing(
    pool: ScanPool,
) -> None:
    """The first of the copies is that of the picture, the second another's with the same shapes."""
    copies = [thumbnail(scam(5)), thumbnail(look_alike(5)), b"none"]
    seen = encoded(scam(5), random.Random(1))
    same, other, nothing = await pool.agreements(seen, copies, frame=0)
    assert (same or 0) >= 0.9
    assert (other or 1) < 0.7
    assert nothing is None
    with pytest.raises(ScanFailed, match="no_picture"):
        await pool.agreements(b"none", copies, frame=0)
    assert (await pool.scan(CALM)).fingerprints
