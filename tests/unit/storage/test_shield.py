"""Shield: what it is given is done, whoever is cancelled and whenever."""

import asyncio

import pytest

from bot.storage.shield import to_its_end
from tests.support.loops import turn


class Work:
    """Some awaits, and whether they were all passed."""

    def __init__(self) -> None:
        self.is_done = False

    async def done(self, awaits: int = 3) -> None:
        for _await in range(awaits):
            await turn()
        self.is_done = True


def test_a_loop_that_ends_lets_it_begin() -> None:
    work = Work()
    tasks: list[asyncio.Task[None]] = []

    async def leave() -> None:
        # Its first step is the loop's last: what does the work is there, and has not begun.
        tasks.append(asyncio.create_task(to_its_end(work.done())))

    asyncio.run(leave())

    assert tasks[0].cancelled()
    assert work.is_done


async def test_who_waits_hears_that_they_were_cancelled_when_it_is_done() -> None:
    work = Work()
    waiting = asyncio.create_task(to_its_end(work.done()))
    await turn()
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert work.is_done
