"""The process dies at any await of what a rule does: all is done, once, and told once."""

import pytest

from bot.features.automod.terms import SpamTerms
from tests.integration.automod.automod_env import OTTER, AutomodEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied
from tests.support.released import released

IN_DOUBT = "I was stopped meanwhile"


@pytest.mark.thorough("walks every await", but="the first test of test_guard stays")
async def test_a_kill_at_any_step_ends_in_the_truth(env: AutomodEnv) -> None:
    await env.rule(actions="delete, warn, timeout 1h, alert")
    point, is_cut = 1, True
    while is_cut:
        user_id = env.discord.enter(2000 + point, roles={10})
        message = env.message(user_id=user_id)
        work = env.guard.heard(message)
        if env.database.is_sqlite:
            is_cut = await dies(work, point)
        else:
            is_cut = await interrupted(work, point, late=point % 2 == 0)
            await released(env.database)
        env.renew()
        await env.sweep(61)
        await ends_well(env, user_id, message.message_id or 0)
        point += stride(env.database, 3)


async def ends_well(env: AutomodEnv, user_id: int, message_id: int) -> None:
    """Nothing was begun, or all of it was done and told; nothing twice."""
    told = [data for kind, data in await env.told(user_id) if kind == "automod.triggered"]
    cases = [
        data["type"]
        for kind, data in await env.told(user_id)
        if kind == "case.created" and data["user_id"] == str(user_id)
    ]
    assert len(told) <= 1
    assert len(cases) == len(set(cases))
    if not told:
        assert cases == []
        return
    assert message_id in env.deleted
    done = told[0]["action_taken"].split("_and_")
    assert done[0] == "delete"
    doubtful = {"warn", "timeout"} - set(done)
    assert len(doubtful) <= 1
    incident = (await env.incidents.page(GUILD, 1, feature="automod")).rows[0]
    assert incident.user_id == user_id
    if doubtful:
        labels = [one.label for one in (await env.incidents.measures(GUILD, incident.id, 1)).rows]
        assert any(IN_DOUBT in label for label in labels)


async def test_what_was_begun_is_finished_by_the_next_process(env: AutomodEnv) -> None:
    await env.rule(SpamTerms(messages=2, duplicates=None), "delete, timeout 1h")
    await env.says("one")
    env.discord.faults["delete_messages"] = Fault.CRASH_BEFORE
    with pytest.raises(ProcessDied):
        await env.says("two")
    env.discord.faults.clear()
    assert await env.triggered() == []
    env.renew()
    await env.sweep(61)
    assert sorted(env.deleted) == [1, 2]
    (told,) = await env.triggered()
    assert (told["user_id"], told["action_taken"]) == (str(OTTER), "delete_and_timeout")
    await env.sweep(61)
    assert len(await env.triggered()) == 1
