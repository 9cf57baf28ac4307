"""Turns: one at a time for each person, nothing left behind."""

import asyncio

from bot.keyed_lock import KeyedLock
from tests.support.loops import turn


async def test_one_at_a_time_for_each_person() -> None:
    turns = KeyedLock()
    order: list[str] = []
    go = asyncio.Event()

    async def work(name: str, key: tuple[int, int]) -> None:
        async with turns.hold(key):
            order.append(f"{name} begins")
            await go.wait()
            order.append(f"{name} ends")

    tasks = [
        asyncio.create_task(work(name, key))
        for name, key in (("first", (1, 1)), ("second", (1, 1)), ("other", (1, 2)))
    ]
    for _ in range(3):
        await turn()
    assert order == ["first begins", "other begins"]
    assert turns.taken((1, 1))
    go.set()
    await asyncio.gather(*tasks)
    assert order.index("first ends") < order.index("second begins")
    assert not turns.taken((1, 1))


async def test_who_gives_up_waiting_leaves_the_turn_to_others() -> None:
    turns = KeyedLock()

    async def work() -> None:
        async with turns.hold((1, 1)):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(work()) for _ in range(3)]
    for _ in range(3):
        await turn()
    for task in reversed(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not turns.taken((1, 1))
    async with turns.hold((1, 1)):
        pass
