"""A port in a process of its own, which ends at a given boundary of a statement."""

import asyncio
import json
import sys
from typing import Any

from bot.storage.port import port
from bot.wiring import FEATURES
from tests.chaos.stepping import Steps, install
from tests.support.watched import beside

PAGE = 3


async def main(source: str, target: str, fatal: int) -> None:
    assert FEATURES  # every table is declared by then
    steps = Steps(fatal)
    install(steps)
    async with beside(source) as here, beside(target) as there:
        await port(here, there, origin=source, told=lambda _step: None, page=PAGE)
    print(steps.taken)  # noqa: T201  how many boundaries there are


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(**given))
