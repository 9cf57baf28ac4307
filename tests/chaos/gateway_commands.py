"""Steps of a scenario in bad weather: what people do by commands and buttons, and programs."""

from collections.abc import Mapping

from tests.chaos.gateway_appeals import appeals
from tests.chaos.gateway_scene import Scene, Step
from tests.support.discord_server.moderator import Person
from tests.support.discord_server.payloads import OWNER_ID


def orders(name: str, **options: str) -> Step:
    """A command about somebody who is there."""

    async def step(scene: Scene) -> None:
        await scene.uses(name, {"user": Person(scene.somebody()), **options})

    return step


async def bans_and_unbans(scene: Scene) -> None:
    user_id = scene.somebody()
    await scene.use("ban", user=Person(user_id))
    if user_id in scene.guild.bans:
        await scene.use("unban", user=Person(user_id))


async def mutes_and_unmutes(scene: Scene) -> None:
    user_id = scene.somebody()
    await scene.use("mute", user=Person(user_id))
    await scene.use("unmute", user=Person(user_id))


async def opens_ticket(scene: Scene) -> None:
    await scene.use("ticket open", scene.chance.choice((OWNER_ID, scene.somebody())), type=1)


async def closes_ticket(scene: Scene) -> None:
    await scene.use("ticket close", number=scene.chance.randint(1, 3))


async def reopens_ticket(scene: Scene) -> None:
    await scene.use("ticket reopen", number=scene.chance.randint(1, 3))


async def pays(scene: Scene) -> None:
    amount = 30 + len(scene.pays)
    said = await scene.use("pay", user=Person(scene.somebody()), amount=str(amount))
    scene.pays.append((amount, "You paid" in said))


async def plays(scene: Scene) -> None:
    await scene.use("daily")
    await scene.use("casino coin", bet="10")
    await scene.press("casino:play:coin:1:10:1:heads")


async def trades(scene: Scene) -> None:
    other = scene.somebody()
    await scene.use("trade offer", member=Person(other), give="40", get="0")
    await scene.press("trade:confirm:1:1", other)


async def gives_away(scene: Scene) -> None:
    await scene.use("giveaway create", prize="A painted oar", lasts="1h")
    for user_id in (scene.somebody(), scene.somebody()):
        await scene.press("giveaway:enter:1", user_id)


async def duels(scene: Scene) -> None:
    other = scene.somebody()
    await scene.use("duel challenge", member=Person(other), stake="20")
    await scene.press("duel:accept:1", other)
    await scene.press("duel:move:1:1:s+", other)


async def pushes(scene: Scene) -> None:
    """A program pushes an action in."""
    scene.pushed.append(f"The shop is open {len(scene.pushed)}")
    await scene.push(scene.pushed[-1])


async def locks_down(scene: Scene) -> None:
    await scene.use("antiraid start")
    await scene.use("antiraid end")


async def lays_rule(scene: Scene) -> None:
    """The rule of the bot's is laid at Discord, or laid anew."""
    scene.laid.append(await scene.use("automod push", rule=1))


COMMANDS: Mapping[str, Step] = {
    "warns": orders("warn", reason="Spam"),
    "bans": orders("ban"),
    "bans for a time": orders("tempban", duration="1m"),
    "kicks": orders("kick"),
    "softbans": orders("softban"),
    "times out": orders("timeout", duration="10m"),
    "times out for long": orders("timeout", duration="7d"),
    "mutes": orders("mute"),
    "mutes for a time": orders("mute", duration="2m"),
    "quarantines": orders("quarantine"),
    **{
        one.__name__: one
        for one in (
            bans_and_unbans,
            mutes_and_unmutes,
            opens_ticket,
            closes_ticket,
            reopens_ticket,
            pays,
            plays,
            trades,
            gives_away,
            duels,
            pushes,
            locks_down,
            lays_rule,
            appeals,
        )
    },
}
