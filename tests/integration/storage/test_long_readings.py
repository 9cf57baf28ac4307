"""Long questions of one owner: they wait for one another, and nobody else waits for them."""

import asyncio

from bot.storage.database import Database
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.scratch_table import committed, make_notes


async def test_eight_of_one_owner_leave_the_readers_to_others(database: Database) -> None:
    await make_notes(database)
    inside: list[int] = []
    let_go = asyncio.Event()

    async def ask(owner: int) -> None:
        async with database.reading(long_for=owner):
            inside.append(owner)
            await let_go.wait()

    asking = [asyncio.create_task(ask(1)) for _ in range(8)]
    async with asyncio.timeout(PATIENCE):
        while not inside:
            await turn()
        assert await committed(database) == []  # what asks little
        other = asyncio.create_task(ask(2))
        while inside != [1, 2]:
            await turn()
        third = asyncio.create_task(ask(3))  # of all of them half the readers at most
        assert await committed(database) == []
        assert inside == [1, 2]
        let_go.set()
        await asyncio.gather(*asking, other, third)
    assert sorted(inside) == [*[1] * 8, 2, 3]
