"""Doors of the demo: what its admin types leads to the pages, and through the set-up."""

import aiohttp
import pytest

from bot.demo.stage import Stage
from tests.support.messages import components_of, text_of


@pytest.mark.thorough("a whole demo")
async def test_the_link_to_the_dashboard_opens(played: Stage) -> None:
    told = await played.world.admin_types("webhook dashboard")
    assert told.response is not None
    (button,) = [one for one in components_of(told.response) if one.get("url")]
    async with aiohttp.ClientSession() as visitor, visitor.get(str(button["url"])) as page:
        assert page.status == 200
        assert "This link works once." in await page.text()


@pytest.mark.thorough("a whole demo")
async def test_the_set_up_begins(played: Stage) -> None:
    told = await played.world.admin_types("setup")
    assert told.response is not None
    assert "/setup goes on where you were" in text_of(told.response)
