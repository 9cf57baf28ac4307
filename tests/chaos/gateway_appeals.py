"""Steps of a scenario in bad weather: people appeal on the page that they are led to."""

import json
import re
from contextlib import suppress

import aiohttp

from tests.chaos.gateway_scene import ANSWERED_WITHIN, PUSHED_WITHIN, Scene
from tests.support.discord_server.moderator import Person

LINK = re.compile(r"https://herald\.example(/appeals/[\w.~-]+)")
CARD = re.compile(r"appeal:approve:(\d+)")
FIELD = re.compile(r'name="form" value="([^"]+)"')


async def appeals(scene: Scene) -> None:
    """Somebody is punished and appeals; the staff decide about any appeal there is."""
    if scene.chance.random() < 0.5:
        await scene.use("ban", user=Person(scene.somebody()))
    else:
        await scene.use("timeout", user=Person(scene.somebody()), duration="7d")
    if links := LINK.findall(json.dumps([*scene.guild.written.values()])):
        text = f"The tide was low {scene.guild.new_id()}"
        scene.appeals[text] = await sent(scene, scene.chance.choice(sorted({*links})), text)
    with suppress(TimeoutError):
        await scene.server.gateway.until(lambda: bool(cards(scene)), ANSWERED_WITHIN)
    await decided(scene)


async def decided(scene: Scene) -> None:
    """The staff press a button of a card, and say why."""
    if waiting := cards(scene):
        number, verb = scene.chance.choice(waiting), scene.chance.choice(("approve", "deny"))
        said = await scene.fill(f"appeal:{verb}:{number}", reason="We talked")
        scene.decisions.append((number, verb, said))


def cards(scene: Scene) -> list[int]:
    """The appeals on cards that have a button still."""
    lines = json.dumps([*scene.guild.lines.values()])
    return sorted({int(one) for one in CARD.findall(lines)})


async def sent(scene: Scene, path: str, text: str) -> bool:
    """Send the form of the page behind a link; whether the page shows it afterwards."""
    url = f"{scene.door.partition('/in/')[0]}{path}"
    limit = aiohttp.ClientTimeout(PUSHED_WITHIN)
    with suppress(aiohttp.ClientError, TimeoutError):
        async with aiohttp.ClientSession(timeout=limit) as browser:
            async with browser.get(url) as page:
                field = FIELD.search(await page.text())
                held = "; ".join(f"{name}={one.value}" for name, one in page.cookies.items())
            if field is None:
                return False
            data = {"form": field[1], "message": text}
            await (await browser.post(url, data=data, headers={"Cookie": held})).read()
            async with browser.get(url) as page:
                return text in await page.text()
    return False
