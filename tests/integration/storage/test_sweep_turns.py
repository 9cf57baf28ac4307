"""One turn a row: work that hangs keeps no other row waiting."""

import pytest

from bot.clock import ManualClock
from bot.storage.database import Database
from bot.storage.sweep import Sweep
from tests.integration.storage.test_sweep import chores, declare

__all__ = ["chores"]


async def test_rows_whose_work_hangs_keep_nobody_from_their_turn(
    chores: Database, clock: ManualClock
) -> None:
    sweep, seen = Sweep("chores", chores, clock=clock), list[int]()

    async def hang(number: int) -> None:
        clock.advance(10)  # longer than a lease, by the end of the first 25
        seen.append(number)
        if len(seen) > len({*seen}):
            pytest.fail(f"{number} has its turn again before others")

    declare(sweep, hang)
    await sweep.sweep()
    assert sorted(seen) == [*range(1, 61)]
