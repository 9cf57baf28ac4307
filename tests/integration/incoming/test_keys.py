"""A key is remembered for a day: the same request again has the first result, and does nothing."""

import asyncio
from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.features.incoming.messages import KIND
from bot.features.incoming.model import CallState
from bot.features.incoming.service import IncomingSecret
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.incoming.incoming_env import FRIEND, LEASE, IncomingEnv
from tests.support.fake_acts import Fault

DAY = timedelta(days=1)
AWAY = ("ADD_ROLE", "SEND_MESSAGE", "OPEN_TICKET")
UNANSWERED = {"change_roles": Fault.LOST, "send": Fault.LOST, "make_room": Fault.LATE}

ENDS = {"deleted": "was deleted", "rotated": "another secret", "narrowed": "not allowed"}


async def test_the_same_request_again_is_answered_alike(env: IncomingEnv) -> None:
    who = env.someone(roles={11})
    for name, sample in env.each(who).items():
        first = await env.push(sample, key=name)
        again = await env.push(sample, key=name)
        assert again.document == {**first.document, "replayed": True}
        other = dict(sample)
        other["reason" if "reason" in sample else "action"] = sample["action"]
        spaced = await env.push(b" " + str(sample).replace("'", '"').encode(), key=name)
        assert spaced.document["error"]["code"] == "idempotency_key_reused"
    assert await env.balance(who) == 5
    assert len([one for one in env.discord.lines.values() if one.text == f"Hello <@{who}>"]) == 1
    kinds = [kind for kind, _data in await env.told()]
    for kind in ("case.created", "ticket.opened", "giveaway.created", "economy.balance_changed"):
        assert kinds.count(kind) == 1
    assert len(await env.entries()) == len(env.each(who))


async def test_a_key_is_one_webhooks_and_lasts_a_day(env: IncomingEnv) -> None:
    who = env.someone()
    sample = env.each(who)["ADD_BALANCE"]
    other, secret = await env.made("other", ("ADD_BALANCE",))
    await env.result(sample, key="a")
    await env.result(sample, key="a", webhook=other.uuid, secret=secret)
    env.clock.advance(DAY.total_seconds() - 1)
    assert (await env.push(sample, key="a")).document["replayed"] is True
    env.clock.advance(1)
    assert "replayed" not in (await env.push(sample, key="a")).document
    assert await env.balance(who) == 15


async def test_it_is_forgotten_after_a_day(env: IncomingEnv) -> None:
    who = env.someone()
    await env.result(env.each(who)["ADD_BALANCE"], key="a")
    await env.result(env.each(who)["SEND_MESSAGE"], key="said")
    env.discord.faults["send"] = Fault.LOST
    assert (await env.push(env.each(who)["SEND_MESSAGE"], key="b")).status == 503
    prune = env.incoming.prunes["pushed calls"].prune
    await env.result(env.each(who)["ADD_XP"])
    env.clock.advance(DAY.total_seconds() / 2)
    assert [gone async for gone in prune(env.clock.now())] == [1]  # that without a key
    env.clock.advance(DAY.total_seconds() / 2)
    assert [gone async for gone in prune(env.clock.now())] == [2]
    assert [one.action for one in await env.calls()] == ["SEND_MESSAGE"]
    (post,) = await env.posts(KIND)
    assert post.is_owed


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
@pytest.mark.parametrize("action", AWAY)
async def test_no_answer_from_discord_is_settled_later(
    env: IncomingEnv, action: str, fault: Fault
) -> None:
    """By a sweep; asked again meanwhile it goes on, and is never done twice."""
    who = env.someone()
    sample = env.each(who)[action]
    call = {"ADD_ROLE": "change_roles", "SEND_MESSAGE": "send", "OPEN_TICKET": "make_room"}[action]
    env.discord.faults[call] = fault
    answer = await env.push(sample, key="a")
    assert (answer.status, answer.document["error"]["code"]) == (503, "discord_unavailable")
    assert await env.entries() == []
    env.discord.faults.clear()
    await env.sweep_incoming(LEASE)
    await env.sweep_incoming(LEASE)
    again = await env.push(sample, key="a")
    assert (again.status, again.document["replayed"]) == (200, True)
    (entry,) = await env.entries()
    assert entry["severity"] == "info"
    if action == "ADD_ROLE":
        assert env.discord.roles_of(who) == {FRIEND}
    elif action == "SEND_MESSAGE":
        (line,) = [one for one in env.discord.lines.values() if one.text == f"Hello <@{who}>"]
        assert line.pings == (who,)
    else:
        assert len(env.discord.rooms) == 1


async def test_without_a_key_nobody_is_told_to_ask_again(env: IncomingEnv) -> None:
    """Each time it would be done once more."""
    sample = env.each(env.someone())["SEND_MESSAGE"]
    env.discord.faults["send"] = Fault.LATE
    with_key, without = await env.push(sample, key="a"), await env.push(sample)
    assert (with_key.status, with_key.retry_after) == (503, 15)
    assert (without.status, without.retry_after) == (503, None)
    assert "same key" in with_key.document["error"]["message"]
    assert "twice" in without.document["error"]["message"]
    env.discord.is_connected = False
    assert (await env.push(sample)).retry_after == 15  # nothing was begun


