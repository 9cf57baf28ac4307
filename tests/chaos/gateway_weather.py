"""Steps of a scenario in bad weather: the weather itself, and time."""

from collections.abc import Mapping

from tests.chaos.gateway_hands import HANDS
from tests.chaos.gateway_scene import Scene, Step
from tests.support.discord_server.faults import FAIR, STORM


async def storm(scene: Scene) -> None:
    scene.server.faults.weather = STORM


async def sun(scene: Scene) -> None:
    scene.server.faults.weather = FAIR


async def passes(scene: Scene) -> None:
    await scene.wait(75.0)


async def connected(scene: Scene) -> None:
    await scene.server.storm.until(lambda: scene.server.storm.connected)


async def drops(scene: Scene) -> None:
    """The connection ends, and the bot resumes; what it missed comes, some of it again."""
    await connected(scene)
    scene.server.storm.overlap = scene.chance.choice((0, 0, 3))
    if scene.chance.random() < 0.5:
        await scene.server.storm.drop()
    else:
        await scene.server.storm.reconnect()
    await HANDS[scene.chance.choice(sorted(HANDS))](scene)


async def refused(scene: Scene) -> None:
    """The connection ends, and the session with it."""
    await connected(scene)
    storm = scene.server.storm
    storm.forgets = True
    seen = len(storm.identified)
    await storm.drop()
    for name in scene.chance.sample(sorted(HANDS), 2):
        await HANDS[name](scene)
        await scene.wait(scene.chance.choice((0, 100)))
    await storm.until(lambda: len(storm.identified) > seen)
    storm.forgets = False


async def invalid(scene: Scene) -> None:
    await connected(scene)
    await scene.server.storm.invalidate(resumable=scene.chance.random() < 0.5)


async def outage(scene: Scene) -> None:
    """The guild is not available for a while, and nothing of it is told."""
    await connected(scene)
    storm = scene.server.storm
    await storm.caught_up()  # in an outage nobody can be asked who wrote what was told before
    await storm.unavailable()
    await storm.caught_up()
    storm.is_dark = True
    for name in scene.chance.sample(sorted(HANDS), 2):
        await HANDS[name](scene)
    storm.is_dark = False
    await storm.available()


TROUBLES: Mapping[str, Step] = {
    one.__name__: one for one in (storm, sun, passes, drops, refused, invalid, outage)
}
