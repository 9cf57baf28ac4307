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


async def _ask(stage: Stage, value: str) -> str:
    member = stage.world.map.actor(_id(value))
    if member is None:
        raise Refused("Nobody by that id is in the server any more.")
    said = await stage.tickets.ask(member)
    return f"{said} Go there to answer."


async def show(stage: Stage, value: str) -> str:
    """The page of the simulated Discord shows another place."""
    place = stage.world.map.place(_id(value))
    if place is None:
        raise Refused("Nobody can be there any more.")
    async with stage.world.in_turn():
        if not await stage.world.showing.move(place):
            raise Refused("There is no page of the simulated Discord.")
    return f"The simulated Discord shows {place.name} now. Load its page again."


def _id(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise Refused("Choose first.")
    return int(value)


BUTTONS: dict[str, Callable[[Stage, str], Awaitable[str]]] = {
    "join": lambda stage, _value: stage.world.join(),
    "invited": lambda stage, _value: stage.world.join(invited=True),
    "leave": lambda stage, value: stage.world.leave(_id(value)),
    "kick": lambda stage, value: stage.world.kick(_id(value)),
    "ban": lambda stage, value: stage.world.ban(_id(value)),
    "unban": lambda stage, value: stage.world.unban(_id(value)),
    "ask": _ask,
    "show": show,
    "ping": lambda stage, value: stage.world.ping(value or OURS),
    "fail": _fail,
    "break": partial(_behave, Manner.FAILING),
    "hang": partial(_behave, Manner.HANGING),
    "recover": partial(_behave, Manner.WELL),
    "secret": _learn,
}