async def test_what_discord_refuses_is_said_and_stays_so(env: IncomingEnv) -> None:
    who = env.someone()
    for action, call in (("ADD_ROLE", "change_roles"), ("SEND_MESSAGE", "send")):
        env.discord.faults[call] = Fault.REFUSES
        first = await env.push(env.each(who)[action], key=action)
        assert (first.status, first.document["error"]["code"]) == (422, "refused")
        env.discord.faults.clear()
        again = await env.push(env.each(who)[action], key=action)
        assert again.document == {**first.document, "replayed": True}
    await env.sweep_incoming(LEASE)
    assert env.discord.lines == {}
    assert env.discord.roles_of(who) == set()
    entries = await env.entries()
    assert [one["severity"] for one in entries] == ["warn", "warn"]
    assert "It came to nothing" in entries[0]["summary"]
    assert {post.outcome for post in await env.posts(KIND)} <= {Outcome.SENT}


async def test_what_discord_never_answers_is_given_up(env: IncomingEnv) -> None:
    """For good: also the ticket, of which a room stands by then, and its key is free again."""
    who = env.someone()
    env.discord.faults |= UNANSWERED
    for action in AWAY:
        assert (await env.push(env.each(who)[action], key=action)).status == 503
    assert len(env.discord.rooms) == 1
    env.discord.faults["find_rooms"] = Fault.LOST
    for _time in range(3):
        await env.sweep_incoming(timedelta(minutes=31))
    assert [one.state for one in await env.calls()] == [CallState.DONE] * 3
    for action in AWAY:
        answer = await env.push(env.each(who)[action], key=action)
        assert (answer.status, answer.document["replayed"]) == (503, True)
    await nothing_more(env)
    assert len(await env.entries()) == 3
    await env.result(env.each(who)["OPEN_TICKET"], key="anew")


@pytest.mark.parametrize("end", ENDS)
async def test_what_is_pending_at_an_end_is_not_done(env: IncomingEnv, end: str) -> None:
    """Of a webhook, of a secret or of an action; each is in the audit log, as it may be done."""
    who, late = env.someone(), env.someone()
    env.discord.faults |= UNANSWERED
    for action in AWAY:
        assert (await env.push(env.each(who)[action], key=action)).status == 503
    env.discord.faults = {"change_roles": Fault.HANGS}
    under_way = asyncio.create_task(env.push(env.each(late)["ADD_ROLE"], key="late"))
    await env.discord.called.wait()
    await ends(env, end)
    env.discord.let_go.set()
    cut = await under_way
    assert (cut.status, cut.document["error"]["code"]) == (422, "refused")
    assert ENDS[end] in cut.document["error"]["message"]
    if end == "rotated":
        again = await env.push(env.each(late)["ADD_ROLE"], key="late")
        assert again.document == {**cut.document, "replayed": True}
    await nothing_more(env)
    assert env.discord.roles_of(who) == set()
    assert env.discord.roles_of(late) == {FRIEND}  # Discord was asked before
    entries = await env.entries()
    assert [one["severity"] for one in entries] == ["warn"] * 4
    assert all("It is not known whether it was done" in one["summary"] for one in entries)


async def test_a_narrower_webhook_goes_on_with_what_it_may(env: IncomingEnv) -> None:
    who = env.someone()
    env.discord.faults |= {"change_roles": Fault.LOST, "send": Fault.LOST}
    for action in ("ADD_ROLE", "SEND_MESSAGE"):
        assert (await env.push(env.each(who)[action], key=action)).status == 503
    await env.incoming.service.allow(HARBOUR_MASTER, env.webhook, ["ADD_ROLE"])
    env.discord.faults.clear()
    await env.sweep_incoming(LEASE)
    assert (env.discord.roles_of(who), env.discord.lines) == ({FRIEND}, {})


async def ends(env: IncomingEnv, end: str) -> None:
    """What whoever manages the server puts an end to."""
    service = env.incoming.service
    if end == "deleted":
        await service.delete(HARBOUR_MASTER, env.webhook.id)
    elif end == "narrowed":
        await service.allow(HARBOUR_MASTER, env.webhook, ["ADD_XP"])
    else:

        async def show(_new: IncomingSecret) -> None:
            """Nobody looks."""

        _after, env.secret = await service.rotate(HARBOUR_MASTER, env.webhook.id, show=show)


async def nothing_more(env: IncomingEnv) -> None:
    """Once Discord answers again, nothing is sent or opened, and no room is left over."""
    env.discord.faults.clear()
    for _time in range(2):
        await env.sweep_incoming(LEASE)
    assert (env.discord.lines, env.discord.rooms) == ({}, {})
    assert "ticket.opened" not in [kind for kind, _data in await env.told()]
    assert await env.posts(KIND) == []
