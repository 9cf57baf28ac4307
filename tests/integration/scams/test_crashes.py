"""The process dies at any await of what follows on a scam: it ends once, and is told once."""

from collections.abc import Coroutine
from typing import Any

import pytest

from bot.features.incidents import INCIDENTS
from bot.features.scams.model import DetectionState
from tests.integration.scams.scams_env import OTTER, ScamsEnv
from tests.integration.scams.test_scams import login
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.emitter_setup import GUILD
from tests.support.released import released


async def cut(env: ScamsEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    if env.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


@pytest.mark.thorough("one engine shows every await", but="sqlite")
async def test_a_cut_at_any_await(env: ScamsEnv) -> None:
    point, is_cut = 1, True
    while is_cut:
        user_id = env.discord.enter(20_000 + point, roles={10})
        first = env.message(login(), user_id=user_id, channel_id=70)
        second = env.message(login(), user_id=user_id, channel_id=71)
        env.hear(first)
        env.hear(second)
        is_cut = await cut(env, env.look(first), point)
        if not env.database.is_sqlite:
            await released(env.database)
        env.renew()
        for _ in range(2):
            await env.sweep(61)
        await ends_well(env, user_id, {first.message_id, second.message_id})
        point += stride(env.database, 3)
    assert point > 20
    assert env.discord.people[OTTER].timed_out_until is None


async def ends_well(env: ScamsEnv, user_id: int, message_ids: set[int | None]) -> None:
    """Nothing of it, where it died before it was written down; else all of it, once."""
    found = [one for one in await env.detections() if one.user_id == user_id]
    cases = [
        data
        for kind, data in await env.told()
        if kind == "case.created" and data["user_id"] == str(user_id)
    ]
    events = [one for one in await env.events() if one["user_id"] == str(user_id)]
    if not found:
        assert (cases, events) == ([], [])
        assert env.discord.people[user_id].timed_out_until is None
        return
    (one,) = found
    assert one.state is DetectionState.DONE
    assert all(spot.is_settled for spot in one.spots)
    assert message_ids <= env.deleted
    assert [case["type"] for case in cases] == ["timeout"]
    assert [event["action_taken"] for event in events] == ["delete_and_timeout"]
    incidents = env.parts[INCIDENTS].service
    kinds = [row.measure.kind for row in (await incidents.measures(GUILD, one.incident_id, 1)).rows]
    assert kinds.count("case") == 1
    letters = [post for to, post in env.discord.letters if to == user_id]
    assert [post.title for post in letters].count("Your account may be taken over") == 1
