"""The description that is served holds for what is served: schemathesis pushes by it."""

import asyncio
import copy
import os
from collections import Counter
from importlib import import_module
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis.generation import GenerationMode

from bot.features.incoming.openapi import document
from bot.features.incoming.signature import signed
from tests.integration.incoming.incoming_env import CHANNEL, IncomingEnv
from tests.integration.incoming.served import Door, served
from tests.support.fake_acts import MODERATOR

EXAMPLES = 2000 if os.environ.get("HERALD_SOAK") == "1" else 120
COMMON: Any = import_module("schemathesis.checks")
OF_OPENAPI: Any = import_module("schemathesis.specs.openapi.checks")
CHECKS: list[Any] = [
    COMMON.not_a_server_error,
    OF_OPENAPI.status_code_conformance,
    OF_OPENAPI.content_type_conformance,
    OF_OPENAPI.response_schema_conformance,
    OF_OPENAPI.negative_data_rejection,
]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
CREDENTIALS = {"webhook", "X-Signature", "X-Timestamp"}  # forged ones have tests of their own


def described(door: Door) -> Any:
    """The description, of the one webhook there is."""
    whole = copy.deepcopy(document(None))
    operation = whole["paths"].pop("/in/{webhook}")["post"]
    kept = [one for one in operation["parameters"] if one["name"] not in CREDENTIALS]
    whole["paths"][f"/in/{door.env.webhook.uuid}"] = {"post": {**operation, "parameters": kept}}
    schema: Any = schemathesis.openapi.from_dict(whole)
    schema.config.update(base_url=f"http://127.0.0.1:{door.port}")
    return schema


class Signer(AuthBase):
    """Signs whatever was made of it in the end."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body: Any = request.body or b""
        sent = body.encode() if isinstance(body, str) else body
        request.headers["X-Signature"] = signed(self._secret, sent)
        return request


def known(env: IncomingEnv, body: Any, number: int) -> Any:
    """The same about people and things that there are, but for every fourth."""
    if number % 4 == 0:
        return body
    there: dict[str, Any] = {
        "userId": str(env.someone(roles={11})),
        "moderatorId": str(MODERATOR),
        "roleId": "10",
        "channelId": str(CHANNEL),
        "currencyId": "cur_1",
        "ticketTypeId": env.type_id,
        "requiredRoleIds": ["10"],
        "bonusRoles": [{"roleId": "11", "entries": 2}],
        "answers": [],
    }
    return {**body, **{key: value for key, value in there.items() if key in body}}


def run(door: Door, mode: GenerationMode) -> Counter[int]:
    """Push what is generated, and hold each answer against the description."""
    operation = described(door)[f"/in/{door.env.webhook.uuid}"]["POST"]
    statuses, signer = Counter[int](), Signer(door.env.secret)
    is_valid = mode is GenerationMode.POSITIVE

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=os.environ.get("HERALD_SOAK") != "1",
        phases=(Phase.generate,),
        suppress_health_check=SLOW,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def push(case: Any) -> None:
        if is_valid:
            case.body = known(door.env, case.body, sum(statuses.values()))
        response = case.call(auth=signer)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS[: -1 if is_valid else None])
        if is_valid and response.status_code == 422:
            refused = response.json()["error"]
            assert refused["code"] == "refused" or "X-Idempotency-Key" in refused["fields"], refused

    push()
    return statuses


@pytest.fixture(autouse=True)
def one_engine(env: IncomingEnv) -> None:
    """What is said of HTTP is no engine's."""
    if not env.emitter.database.is_sqlite:
        pytest.skip("the engines share all that speaks HTTP")


@pytest.mark.thorough("generates hundreds of requests")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
async def test_whatever_is_generated_is_answered_as_described(
    env: IncomingEnv, mode: GenerationMode
) -> None:
    async with served(env) as door:
        statuses = await asyncio.to_thread(run, door, mode)
    assert sum(statuses.values()) >= EXAMPLES // 2
    if mode is GenerationMode.POSITIVE:
        assert statuses[200] > sum(statuses.values()) // 4, statuses
    else:
        assert set(statuses) <= {401, 413, 415, 422}, statuses
