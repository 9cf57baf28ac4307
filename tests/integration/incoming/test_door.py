"""Who is let in: the signature alone decides, then what the webhook may do and how often."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from bot.acts import Actor
from bot.clock import ManualClock
from bot.errors import NotFound, UserError
from bot.features.incoming.actions import NAMES
from bot.features.incoming.service import IncomingSecret
from bot.features.incoming.signature import PushRequest, signed
from bot.features.incoming.tables import incoming_webhook
from tests.conftest import OpenEmitter
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.incoming.incoming_env import IncomingEnv, IncomingProcess
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import FakeActs

UNSIGNED = (401, "invalid_signature")
BODY = b'{"action":"ADD_XP","userId":"5","amount":1}'

NO_ACTIONS = (
    b"",
    b"[]",
    b'"ADD_XP"',
    b"{",
    b"\xff\xfe{\x00}\x00",
    b'\xef\xbb\xbf{"action":"ADD_XP"}',
    b'{"action":"ADD_XP","action":"ADD_XP","userId":"5","amount":1}',
    b'{"action":"ADD_XP","userId":"5","amount":NaN}',
    b'{"action":"ADD_XP","userId":"5","amount":' + b"9" * 5000 + b"}",
    b'{"action":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    b'{"action":"add_xp","userId":"5","amount":1}',
    b'{"action":null}',
    b'{"action":"ADD_XP","userId":"5","amount":1,"extra":true}',
    b'{"action":"ADD_XP","userId":5,"amount":1}',
    b'{"action":"ADD_XP","userId":"05","amount":1}',
    b'{"action":"ADD_XP","userId":"5","amount":"1"}',
    b'{"action":"ADD_XP","userId":"5","amount":1.5}',
    b'{"action":"ADD_XP","userId":"5","amount":true}',
    b'{"action":"ADD_XP","userId":"5","amount":0}',
    b'{"action":"SEND_MESSAGE","channelId":"50"}',
    b'{"action":"SEND_MESSAGE","channelId":"50","message":" \\n"}',
    b'{"action":"SEND_MESSAGE","channelId":"50","message":"a\\u0000"}',
    b'{"action":"SEND_MESSAGE","channelId":"50","message":"\\ud800"}',
    b'{"action":"SEND_MESSAGE","channelId":"50","message":"a","embed":{"title":"b"}}',
    b'{"action":"ADD_BALANCE","userId":"5","amount":"1e3"}',
    b'{"action":"ADD_BALANCE","userId":"5","amount":"-0.00"}',
    b'{"action":"ADD_BALANCE","userId":"5","amount":5.00}',
    b'{"action":"CREATE_CASE","userId":"5","type":"ban","reason":"a"}',
)


async def knock(env: IncomingEnv, **about: Any) -> tuple[int, dict[str, Any]]:
    """What is answered to a request made by hand."""
    made: dict[str, Any] = {"webhook": str(env.webhook.uuid), "body": BODY, **about}
    answer = await env.incoming.door.push(PushRequest(**made))
    return answer.status, dict(answer.document)


async def test_whatever_is_wrong_with_a_signature_looks_the_same(env: IncomingEnv) -> None:
    """An unknown id, no signature, a wrong one, an old one: one answer, to the letter."""
    now = int(env.clock.now().timestamp())
    good, dated = signed(env.secret, BODY), signed(env.secret, BODY, str(now))
    late, early = (signed(env.secret, BODY, str(now + by)) for by in (-301, 301))
    answers = [
        await knock(env),
        await knock(env, signature=""),
        await knock(env, signature=good.removeprefix("sha256=")),
        await knock(env, signature=good.upper()),
        await knock(env, signature=f"{good} "),
        await knock(env, signature="sha256=" + "é" * 32),
        await knock(env, signature=signed("whsec_other", BODY)),
        await knock(env, signature=signed(env.secret, BODY + b" ")),
        await knock(env, webhook=str(uuid4()), signature=good),
        await knock(env, webhook="../" + "a" * 500, signature=good),
        await knock(env, webhook=str(UUID(int=0)), signature=good),
        await knock(env, signature=dated),  # the time was taken off
        await knock(env, signature=good, timestamp=str(now)),  # or put on
        await knock(env, signature=dated, timestamp=f"+{now}"),
        await knock(env, signature=late, timestamp=str(now - 301)),
        await knock(env, signature=early, timestamp=str(now + 301)),
        await knock(env, signature=signed(env.secret, BODY, "nan"), timestamp="nan"),
        await knock(env, signature=signed(env.secret, BODY, "\u0661"), timestamp="\u0661"),
    ]
    assert {(status, json.dumps(document)) for status, document in answers} == {
        (401, json.dumps(answers[0][1]))
    }
    assert (answers[0][0], answers[0][1]["error"]["code"]) == UNSIGNED
    edge = str(now - 300)
    status, _ = await knock(env, signature=signed(env.secret, BODY, edge), timestamp=edge)
    assert status == 404  # let in: it is about nobody


async def test_what_is_no_action_is_refused_whole(env: IncomingEnv) -> None:
    for body in NO_ACTIONS:
        assert await env.code(body, key="a key") == (422, "invalid_action"), body[:80]
    assert await env.calls() == []


async def test_the_fields_say_what_is_wrong(env: IncomingEnv) -> None:
    answer = await env.push({"action": "ADD_BALANCE", "userId": 5, "amount": "0", "x": 1})
    assert answer.document["error"]["fields"] == {
        "userId": "an id is a string of digits",
        "amount": "a change of zero is no change",
        "x": "there is no such field",
    }
    asked = {"action": "ADD_BALANCE", "userId": "5", "amount": "1"}
    answer = await env.push(asked)
    assert (answer.status, list(answer.document["error"]["fields"])) == (
        422,
        ["X-Idempotency-Key"],
    )
    for key in ("", "a" * 201, "é", "a\tb"):
        assert await env.code(asked, key=key) == (422, "invalid_action")
    request = PushRequest(
        str(env.webhook.uuid),
        json.dumps(asked).encode(),
        signed(env.secret, json.dumps(asked).encode()),
        keys=("one", "two"),
    )
    assert (await env.incoming.door.push(request)).status == 422


async def test_a_webhook_does_what_it_was_given_and_so_often(env: IncomingEnv) -> None:
    narrow, secret = await env.made("narrow", ("ADD_XP", "ADD_ROLE"), rate=3)
    mine: dict[str, Any] = {"webhook": narrow.uuid, "secret": secret}
    who = env.someone()
    samples = env.each(who)
    assert await env.code(samples["SEND_MESSAGE"], **mine) == (403, "action_not_allowed")
    for _time in range(3):
        await env.result(samples["ADD_XP"], **mine)
    answer = await env.push(samples["ADD_XP"], **mine)
    assert (answer.status, answer.document["error"]["code"]) == (429, "rate_limited")
    assert answer.retry_after == 20
    await env.result(samples["ADD_ROLE"], **mine)  # each action has its own
    await env.result(samples["ADD_XP"])  # and each webhook
    env.clock.advance(20)
    await env.result(samples["ADD_XP"], **mine)
    assert (await env.push(samples["ADD_XP"], **mine)).status == 429


async def test_a_new_secret_new_actions_and_an_end_count_at_once(
    env: IncomingEnv, clock: ManualClock
) -> None:
    """Also in another process on the same database, where there can be one."""
    other = IncomingProcess(env.emitter, clock=clock, discord=env.discord)
    sample, old = env.each(env.someone())["ADD_XP"], env.secret
    service = env.incoming.service
    for process in (env.process, other):
        await env.result(sample, process=process)

    shown = list[IncomingSecret]()

    async def show(new: IncomingSecret) -> None:
        shown.append(new)

    _after, secret = await service.rotate(HARBOUR_MASTER, env.webhook.id, show=show)
    for process in (env.process, other):
        assert await env.code(sample, secret=old, process=process) == UNSIGNED
        await env.result(sample, secret=secret, process=process)
    seen = await service.numbered(GUILD, env.webhook.id)
    await service.allow(HARBOUR_MASTER, seen, ["ADD_ROLE"])
    for process in (env.process, other):
        assert (await env.push(sample, secret=secret, process=process)).status == 403
    await service.delete(HARBOUR_MASTER, env.webhook.id)
    for process in (env.process, other):
        assert await env.code(sample, secret=secret, process=process) == UNSIGNED
    await other.members.stop()


async def test_an_end_counts_where_nobody_has_heard_of_it_yet(
    env: IncomingEnv, emitter: OpenEmitter, clock: ManualClock
) -> None:
    """Another process remembers it still; the row that it looks at is gone."""
    if env.emitter.database.is_sqlite:
        pytest.skip("a file has one process")
    other = IncomingProcess(await emitter(start=False), clock=clock, discord=env.discord)
    samples = env.each(env.someone())
    await env.result(samples["ADD_XP"], process=other)
    await env.incoming.service.delete(HARBOUR_MASTER, env.webhook.id)
    for name, sample in samples.items():
        assert await env.code(sample, key=name, process=other) == UNSIGNED
    assert [one.action for one in await env.calls()] == ["ADD_XP"]
    await other.members.stop()


async def test_a_webhook_that_is_deleted_meanwhile_does_nothing(env: IncomingEnv) -> None:
    """What was looked at before the deletion is not done after it."""
    who = env.someone()
    env.discord.faults.clear()
    prepare = env.incoming.calls._effects.prepare  # pyright: ignore[reportPrivateUsage] - there is no other moment between the two

    async def deleted_meanwhile(*about: Any) -> Any:
        effect = await prepare(*about)
        await env.incoming.service.delete(HARBOUR_MASTER, env.webhook.id)
        return effect

    env.incoming.calls._effects.prepare = deleted_meanwhile  # type: ignore[method-assign] - as above
    assert await env.code(env.each(who)["ADD_BALANCE"], key="a") == UNSIGNED
    assert await env.balance(who) == 0
    assert await env.calls() == []


async def test_webhooks_are_their_servers_own(env: IncomingEnv) -> None:
    service = env.incoming.service
    stranger = Actor(GUILD + 1, 5, "stranger")
    assert await service.list(GUILD + 1) == []
    with pytest.raises(NotFound):
        await service.named(GUILD + 1, "shop")
    with pytest.raises(NotFound):
        await service.delete(stranger, env.webhook.id)
    with pytest.raises(UserError, match="already"):
        await env.made("SHOP", NAMES)
    async with env.emitter.database.transaction() as tx:
        stored = (await tx.execute(select(incoming_webhook.c.sealed_secret))).scalar_one()
    assert env.secret.encode() not in bytes(stored)


async def test_a_secret_that_nobody_saw_is_not_stored(env: IncomingEnv) -> None:
    async def fails(_new: IncomingSecret) -> None:
        raise ConnectionError

    service = env.incoming.service
    with pytest.raises(ConnectionError):
        await service.create(HARBOUR_MASTER, "unseen", NAMES, rate=30, show=fails)
    with pytest.raises(ConnectionError):
        await service.rotate(HARBOUR_MASTER, env.webhook.id, show=fails)
    assert [one.name for one in await service.list(GUILD)] == ["shop"]
    await env.result(env.each(env.someone())["ADD_XP"])


async def test_there_are_25_at_most(env: IncomingEnv) -> None:
    for number in range(24):
        await env.made(f"number {number}", ("ADD_XP",))
    with pytest.raises(UserError, match="25"):
        await env.made("one more", ("ADD_XP",))


async def test_without_a_public_address_there_is_none(env: IncomingEnv, clock: ManualClock) -> None:
    class Private(IncomingProcess):
        public_url = None

    private = Private(env.emitter, clock=clock, discord=FakeActs())

    async def show(_new: IncomingSecret) -> None:
        raise AssertionError

    with pytest.raises(UserError, match="public_url"):
        await private.incoming.service.create(
            HARBOUR_MASTER, "no way in", NAMES, rate=30, show=show
        )
    await private.members.stop()


async def test_two_at_once_with_one_key(env: IncomingEnv, clock: ManualClock) -> None:
    """In one process the second is told to wait; of two processes one does it, both say so."""
    who = env.someone()
    sample = env.each(who)["ADD_BALANCE"]
    answers = await asyncio.gather(*(env.push(sample, key="one") for _ in range(4)))
    assert sorted(one.status for one in answers) == [200, 409, 409, 409]
    assert {one.document["error"]["code"] for one in answers if one.status == 409} == {
        "in_progress"
    }
    other = IncomingProcess(env.emitter, clock=clock, discord=env.discord)
    answers = await asyncio.gather(
        *(env.push(sample, key="two", process=one) for one in (env.process, other))
    )
    assert [one.status for one in answers] == [200, 200]
    assert sorted("replayed" in one.document for one in answers) == [False, True]
    assert await env.balance(who) == 10
    await other.members.stop()
