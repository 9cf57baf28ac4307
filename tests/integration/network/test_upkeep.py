"""What the network does in time: searches and cards that wait, and rows that go."""

from datetime import timedelta

from tests.integration.network.network_env import AFAR, NetworkEnv, staff
from tests.support.fake_acts import Fault

DAY = 86_400.0


async def test_a_look_waits_for_discord_and_for_a_guild_for_a_day(env: NetworkEnv) -> None:
    await env.approved(AFAR[0])
    env.discord.is_there = False
    await env.approved(AFAR[1])
    await env.sweep()
    env.discord.is_there = True
    await env.sweep(61)
    assert len(await env.hits()) == 1
    # Those of servers that nobody sees are let go after a day.
    await env.sweep(DAY + 61)
    counts = await env.counted("network_search")
    assert counts == 0


async def test_what_is_left_in_a_server_that_the_bot_has_left_is_let_go(env: NetworkEnv) -> None:
    await env.choose("network", severe="ban")
    await env.approved(AFAR[0])
    env.discord.faults["ban_reason"] = Fault.LOST
    await env.approved(AFAR[1])
    await env.sweep()
    assert len(await env.hits()) == 1
    env.discord.is_there = False
    await env.sweep(DAY - 100)
    assert await env.measures() == []
    await env.sweep(200)
    assert await env.measures() == ["Nothing was done: I am not in this server any more."]


async def test_a_card_that_the_channel_refuses_comes_days_later(env: NetworkEnv) -> None:
    env.discord.faults["send"] = Fault.REFUSES
    await env.filed(AFAR[0])
    for _day in range(3):
        await env.sweep(DAY)
    del env.discord.faults["send"]
    await env.sweep(DAY)
    assert len(env.said("Report 1")) == 1


async def test_old_rows_go(env: NetworkEnv) -> None:
    await env.approved(AFAR[0])
    second = await env.approved(AFAR[1])
    await env.sweep()
    await env.network.reports.withdraw(staff(AFAR[1]), second.id)
    await env.sweep(181 * DAY)  # the first expires
    for days, left in ((0, (1, 0)), (181, (0, 0))):
        env.clock.advance(days * DAY)
        async for _gone in env.network.prunes["network"].prune(env.clock.now()):
            pass
        tables = ("network_report", "network_hit")
        assert tuple([await env.counted(one) for one in tables]) == left
    assert env.clock.now() > second.created_at + timedelta(days=360)
