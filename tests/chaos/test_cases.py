"""Killed between any two steps of an act, the bot's next life finds the truth and tells it once.

Discord outlives the bot: it is the small server of these tests, which kills the bot half-way.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.chaos.cases_bot import Orders
from tests.chaos.cases_life import COUNTED, OTTER, Kill, Lives, happened, once
from tests.chaos.seeded import MANY, SEED, killed_at_boundaries
from tests.support.discord_server.moderation_server import ModeratingServer
from tests.support.discord_server.payloads import GUILD_ID
from tests.support.discord_server.populated_guild import LOG_CHANNEL_ID
from tests.support.receiver import Receiver

pytestmark = pytest.mark.chaos

LEASE, MINUTE = 75.0, 65.0  # seconds; a case is pending for a minute before it is looked at
NewUrl = Callable[[], Awaitable[str]]

BANS = rf"guilds/{GUILD_ID}/bans/{OTTER}"
MEMBER = rf"guilds/{GUILD_ID}/members/{OTTER}"
LINE = rf"channels/{LOG_CHANNEL_ID}/messages"
CREATED, BANNED, LEFT = "case.created", "member.banned", "member.left"
FACTS = {"ban": [CREATED, BANNED], "kick": [CREATED, LEFT], "timeout": [CREATED], "mute": [CREATED]}
OPTIONS = {"timeout": {"duration": "10m"}}

KILLS: dict[str, list[Kill]] = {
    "ban": [(f"PUT {BANS}", "before"), (f"PUT {BANS}", "done")],
}
MORE_KILLS: dict[str, list[Kill]] = {
    "ban": [
        (f"PUT {BANS}", "told"),
        (f"POST {LINE}", "before"),
        ("POST users/@me/channels", "before"),
        (f"POST channels/{OTTER}/", "done"),
    ],
    "kick": [(f"DELETE {MEMBER}$", "before"), (f"DELETE {MEMBER}$", "done")],
    "timeout": [(f"PATCH {MEMBER}", "before"), (f"PATCH {MEMBER}", "done")],
    "mute": [(f"PUT {MEMBER}/roles/", "before"), (f"PUT {MEMBER}/roles/", "done")],
}
ENDS: list[Kill] = [(f"DELETE {BANS}", "done")]
MORE_ENDS: list[Kill] = [
    (f"GET {BANS}", "before"),
    (f"DELETE {BANS}", "before"),
    (f"DELETE {BANS}", "told"),
    (f"PATCH {LINE}", "before"),
]


def acts() -> list[tuple[str, Kill]]:
    chosen = [KILLS, MORE_KILLS] if MANY else [KILLS]
    return [(name, kill) for some in chosen for name, kills in some.items() for kill in kills]


@pytest.fixture
async def server() -> AsyncGenerator[ModeratingServer]:
    async with ModeratingServer() as server:
        server.guild.enter(OTTER)
        yield server


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    """A receiver on the machine's own clock."""
    async with Receiver() as running:
        yield running
    assert running.refused == []


def lives_in(url: str, folder: Path, server: ModeratingServer) -> Lives:
    orders = Orders(url, str(folder / "herald.key"), server.api, server.gateway_url)
    return Lives(orders, server)


async def judge(lives: Lives, receiver: Receiver, command: str, told: str) -> bool:
    """Row, Discord and events agree; whether the act came about."""
    done, written = happened(lives.server, command), await lives.written()
    (case,) = written.cases
    assert case["state"] == ("active" if done else "void"), told
    assert written.kinds == (FACTS[command] if done else []), told
    assert len(lives.server.guild.lines) == done, told
    once(receiver, written.events)
    return done


@pytest.mark.parametrize(("command", "kill"), acts())
@pytest.mark.thorough("one call and one moment show how it is killed", but="postgresql-ban-kill0")
async def test_killed_beside_a_call(
    new_url: NewUrl,
    tmp_path: Path,
    server: ModeratingServer,
    receiver: Receiver,
    command: str,
    kill: Kill,
) -> None:
    lives = lives_in(await new_url(), tmp_path, server)
    await lives.prepare(receiver)
    await lives.killed(kill, command, **OPTIONS.get(command, {}))
    await lives.recovered(LEASE)
    done = await judge(lives, receiver, command, f"{kill}")
    of_the_act = kill[0].startswith(("PUT", "DELETE", "PATCH"))
    assert done is (kill[1] != "before" if of_the_act else kill[0] == f"POST {LINE}")
    assert sum(call == f"PUT {BANS}" for call in server.calls) == (command == "ban" and done)


@pytest.mark.parametrize("kill", [*ENDS, *(MORE_ENDS if MANY else [])])
@pytest.mark.thorough("the kills beside a call and at a boundary show how it is killed")
async def test_killed_while_a_temp_ban_ends(
    new_url: NewUrl, tmp_path: Path, server: ModeratingServer, receiver: Receiver, kill: Kill
) -> None:
    lives = lives_in(await new_url(), tmp_path, server)
    await lives.prepare(receiver)
    await lives.whole("tempban", duration="1m")
    await lives.killed_later(kill, MINUTE)
    await lives.recovered(MINUTE + LEASE)
    written = await lives.written()
    assert [one["state"] for one in written.cases] == ["expired"]
    assert written.kinds == [CREATED, BANNED, "case.updated expired", "member.unbanned"]
    assert server.guild.bans == {}
    assert server.calls.count(f"DELETE {BANS}") == 1
    once(receiver, written.events)


@pytest.mark.thorough("one engine shows it", but="sqlite")
async def test_killed_at_a_boundary_of_the_database(
    new_url: NewUrl, tmp_path: Path, server: ModeratingServer, receiver: Receiver
) -> None:
    """From the row's first statement on: within a step, between two, and after the last."""
    counted = lives_in(await new_url(), tmp_path, server)
    await counted.prepare(receiver)
    boundaries = await counted.killed_at(COUNTED, "ban")
    assert boundaries is not None
    assert boundaries > 20

    async def killed(number: int) -> int | None:
        return await walked(await new_url(), tmp_path, number)

    await killed_at_boundaries(boundaries, 1, killed)


async def walked(url: str, folder: Path, number: int) -> int | None:
    """A life that dies there, and the next; on a Discord of their own."""
    async with ModeratingServer() as server, Receiver() as receiver:
        server.guild.enter(OTTER)
        lives = lives_in(url, folder, server)
        await lives.prepare(receiver)
        end = await lives.killed_at(number, "ban")
        await lives.recovered(LEASE)
        if (await lives.written()).cases:
            await judge(lives, receiver, "ban", f"boundary {number}, seed {SEED}")
        else:  # killed before the first commit: nothing was ever decided
            assert not happened(server, "ban"), f"boundary {number}, seed {SEED}"
        assert receiver.refused == []
    return end
