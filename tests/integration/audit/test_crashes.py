"""The process dies at any await of what is found late: each is an entry, sent once."""

from datetime import timedelta

import pytest

from tests.integration.audit.audit_env import LOG, AuditEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.released import released


@pytest.mark.thorough("one engine shows every await", but="*sqlite*")
async def test_a_cut_at_any_await_of_what_is_found_late(env: AuditEnv) -> None:
    await env.choose(log_channel_id=LOG, log_severity="info")
    await env.parts.core.posts.sweep()
    before, point, is_cut = len(await env.sent()), 1, True
    while is_cut:
        changes = [env.kicked(timedelta(minutes=1), 3 * point + number) for number in range(3)]
        work = env.audit.hand_changes.found(changes)
        if env.database.is_sqlite:
            is_cut = await dies(work, point)
        else:
            is_cut = await interrupted(work, point, late=point % 2 == 0)
            await released(env.database)
        for _look in range(2):
            await env.audit.hand_changes.found(changes)
        await env.parts.core.posts.sweep()
        sent = (await env.sent())[before:]
        assert sorted(sent) == sorted(set(sent))
        assert {f"pilot kicked {one.target_name} by hand." for one in changes} <= set(sent)
        assert len(env.discord.lines) == before + len(sent)
        point += stride(env.database)
    assert point > 8
