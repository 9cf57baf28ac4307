"""Timeout, requests at once and order as a use case."""

import json

import pytest

from bot.delivery.emitter import Emitter
from bot.errors import UserError
from bot.features.endpoints.terms import TermsBounds, TermsDraft, parse_terms
from bot.outbox.endpoints import Endpoint
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import ADMIN, editing_of, rows
from tests.support.emitter_setup import add_endpoint
from tests.support.receiver import Receiver


async def set_terms(running: Emitter, seen: Endpoint, *typed: str) -> Endpoint:
    return await editing_of(running).set_terms(ADMIN, seen, TermsDraft(*typed))


async def test_terms_are_stored_audited_and_taken_back(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), patterns=("member.*",))
    after = await set_terms(running, seen, " 30 ", "3", "Yes")
    assert (after.answer_seconds, after.in_flight, after.in_order) == (30, 3, True)
    assert running.lanes.index.get(seen.id) == after
    (entry,) = (await rows(running.database))["audit_entry"]
    assert json.loads(entry["context"])["changes"] == {
        "answer_seconds": {"old": None, "new": 30},
        "in_flight": {"old": None, "new": 3},
        "in_order": {"old": False, "new": True},
    }
    assert await set_terms(running, after, "30", "3", "y") == after
    with pytest.raises(UserError, match="Somebody changed"):
        await set_terms(running, seen, "", "", "")
    again = await set_terms(running, after, "", "", "")
    assert (again.answer_seconds, again.in_flight, again.in_order) == (None, None, False)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("31", "", ""), "from 1 to 30, or leave it empty for 10"),
        (("0", "", ""), "from 1 to 30"),
        (("2.5", "", ""), "from 1 to 30"),
        (("\u0663", "", ""), "from 1 to 30"),
        (("", "17", ""), "from 1 to 16"),
        (("", "-1", ""), "from 1 to 16"),
        (("", "", "maybe"), "Write yes or no"),
    ],
)
def test_what_is_beyond_the_bounds_is_refused(typed: tuple[str, str, str], told: str) -> None:
    with pytest.raises(UserError, match=told):
        parse_terms(TermsDraft(*typed), TermsBounds())
