"""The door on the web: every answer is the contract's JSON, also of what never gets to the door."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.clock import ManualClock
from bot.config import Config, WebConfig
from bot.features.incoming.openapi import document
from bot.features.incoming.signature import signed
from bot.web.app import build_startup
from bot.web.health import Startup
from bot.web.measures import Measures
from bot.web.pages import Pages
from bot.web.parts import WebParts
from bot.web.server import Listening, Server
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.incoming.incoming_env import PUBLIC, IncomingEnv
from tests.integration.incoming.served import Door, served
from tests.support.fake_acts import Fault
from tests.support.raw_http import Answer, ask, send

LIMIT = 64 * 1024
OPENAPI = document(PUBLIC)
REFUSED: Any = Draft202012Validator(
    {**OPENAPI["components"]["schemas"]["Refused"], "components": OPENAPI["components"]}
)


@pytest.fixture
async def door(env: IncomingEnv) -> AsyncGenerator[Door]:
    async with served(env) as opened:
        yield opened


def code_of(answer: Answer) -> tuple[int, str]:
    """Status and code of a refusal as the contract spells them."""
    assert answer.headers["Content-Type"].startswith("application/json")
    error = answer.json["error"]
    assert error.keys() == {"code", "message", "fields"}
    return answer.status, error["code"]


def sample(door: Door) -> dict[str, Any]:
    return door.env.each(door.env.someone())["ADD_XP"]


async def test_what_is_signed_is_done_and_answered_as_json(door: Door) -> None:
    asked = sample(door)
    answer = await door.push(asked, X_Idempotency_Key="one")
    assert answer.status == 200
    assert answer.json["ok"] is True
    again = await door.push(asked, X_Idempotency_Key="one")
    assert again.json == {**answer.json, "replayed": True}
    now = str(int(door.env.clock.now().timestamp()))
    body = json.dumps(asked).encode()
    timed = signed(door.env.secret, body, now)
    assert (await door.push(body, X_Timestamp=now, X_Signature=timed)).status == 200
    assert door.measures.requests["/in/{webhook}", "POST", 200] == 3


async def test_what_is_not_for_the_door(door: Door) -> None:
    asked = sample(door)
    kinds: tuple[dict[str, Any], ...] = (
        {"Content_Type": "text/plain"},
        {"Content_Type": None},
        {"Content_Type": "application/json; charset=utf-16"},
        {"Content_Encoding": "gzip"},
        {"Content_Type": "multipart/form-data; boundary=a"},
    )
    for headers in kinds:
        assert code_of(await door.push(asked, **headers)) == (415, "unsupported_media_type")
    assert (await door.push(asked, Content_Type="application/json; charset=UTF-8")).status == 200
    for method in ("GET", "PUT", "DELETE"):
        answer = await door.push(asked, method=method)
        assert code_of(answer) == (405, "method_not_allowed")
        assert answer.headers["Allow"] == "POST"
    assert code_of(await ask(door.port, "/in/a/b")) == (404, "not_found")
    misdirected = await ask(door.port, "/in/a", method="POST", body=b"{}", host="other.example")
    assert code_of(misdirected) == (421, "misdirected_request")


async def test_more_than_64_kib_is_refused_before_it_is_read(door: Door) -> None:
    head = (
        f"POST /in/{door.env.webhook.uuid} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        "Content-Type: application/json\r\n"
    )
    claimed = await send(door.port, f"{head}Content-Length: 10000000000\r\n\r\n".encode(), b"{")
    assert code_of(claimed) == (413, "payload_too_large")
    chunked = b"".join(b"400\r\n" + b" " * 1024 + b"\r\n" for _ in range(65))
    counted = await send(door.port, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(), chunked)
    assert code_of(counted) == (413, "payload_too_large")
    asked = json.dumps(sample(door)).encode()
    assert (await door.push(asked + b" " * (LIMIT - len(asked)))).status == 200


async def test_who_guesses_is_slowed_down_and_who_signs_is_not(door: Door) -> None:
    statuses = [(await door.push(b"{}", X_Signature="sha256=no")).status for _ in range(14)]
    assert statuses == [401] * 12 + [429] * 2
    limited = await door.push(b"{}", X_Signature=None)
    assert code_of(limited) == (429, "rate_limited")
    assert int(limited.headers["Retry-After"]) >= 1
    asked = sample(door)
    assert [(await door.push(asked)).status for _ in range(20)] == [200] * 20


async def test_what_never_gets_to_the_signature_costs_the_address(door: Door) -> None:
    asked = sample(door)
    for status, body, kind in (
        (415, b"{}", "text/plain"),
        (415, b"{}", "multipart/form-data; boundary=a"),
        (413, b" " * (LIMIT + 1), "application/json"),
    ):
        answers = [await door.push(body, Content_Type=kind) for _ in range(13)]
        assert [one.status for one in answers] == [status] * 12 + [429]
        assert (await door.push(asked)).status == 200
        door.env.clock.advance(60)


async def test_a_limit_says_when_to_come_again(door: Door) -> None:
    await door.env.incoming.service.limit(HARBOUR_MASTER, door.env.webhook, 5)
    asked = sample(door)
    answers = [await door.push(asked) for _ in range(6)]
    assert [one.status for one in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "12"
    assert code_of(answers[-1]) == (429, "rate_limited")


async def test_a_header_that_stands_twice_is_none(door: Door) -> None:
    body = json.dumps(sample(door)).encode()
    signature = signed(door.env.secret, body)
    head = (
        f"POST /in/{door.env.webhook.uuid} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    )
    twice = f"{head}X-Signature: {signature}\r\nX-Signature: {signature}\r\n\r\n"
    assert code_of(await send(door.port, twice.encode(), body)) == (401, "invalid_signature")
    keys = f"{head}X-Signature: {signature}\r\nX-Idempotency-Key: a\r\nX-Idempotency-Key: a\r\n\r\n"
    assert code_of(await send(door.port, keys.encode(), body)) == (422, "invalid_action")


async def test_a_bug_tells_nothing_of_the_request(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {**door.env.each(door.env.someone())["SEND_MESSAGE"], "message": "a private word"}
    door.env.discord.faults["send"] = Fault.BREAKS
    answer = await door.push(asked)
    assert code_of(answer) == (500, "internal_error")
    logged = capsys.readouterr().out
    assert answer.json["error"]["fields"]["id"] in logged
    for secret in (door.env.secret, "private word", str(door.env.webhook.uuid)):
        assert secret not in logged
        assert secret not in answer.text


async def test_while_it_starts_it_asks_to_come_again(clock: ManualClock) -> None:
    """The bot's face answers before there is a database."""
    parts = WebParts(Config(web=WebConfig(port=0)), clock, Pages(), Measures())
    server = Server(
        build_startup(parts, Startup()), Listening("127.0.0.1", 0), reading=5.0, grace=1.0
    )
    await server.bind()
    await server.start()
    answer = await ask(server.port, "/in/a", method="POST", body=b"{}")
    await server.stop()
    assert code_of(answer) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1


async def test_it_describes_itself(door: Door) -> None:
    answer = await ask(door.port, "/in/openapi.json")
    assert answer.status == 200
    described = answer.json
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": PUBLIC}]
    examples = described["paths"]["/in/{webhook}"]["post"]["requestBody"]["content"][
        "application/json"
    ]
    validator: Any = Draft202012Validator(
        {**examples["schema"], "components": described["components"]}
    )
    for one in examples["examples"].values():
        validator.validate(one["value"])
    done: Any = Draft202012Validator(
        {**described["components"]["schemas"]["Done"], "components": described["components"]}
    )
    done.validate((await door.push(sample(door))).json)
    REFUSED.validate((await door.push(b"[]")).json)
