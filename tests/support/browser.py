"""A real browser, where the machine has one."""

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """Start it; skips the test where there is none, unless HERALD_REQUIRE_BROWSER=1."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        if os.environ.get("HERALD_REQUIRE_BROWSER") == "1":
            pytest.fail("HERALD_REQUIRE_BROWSER=1, and no Chromium was found")
        pytest.skip(f"needs a browser: none of {', '.join(BROWSERS)} was found")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield opened
        finally:
            await opened.close()
