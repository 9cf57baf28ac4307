"""A real browser, of which each test has a session of its own; a watch over every interaction."""

from collections.abc import AsyncGenerator, Generator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.support.answered_first import answered_first
from tests.support.browser import chromium


@pytest.fixture(autouse=True)
def _answered_first(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """No interaction writes before it was answered or deferred."""
    with answered_first(monkeypatch):
        yield


@pytest.fixture(scope="session")
def browser_address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Where the one browser of this run is driven from.

    Each test drives it through a Node of its own, whose program is compiled once for all of them.
    """
    with (
        pytest.MonkeyPatch.context() as environment,
        chromium(tmp_path_factory.mktemp("chromium")) as address,
    ):
        environment.setenv("NODE_COMPILE_CACHE", str(tmp_path_factory.mktemp("node")))
        yield address


@pytest.fixture
async def browser(browser_address: str) -> AsyncGenerator[Browser]:
    """The browser; what a test opened of it is closed at the test's end."""
    async with async_playwright() as playwright:
        connected = await playwright.chromium.connect_over_cdp(browser_address)
        yield connected
        await connected.close()
