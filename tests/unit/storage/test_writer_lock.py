"""Turns: alone keeps everybody out, sharing does not, and nobody is passed for ever."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from bot.storage.writer_lock import WriterLock
from tests.support.loops import turn as loop_turn


class Story:
    """Who is inside, and in which order they came in."""

    def __init__(self) -> None:
        self.turn = WriterLock()
        self.entered: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def comes(self, name: str) -> None:
        """Names in capitals want it alone."""
        self._leave[name] = asyncio.Event()
        held = self.turn.alone() if name.isupper() else self.turn.shared()
        self._tasks[name] = asyncio.create_task(self._stay(name, held))
        await self.settled()

    async def leaves(self, name: str) -> None:
        self._leave[name].set()
        await self._tasks[name]
        await self.settled()

    def leaves_as_gives_up(self, leaving: str, name: str) -> asyncio.Task[None]:
        """The one has the turn from now on, and gives up before it has heard of it."""
        self._leave[leaving].set()
        asyncio.get_running_loop().call_soon(self._tasks[name].cancel)
        return self._tasks[name]

    def gives_up_as_leaves(self, name: str, leaving: str) -> asyncio.Task[None]:
        """The one gives up, and has not heard of it yet when the other leaves."""
        asyncio.get_running_loop().call_soon(self._tasks[name].cancel)
        self._leave[leaving].set()
        return self._tasks[name]

    def gives_up(self, name: str) -> asyncio.Task[None]:
        self._tasks[name].cancel()
        return self._tasks[name]

    async def settled(self) -> None:
        for _ in range(5):
            await loop_turn()

    async def _stay(self, name: str, held: AbstractAsyncContextManager[None]) -> None:
        async with held:
            self.entered.append(name)
            await self._leave[name].wait()


@pytest.fixture
def story() -> Story:
    return Story()


async def test_sharing_goes_together(story: Story) -> None:
    for name in "abc":
        await story.comes(name)

    assert story.entered == ["a", "b", "c"]


async def test_alone_waits_for_all_that_share_and_keeps_everybody_out(story: Story) -> None:
    for name in ("a", "b", "A"):
        await story.comes(name)
    await story.leaves("a")
    assert story.entered == ["a", "b"]
    await story.leaves("b")
    assert story.entered == ["a", "b", "A"]

    for name in ("c", "B"):
        await story.comes(name)
    assert story.entered == ["a", "b", "A"]
    await story.leaves("A")
    assert story.entered == ["a", "b", "A", "c"]
    await story.leaves("c")
    assert story.entered[-1] == "B"


async def test_who_shares_later_does_not_pass_who_waits_to_be_alone(story: Story) -> None:
    for name in ("a", "A", "b"):
        await story.comes(name)

    assert story.entered == ["a"]
    await story.leaves("a")
    assert story.entered == ["a", "A"]
    await story.leaves("A")
    assert story.entered == ["a", "A", "b"]


async def test_all_that_share_go_with_the_first_of_them(story: Story) -> None:
    for name in ("A", "a", "B", "b"):
        await story.comes(name)

    await story.leaves("A")
    assert story.entered == ["A", "a", "b"]
    await story.leaves("a")
    await story.leaves("b")
    assert story.entered[-1] == "B"


@pytest.mark.parametrize("name", ["B", "b"])
async def test_giving_up_while_waiting_leaves_the_rest_in_order(story: Story, name: str) -> None:
    for one in ("A", name, "c"):
        await story.comes(one)
    with pytest.raises(asyncio.CancelledError):
        await story.gives_up(name)

    await story.leaves("A")

    assert story.entered == ["A", "c"]


@pytest.mark.parametrize("name", ["B", "b"])
async def test_giving_up_in_the_very_moment_it_is_handed_over(story: Story, name: str) -> None:
    for one in ("A", name, "C"):
        await story.comes(one)
    with pytest.raises(asyncio.CancelledError):
        await story.leaves_as_gives_up("A", name)
    await story.settled()

    assert story.entered == ["A", "C"]


@pytest.mark.parametrize("name", ["B", "b"])
async def test_who_gives_up_as_the_turn_comes_free_is_told_so(story: Story, name: str) -> None:
    """It is passed over before it hears of it; a lost cancellation would never end a stop."""
    await story.comes("A")
    await story.comes(name)
    gone = story.gives_up_as_leaves(name, "A")
    with pytest.raises(asyncio.CancelledError):
        await gone
    await story.comes("C")
    assert story.entered == ["A", "C"]
