"""Buttons of the inspector: each takes the page's one value and tells what happened."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot.demo.inspector import ButtonAct
from bot.demo.receiver import Manner
from bot.demo.stage import OURS, Stage
from bot.demo.world import Refused

FAILURES = 2


def buttons(stage: Stage) -> dict[str, ButtonAct]:
    """Every button by its name in the page."""
    return {name: partial(button, stage) for name, button in BUTTONS.items()}


async def _join(stage: Stage, _value: str) -> str:
    return await stage.world.join()


async def _leave(stage: Stage, value: str) -> str:
    return await stage.world.leave(_id(value))


async def _ban(stage: Stage, value: str) -> str:
    return await stage.world.ban(_id(value))


async def _kick(stage: Stage, value: str) -> str:
    return await stage.world.kick(_id(value))


async def _invited(stage: Stage, _value: str) -> str:
    return await stage.world.join(invited=True)


async def _unban(stage: Stage, value: str) -> str:
    return await stage.world.unban(_id(value))


async def _ping(stage: Stage, value: str) -> str:
    return await stage.world.ping(value or OURS)


async def _fail(stage: Stage, _value: str) -> str:
    if stage.receiver.manner is not Manner.WELL:
        stage.receiver.behave(Manner.WELL)  # after these two it answers again
    stage.receiver.fail_next(FAILURES)
    return f"The receiver answers 500 to the next {stage.receiver.failing} requests."


async def _behave(manner: Manner, stage: Stage, _value: str) -> str:
    stage.receiver.behave(manner)
    return f"The receiver was told. {manner.value}"


async def _learn(stage: Stage, value: str) -> str:
    if not value.startswith("whsec_"):
        raise Refused("Copy the whole secret, starting with whsec_.")
    stage.receiver.learn(value)
    return "The receiver knows this secret too now."


def _id(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise Refused("Choose somebody first.")
    return int(value)


BUTTONS: dict[str, Callable[[Stage, str], Awaitable[str]]] = {
    "join": _join,
    "leave": _leave,
    "ban": _ban,
    "invited": _invited,
    "kick": _kick,
    "unban": _unban,
    "ping": _ping,
    "fail": _fail,
    "break": partial(_behave, Manner.FAILING),
    "hang": partial(_behave, Manner.HANGING),
    "recover": partial(_behave, Manner.WELL),
    "secret": _learn,
}
