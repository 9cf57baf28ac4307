"""A long stretch of busy days in many guilds: what the bot holds in memory does not grow.

With HERALD_SOAK=1 there are a thousand guilds of two hundred members, for days.
"""

import ctypes
import gc
import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.acts import Actor
from bot.app import App
from bot.clock import ManualClock
from bot.features.settings import SETTINGS
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.receiver import Receiver
from tests.support.simulated import connected
from tests.support.soak_traffic import SoakTraffic

SOAK = os.environ.get("HERALD_SOAK") == "1"
GUILDS, MEMBERS = (1_000, 200) if SOAK else (10, 20)
ROUNDS, HAPPENINGS, WARM = (60, 600, 20) if SOAK else (9, 50, 5)
HOUR = 3600.0
LONGEST = 600.0  # seconds until the bot is done with a crowd, on a machine that others keep busy
SEED = int(os.environ.get("HERALD_SEED") or 7)
ON = ("levels", "economy")
OURS = ("bot.", "discord.user.", "discord.message.")  # the simulation keeps commands for seconds
CACHES = ("bot.pictures.",)  # of what was drawn, up to a bound


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds at a moment: its objects by their type, and megabytes."""

    objects: Counter[str]
    resident: float


def held() -> Held:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    kinds = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return Held(kinds, int(line.split()[1]) / 1024)


def is_ours(name: str) -> bool:
    """Whether it is a thing of the bot's, or of what it holds of Discord."""
    return name.startswith(OURS) and not name.startswith(CACHES)


@pytest.fixture
def clock() -> ManualClock:
    """At the simulation's beginning."""
    return ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


async def busy(app: App, traffic: SoakTraffic, receiver: Receiver, clock: ManualClock) -> int:
    """An hour of it; how many events were received."""
    await traffic.round(HAPPENINGS)
    for _ in range(4):
        clock.advance(HOUR / 4)
        await app.emitter.worker.idle()
    await traffic.pass_by(HOUR)
    count = len(receiver.requests)
    receiver.requests.clear()
    return count


async def prepared(app: App, traffic: SoakTraffic, receiver: Receiver) -> None:
    """Every guild earns, and has an endpoint."""
    for place in traffic.places:
        actor = Actor(place.guild.id, 1, "harbour_master")
        for feature in ON:
            await app.parts[SETTINGS].service.change(actor, feature, "enabled", True)
        await add_endpoint(
            app.emitter, receiver.url(), guild_id=place.guild.id, secret=receiver.secret
        )


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads what the system tells")
async def test_what_is_held_does_not_grow(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    app = await App.open(config_for(sqlite_url), clock)
    await app.start()
    try:
        async with connected(app) as env:
            env.settle_timeout = LONGEST
            traffic = SoakTraffic(env, clock, seed=SEED)
            await traffic.settle_in(GUILDS, MEMBERS)
            await prepared(app, traffic, receiver)
            marks, told = dict[int, Held](), 0
            for number in range(ROUNDS):
                told += await busy(app, traffic, receiver, clock)
                if number in (WARM, ROUNDS - 1) or (SOAK and number % 10 == 0):
                    marks[number] = held()
                    megabytes = marks[number].resident
                    print(f"hour {number}: {told} told, {megabytes:.0f} MB", flush=True)  # noqa: T201  for whoever waits
            assert not env.errors_since(0)
    finally:
        await app.stop()

    first, last = marks[WARM], marks[ROUNDS - 1]
    more = +(last.objects - first.objects)
    ours = {name: count for name, count in more.items() if is_ours(name)}
    print(f"more: {ours}; {more.most_common(12)}")  # noqa: T201  for whoever waits
    happened = HAPPENINGS * (ROUNDS - 1 - WARM)
    assert told > HAPPENINGS
    if SOAK:
        assert more.total() < happened / 10, more
        assert last.resident < first.resident * 1.03
    # What was used for the first time meanwhile is held as well: settings of a guild, for one.
    assert sum(ours.values()) < happened * (0.1 if SOAK else 0.9), ours
