"""A key is remembered for a day: the same request again has the first result, and does nothing."""

from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.features.incoming.messages import KIND
from bot.features.incoming.model import CallState
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.incoming.incoming_env import FRIEND, LEASE, IncomingEnv
from tests.support.fake_acts import Fault

DAY = timedelta(days=1)
AWAY = ("ADD_ROLE", "SEND_MESSAGE", "OPEN_TICKET")


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
    who = env.someone()
    env.discord.faults |= {"change_roles": Fault.LOST, "send": Fault.LOST}
    for action in ("ADD_ROLE", "SEND_MESSAGE"):
        assert (await env.push(env.each(who)[action], key=action)).status == 503
    for _time in range(3):
        await env.sweep_incoming(timedelta(minutes=31))
    assert [one.state for one in await env.calls()] == [CallState.DONE] * 2
    for action in ("ADD_ROLE", "SEND_MESSAGE"):
        answer = await env.push(env.each(who)[action], key=action)
        assert (answer.status, answer.document["replayed"]) == (503, True)
    env.discord.faults.clear()
    await env.sweep_incoming(LEASE)
    assert env.discord.lines == {}


async def test_a_deleted_webhook_leaves_nothing_to_be_done(env: IncomingEnv) -> None:
    who = env.someone()
    env.discord.faults |= {"change_roles": Fault.LOST, "send": Fault.LOST}
    for action in ("ADD_ROLE", "SEND_MESSAGE"):
        assert (await env.push(env.each(who)[action], key=action)).status == 503
    await env.incoming.service.delete(HARBOUR_MASTER, env.webhook.id)
    env.discord.faults.clear()
    await env.sweep_incoming(LEASE)
    await env.sweep_incoming(LEASE)
    assert env.discord.lines == {}
    assert env.discord.roles_of(who) == set()
