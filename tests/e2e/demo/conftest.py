"""The demo's stage, and a real browser where the machine has one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from io import StringIO

import pytest
from playwright.async_api import Browser, Page
from rich.console import Console

from bot.clock import ManualClock, SystemClock
from bot.demo.stage import Stage, stage
from bot.demo.terminal import Terminal


class Screen:
    """A terminal that keeps what was said."""

    def __init__(self) -> None:
        self._file = StringIO()
        self.terminal = Terminal(Console(file=self._file, width=200))

    @property
    def lines(self) -> list[str]:
        return self._file.getvalue().splitlines()

    @property
    def jumps(self) -> list[float]:
        """Seconds by which the clock went on, as was told of each time."""
        told = [line.split() for line in self.lines if line.startswith("clock +")]
        return [float(words[1]) for words in told]


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def jumping() -> ManualClock:
    """One on which no real time passes, however busy the machine is."""
    return ManualClock()


@asynccontextmanager
async def in_one_task(opening: AbstractAsyncContextManager[Stage]) -> AsyncGenerator[Stage]:
    """Open and close in the same task: simcord keeps a context variable, fixtures do not."""
    opened: asyncio.Future[Stage] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def hold() -> None:
        async with opening as stage:
            opened.set_result(stage)
            await done.wait()

    holding = asyncio.create_task(hold())
    await asyncio.wait((holding, opened), return_when=asyncio.FIRST_COMPLETED)
    if holding.done():
        await holding  # says why it could not open
    try:
        yield opened.result()
    finally:
        done.set()
        await holding


@pytest.fixture
async def played(jumping: ManualClock) -> AsyncGenerator[Stage]:
    """A stage on a clock that jumps."""
    async with in_one_task(stage(jumping, jitter=0)) as opened:
        yield opened


@pytest.fixture
async def live() -> AsyncGenerator[Stage]:
    """A stage in real time."""
    async with in_one_task(stage(SystemClock())) as opened:
        yield opened


@pytest.fixture
async def page(browser: Browser) -> AsyncGenerator[Page]:
    """A page on which nothing may go wrong unseen."""
    opened = await browser.new_page(viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield opened
    # A line that breaks is shown on the page; what the page itself did wrong is not.
    assert [error for error in errors if "net::ERR" not in error] == []
