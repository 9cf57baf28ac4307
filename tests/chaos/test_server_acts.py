"""The database's server fails in the middle of an act of the whole bot: it is done once, or never.

Discord is the small server of these tests, which has the database fail half-way through a call.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.chaos.cases_bot import Orders
from tests.chaos.cases_life import BOOT, OTTER, Life, Lives, happened, once
from tests.chaos.seeded import SEED, campaign
from tests.chaos.sharing_emitter import Orders as Newer
from tests.chaos.test_cases import BANS, CREATED, FACTS, LEASE, MEMBER, MINUTE, OPTIONS, judge
from tests.chaos.test_kill import drained
from tests.support.discord_server.moderation_server import Cut, ModeratingServer, Moment
from tests.support.discord_server.moderator import Person
from tests.support.lossy_line import LossyLine, line_to
from tests.support.newer_version import newer_version
from tests.support.program import Program
from tests.support.receiver import Receiver
from tests.support.server_pair import ServerPair

pytestmark = [pytest.mark.chaos, campaign]

PATIENCE = 1.0  # seconds, that the server has for a statement
ANSWERED = 5.0  # seconds, in which somebody hears that it did not work; or it waits for the server
CALLS = {
    "ban": f"PUT {BANS}",
    "kick": f"DELETE {MEMBER}$",
    "timeout": f"PATCH {MEMBER}",
    "mute": f"PUT {MEMBER}/roles/",
}
MOMENTS: tuple[Moment, ...] = ("before", "done", "told")


@dataclass(frozen=True, slots=True)
class Ground:
    """What fails, and what the bot has to do with."""

    pair: ServerPair
    lines: list[LossyLine]
    lives: Lives


async def stopped(ground: Ground) -> None:
    await asyncio.to_thread(ground.pair.primary.stop)


async def started(ground: Ground) -> None:
    await asyncio.to_thread(ground.pair.primary.start)


async def restarted(ground: Ground) -> None:
    await asyncio.to_thread(ground.pair.primary.stop, "fast")
    await started(ground)


async def cut(ground: Ground) -> None:
    for line in ground.lines:
        line.go_away()
        line.come_back()


async def silenced(ground: Ground) -> None:
    for line in ground.lines:
        line.fall_silent()


async def failed_over(ground: Ground) -> None:
    await ground.pair.fail_over()


async def nothing(_ground: Ground) -> None:
    """It is over already."""


Step = Callable[[Ground], Awaitable[None]]
BLOWS: dict[str, tuple[Step, Step]] = {
    "away": (stopped, started),
    "restarted": (restarted, nothing),
    "cut": (cut, nothing),
    "silenced": (silenced, nothing),
    "failed over": (failed_over, nothing),
}
"""What happens in the middle of the call, and what once the person was answered."""


@pytest.fixture
async def ground(pair: ServerPair, tmp_path: Path) -> AsyncGenerator[Ground]:
    await pair.renew()
    homes = pair.homes
    async with (
        line_to(homes[0]) as (first, one),
        line_to(homes[1]) as (second, other),
        ModeratingServer() as server,
    ):
        server.guild.enter(OTTER)
        orders = Orders(
            pair.url(one, other),
            str(tmp_path / "herald.key"),
            server.api,
            server.gateway_url,
            patience=PATIENCE,
        )
        yield Ground(pair, [first, second], Lives(orders, server))


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with Receiver() as running:
        yield running
    assert running.refused == []


def acts() -> list[tuple[str, Moment, str]]:
    return [(act, moment, blow) for act in CALLS for moment in MOMENTS for blow in BLOWS]


@pytest.mark.parametrize(("act", "moment", "blow"), acts())
async def test_in_the_middle_of_an_act(
    ground: Ground, receiver: Receiver, act: str, moment: Moment, blow: str
) -> None:
    lives, server = ground.lives, ground.lives.server
    await lives.prepare(receiver)
    begins, ends = BLOWS[blow]
    async with Life(lives.orders) as life:
        await life.says("ready", BOOT)
        done = server.cut = Cut(CALLS[act], moment, lambda: begins(ground), lives=True)
        token = await server.begin(act, user=Person(OTTER), **OPTIONS.get(act, {}))
        await server.gateway.until(lambda: done.done, BOOT)
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERED):
                await server.answered(token)
        await ends(ground)
        assert (await life.end())[0] == 0
    await lives.recovered(LEASE)
    told = f"seed {SEED}: {act}, {moment}, {blow}"
    assert await judge(lives, receiver, act, told), told
    assert sum(CALLS[act].removesuffix("$") in call for call in server.calls) == 1, told
    assert happened(server, act), told
    assert FACTS[act]


@pytest.mark.parametrize("blow", BLOWS)
async def test_while_a_temp_ban_ends(ground: Ground, receiver: Receiver, blow: str) -> None:
    lives, server = ground.lives, ground.lives.server
    await lives.prepare(receiver)
    await lives.whole("tempban", duration="1m")
    begins, ends = BLOWS[blow]
    async with Life(lives.later(MINUTE)) as life:
        done = server.cut = Cut(f"DELETE {BANS}", "done", lambda: begins(ground), lives=True)
        await life.says("ready", BOOT)
        await server.gateway.until(lambda: done.done, BOOT)
        await ends(ground)
        with suppress(TimeoutError):  # what it has leased and not settled is due in a minute
            async with asyncio.timeout(ANSWERED):
                await life.end()
    await lives.recovered(MINUTE + LEASE)
    written = await lives.written()
    assert [one["state"] for one in written.cases] == ["expired"]
    assert written.kinds == [CREATED, "member.banned", "case.updated expired", "member.unbanned"]
    assert server.guild.bans == {}
    assert server.calls.count(f"DELETE {BANS}") == 1
    once(receiver, written.events)


@pytest.mark.parametrize("act", ["ban", "kick"])
async def test_beside_a_newer_version(
    ground: Ground, receiver: Receiver, tmp_path: Path, act: str
) -> None:
    """What a bot has prepared at the server works on when another has migrated."""
    lives, server = ground.lives, ground.lives.server
    await lives.prepare(receiver)
    newer = Newer(
        lives.orders.url,
        lives.orders.key_file,
        str(tmp_path / "receipts"),
        records=False,
        newer=newer_version(tmp_path / "next"),
    )
    async with Life(lives.orders) as life:
        await life.says("ready", BOOT)
        await server.use("timeout", user=Person(OTTER), duration="10m")
        async with Program("tests.chaos.sharing_emitter", asdict(newer)) as program:
            await program.says("started", BOOT)
            await server.use(act, user=Person(OTTER))
            assert (await life.end())[0] == 0
            await drained(lives.orders.url)
            assert (await program.end())[0] == 0
    written = await lives.written()
    assert [one["state"] for one in written.cases] == ["active", "active"]
    assert sorted(written.kinds) == sorted([*FACTS["timeout"], *FACTS[act]])
    assert happened(server, act)
    once(receiver, written.events)
