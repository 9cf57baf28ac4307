"""Steps of a scenario in bad weather: what people do to Discord's own rules, and by them."""

from collections.abc import Mapping
from typing import Any

from tests.chaos.gateway_scene import Scene, Step
from tests.support.discord_server.native_guild import ALERT, BLOCK, TIMEOUT, keyword_rule
from tests.support.discord_server.populated_guild import LOG_CHANNEL_ID

MOST = 5  # that people lay: of a server Discord takes six about words
ACTIONS: Mapping[int, dict[str, Any]] = {
    BLOCK: {"type": BLOCK, "metadata": {}},
    ALERT: {"type": ALERT, "metadata": {"channel_id": str(LOG_CHANNEL_ID)}},
    TIMEOUT: {"type": TIMEOUT, "metadata": {"duration_seconds": 300}},
}


def drawn(scene: Scene) -> list[dict[str, Any]]:
    """Some of the actions that there are, in any order."""
    kinds = scene.chance.sample(sorted(ACTIONS), scene.chance.randint(1, len(ACTIONS)))
    return [ACTIONS[one] for one in kinds]


async def rule_is_laid(scene: Scene) -> None:
    if len(scene.guild.native) < MOST:
        word = f"eel {scene.guild.new_id()}"
        await scene.tell(scene.guild.lay(keyword_rule(word, word, drawn(scene))))


async def rule_is_amended(scene: Scene) -> None:
    """A rule does something else from now on, or rests."""
    if scene.guild.native:
        rule_id = scene.chance.choice(sorted(scene.guild.native))
        body = {"actions": drawn(scene), "enabled": scene.chance.random() < 0.7}
        await scene.tell(scene.guild.amend(rule_id, body))


async def rule_is_torn_up(scene: Scene) -> None:
    if scene.guild.native:
        await scene.tell(scene.guild.tear_up(scene.chance.choice(sorted(scene.guild.native))))


async def rule_strikes(scene: Scene) -> None:
    """Somebody writes what Discord's own rule looks for."""
    active = [number for number, one in sorted(scene.guild.native.items()) if one["enabled"]]
    if not active:
        await rule_is_laid(scene)
        active = sorted(scene.guild.native)[-1:]
    rule_id, user_id = scene.chance.choice(active), scene.somebody()
    told = scene.guild.strikes(rule_id, user_id, f"Eels of {scene.guild.new_id()}")
    scene.strikes.append([data for event, data in told if event == EXECUTED])
    await scene.tell(told)


EXECUTED = "AUTO_MODERATION_ACTION_EXECUTION"
NATIVE: Mapping[str, Step] = {
    one.__name__: one for one in (rule_is_laid, rule_is_amended, rule_is_torn_up, rule_strikes)
}
