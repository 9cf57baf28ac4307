"""The page in other languages: all of it, on both screens, and mirrored where it runs that way."""

import pytest
from playwright.async_api import Browser, Page, expect
from yarl import URL

from tests.e2e.web.page_views import DESK, PHONE, check, looking
from tests.integration.web.portal.portal_env import PortalEnv
from tests.support.pseudo_locales import ACCENTED, MIRRORED, accented, mirrored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough("three languages in the browser", but="one flow in it, in English"),
]

HEADING = "Appeal your ban"
SPOKEN = {
    "de": ("de", "ltr", "Lege Einspruch gegen deinen Bann ein"),
    "en-XA": ("en-xa", "ltr", accented(HEADING)),
    "ar-XB": ("ar-xb", "rtl", mirrored(HEADING)),
}
TYPED = "MUTED-LATIN-LETTERS"
"""What a person typed stands in a page of any language as it was."""
LEFTOVERS = """
() => [...document.querySelectorAll('main *, footer *')]
  .filter(one => one.children.length === 0 && /[a-z]{3}/.test(one.textContent))
  .map(one => one.textContent.trim())
"""


async def is_mirrored(page: Page) -> bool:
    """Whether the server's picture stands to the right of its name."""
    picture = await page.locator(".icon").bounding_box()
    name = await page.locator(".server-name").bounding_box()
    assert picture is not None
    assert name is not None
    return picture["x"] > name["x"]


@pytest.mark.usefixtures("pseudo_languages")
@pytest.mark.parametrize("accepted", SPOKEN)
async def test_the_page_is_whole_in_every_language(
    accepted: str, browser: Browser, portal: PortalEnv
) -> None:
    language, direction, heading = SPOKEN[accepted]
    portal.cases.discord.name = TYPED
    _case, path = await portal.punished(reason=TYPED)
    async with looking(browser, accepted=accepted) as context:
        page = await context.new_page()
        await page.goto(str(portal.base.join(URL(path, encoded=True))))
        await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(page.locator("html")).to_have_attribute("dir", direction)
        assert await is_mirrored(page) == (direction == "rtl")
        for name, size in (("phone", PHONE), ("desktop", DESK)):
            await page.set_viewport_size(size)
            await check(page, f"{language}-form-{name}")
        if accepted != "de":  # in which there are such letters
            assert await page.evaluate(LEFTOVERS) == []
        await page.get_by_role("textbox").fill(TYPED)
        await page.get_by_role("button").click()
        await expect(page.get_by_role("textbox")).to_have_count(0)
        await check(page, f"{language}-sent")


def test_the_pseudo_locales_keep_what_is_filled_in_and_typed() -> None:
    said = "Use /case view in {channel}: `{code:>3}` of <@{user}>, see https://example.org/a"
    for spelled in (accented(said), mirrored(said)):
        for kept in ("/case", "{channel}", "`{code:>3}`", "<@{user}>", "https://example.org/a"):
            assert kept in spelled
    assert len(accented(said)) == pytest.approx(len(said) * 1.5, abs=4)
    assert {ACCENTED, MIRRORED} == {"en_XA", "ar_XB"}
