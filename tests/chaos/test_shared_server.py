"""Several processes share a database whose server fails and whose standby takes its place.

Those that send are the command that people run, as compose.yaml has it.
"""

import asyncio
import random
from pathlib import Path

import pytest

from tests.chaos.seeded import MANY, SEED
from tests.chaos.shared_life import BLOWS, sharing
from tests.support.server_pair import ServerPair

pytestmark = pytest.mark.chaos

STRIKES = 24


def strikes() -> list[str]:
    """Each kind once, and then as it comes; in a short run one of each side."""
    if not MANY:
        return ["killed", "failed_over"]
    chance = random.Random(SEED)
    each = chance.sample([*BLOWS], len(BLOWS))
    return each + chance.choices([*BLOWS], k=STRIKES - len(each))


@pytest.mark.thorough("three programs; one on a server that goes away stays")
async def test_blows_of_every_kind(pair: ServerPair, tmp_path: Path) -> None:
    await pair.renew()
    writers = ["north", "south"] if MANY else ["north"]
    async with sharing(pair, tmp_path, *writers, senders=["east", "west"]) as shared:
        await asyncio.gather(*(place.begin() for place in shared.places))
        await shared.goes_on()
        for blow in strikes():
            await shared.struck(blow)
        await shared.judged()
