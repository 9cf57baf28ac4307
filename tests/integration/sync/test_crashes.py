"""The process dies at any await of a share: it is done once, in one case and one incident."""

from collections.abc import Coroutine
from typing import Any

import pytest

from bot.features.cases.model import Order
from bot.features.sync.model import ShareState
from tests.integration.sync.sync_env import NORTH, SOUTH, SyncEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.released import released


async def cut(env: SyncEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    if env.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


@pytest.mark.thorough("one engine shows every await", but="sqlite")
async def test_a_cut_at_any_await_of_the_fan_out(env: SyncEnv) -> None:
    await env.network(NORTH, SOUTH)
    point, is_cut = 1, True
    while is_cut:
        user_id = 20_000 + point
        for server in env.servers.values():
            server.enter(user_id, roles={10})
        await env.order(NORTH, Order("ban", user_id))
        is_cut = await cut(env, env.sync.sweep.sweep(), point)
        if not env.database.is_sqlite:
            await released(env.database)
        env.renew()
        for _ in range(3):
            await env.sweep(61)
        (share,) = [one for one in await env.shares() if one.user_id == user_id]
        assert share.state is ShareState.DONE
        assert user_id in env.servers[SOUTH].banned
        cases = [
            data
            for kind, data in await env.told()
            if kind == "case.created"
            and data["user_id"] == str(user_id)
            and data["source"] == "sync"
        ]
        assert len(cases) == 1
        titles = [
            post.text
            for post in env.servers[SOUTH].lines.values()
            if post.title == "Shared punishments" and str(user_id) in post.text
        ]
        assert len(titles) == 1
        point += stride(env.database, 5)
    assert point > 20
