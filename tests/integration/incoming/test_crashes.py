"""The process dies between any two steps: what was asked is done once, and always answered so."""

from collections import Counter
from typing import Any

import pytest

from tests.integration.incoming.incoming_env import FRIEND, LEASE, IncomingEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies, ends_in_death
from tests.support.cut_stride import stride
from tests.support.fake_acts import Fault
from tests.support.released import released

Samples = dict[str, dict[str, Any]]
ACTIONS = (
    *("ADD_BALANCE", "ADD_ROLE", "SEND_MESSAGE", "ADD_XP", "CREATE_CASE", "OPEN_TICKET"),
    *("START_GIVEAWAY", "CLOSE_TICKET", "END_GIVEAWAY"),
)
BESIDE = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST, Fault.LATE)
TOLD = {
    "ADD_BALANCE": "economy.balance_changed",
    "ADD_XP": "xp.level_up",
    "CREATE_CASE": "case.created",
    "OPEN_TICKET": "ticket.opened",
    "CLOSE_TICKET": "ticket.closed",
    "START_GIVEAWAY": "giveaway.created",
    "END_GIVEAWAY": "giveaway.ended",
}


async def was_cut(env: IncomingEnv, sample: dict[str, Any], key: str, point: int) -> bool:
    """Whether it was cut at that await: as by a death, where the driver stands it."""
    work = env.push(sample, key=key)
    if env.emitter.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


async def asked(env: IncomingEnv, action: str) -> dict[str, Any]:
    """A fresh one of that action, about somebody or something that no other is about."""
    who = env.someone()
    if action == "CLOSE_TICKET":
        made = await env.result(env.each(who)["OPEN_TICKET"])
        return {"action": action, "ticketId": made["ticketId"]}
    if action == "END_GIVEAWAY":
        made = await env.result(env.each(who)["START_GIVEAWAY"])
        return {"action": action, "giveawayId": made["giveawayId"]}
    return env.each(who)[action]


async def recover(env: IncomingEnv) -> None:
    """A new process on what the last one left, until nothing is left to do."""
    env.discord.faults.clear()
    if not env.emitter.database.is_sqlite:
        await released(env.emitter.database)
    await env.again()
    for _time in range(3):
        await env.sweep_incoming(LEASE)


async def once(env: IncomingEnv, action: str, samples: Samples) -> None:
    """Each was done or was not; asked again it is done, once, and answered with one result."""
    results = dict[str, Any]()
    for key, sample in samples.items():
        first = await env.push(sample, key=key)
        assert first.status == 200, (key, first)
        again = await env.push(sample, key=key)
        assert again.document == {**first.document, "replayed": True}
        results[key] = first.document["result"]
    await env.sweep_incoming(LEASE)
    await env.sweep_incoming(LEASE)
    count = len(samples)
    told = Counter(kind for kind, _data in await env.told())
    if action in TOLD:
        made = sum(1 for one in await env.calls() if one.action == action)
        assert told[TOLD[action]] == made == count
    if action == "ADD_ROLE":
        assert all(FRIEND in env.discord.roles_of(int(one["userId"])) for one in samples.values())
    if action == "SEND_MESSAGE":
        texts = Counter(post.text for post in env.discord.lines.values())
        assert texts == Counter(one["message"] for one in samples.values())
    if action == "OPEN_TICKET":
        assert len(env.discord.rooms) == count
    if action == "ADD_BALANCE":
        assert {await env.balance(int(one["userId"])) for one in samples.values()} == {5}
    entries = [
        one for one in await env.entries() if one["event_type"] == f"incoming.{action}".lower()
    ]
    assert len(entries) == count
    assert {one["severity"] for one in entries} == {"info"}


@pytest.mark.thorough("three of them on one engine show the kinds there are", but="sqlite-ADD_*")
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await(env: IncomingEnv, action: str) -> None:
    samples, point, is_cut = Samples(), 1, True
    while is_cut:
        key, samples_key = f"key {point}", await asked(env, action)
        samples[key] = samples_key
        is_cut = await was_cut(env, samples_key, key, point)
        point += stride(env.emitter.database, 3)
    assert point > 10
    await recover(env)
    await once(env, action, samples)


@pytest.mark.thorough("two of them are enough for the inner loop", but="sqlite-ADD_ROLE-*AFTER")
@pytest.mark.parametrize(
    "fault",
    [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST, Fault.LATE],
    ids=lambda one: one.name,
)
@pytest.mark.parametrize(
    ("action", "call"),
    [("ADD_ROLE", "change_roles"), ("SEND_MESSAGE", "send"), ("OPEN_TICKET", "make_room")],
)
@pytest.mark.fewer_on_postgresql("each action meets the same statements")
async def test_a_fault_beside_each_call(
    env: IncomingEnv, action: str, call: str, fault: Fault
) -> None:
    sample = await asked(env, action)
    env.discord.faults[call] = fault
    is_dead = await ends_in_death(env.push(sample, key="a"))
    assert is_dead is (fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER))
    if is_dead:
        env.discord.faults.clear()
        await env.again()
        waits = await env.push(sample, key="a")
        assert waits.document["error"]["code"] == "in_progress"
        assert waits.retry_after == 60
    await recover(env)
    await once(env, action, {"a": sample})


async def test_asked_again_it_goes_on_without_a_sweep(env: IncomingEnv) -> None:
    """Once the lease of the process that died is over."""
    sample = await asked(env, "ADD_ROLE")
    env.discord.faults["change_roles"] = Fault.CRASH_BEFORE
    assert await ends_in_death(env.push(sample, key="a"))
    env.discord.faults.clear()
    await env.again()
    env.clock.advance(LEASE.total_seconds())
    answer = await env.push(sample, key="a")
    assert (answer.status, answer.document["replayed"]) == (200, True)
    assert env.discord.roles_of(int(sample["userId"])) == {FRIEND}
