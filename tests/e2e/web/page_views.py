"""How a page is looked at: in light and dark, on a phone and on a desk, by axe and by a ruler."""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

Scheme = Literal["light", "dark"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = {"phone": PHONE, "desktop": DESK}
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SHOTS = os.environ.get("HERALD_SHOTS")
"""A folder that takes a picture of every page looked at."""

WIDE = """
() => [...document.querySelectorAll('p, h1, h2, section, dd, textarea, blockquote, button, footer')]
  .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .concat([['the page', {left: 0, right: document.documentElement.scrollWidth}]])
  .filter(([_html, box]) => box.left < 0 || box.right > document.documentElement.clientWidth)
  .map(([html, box]) => [html, box.left, box.right])
"""
SMALL = """
() => [...document.querySelectorAll('a, button, textarea, input:not([type=hidden])')]
  .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([_html, box]) => box.width < 44 || box.height < 44)
  .map(([html, box]) => `${html} ${box.width} x ${box.height}`)
"""
HEADINGS = "() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => +one.tagName[1])"


@asynccontextmanager
async def looking(
    browser: Browser,
    *,
    scheme: Scheme = "light",
    size: ViewportSize = DESK,
    scripts: bool = True,
    accepted: str = "en",
) -> AsyncGenerator[BrowserContext]:
    """A person's browser, with cookies of its own; what a page gets wrong fails the test."""
    context = await browser.new_context(
        viewport=size,
        color_scheme=scheme,
        java_script_enabled=scripts,
        extra_http_headers={"Accept-Language": accepted},
        reduced_motion="reduce",  # a picture taken in the middle of a change shows neither
    )
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    try:
        yield context
    finally:
        await context.close()
    # That an answer was 403 or 404 is what its page says.
    assert [error for error in errors if "the server responded with a status" not in error] == []


async def violations(page: Page) -> list[str]:
    """What axe finds against, by its rules for WCAG and good practice."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    results: Any = await page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert results["passes"], "axe looked at nothing"
    return [
        f"{found['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for found in results["violations"]
        for node in found["nodes"]
    ]


async def check(page: Page, name: str, *, by_axe: bool = True) -> None:
    """Everything that holds for every page, and a picture of it where pictures are wanted.

    It needs a browser with scripts: axe is one.
    """
    await picture(page, name)
    if by_axe:
        assert await violations(page) == [], name
    assert await page.evaluate(WIDE) == [], f"{name} is wider than the screen"
    assert await page.evaluate(SMALL) == [], f"{name} has small targets"
    levels: Sequence[int] = await page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


async def check_everywhere(page: Page, name: str) -> None:
    """The same in both colour schemes, on a phone and on a desk; axe sees each of them once."""
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        for device, size in SIZES.items():
            await page.set_viewport_size(size)
            by_axe = (scheme == "light") == (device == "phone")
            await check(page, f"{name}-{scheme}-{device}", by_axe=by_axe)


async def picture(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
