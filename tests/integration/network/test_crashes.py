"""The process dies at any await of an approval or of a hit: one event, one case, one log entry."""

from collections.abc import Coroutine
from typing import Any

import pytest

from bot.errors import UserError
from tests.integration.network.network_env import AFAR, ANN, NetworkEnv, reviewer
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.released import released


async def cut(env: NetworkEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    if env.database.is_sqlite:
        return await dies(work, point)
    was_cut = await interrupted(work, point, late=point % 2 == 0)
    await released(env.database)
    return was_cut


@pytest.mark.thorough("one engine shows every await", but="*sqlite*")
async def test_a_cut_at_any_await_of_an_approval_and_its_hit(env: NetworkEnv) -> None:
    await env.choose("network", severe="ban")
    point, is_cut = 1, True
    while is_cut:
        person = env.discord.enter(3_000 + point, roles={10})
        await env.approved(AFAR[0], person)
        second = await env.filed(AFAR[1], person)

        async def approves(report_id: int = second.id) -> None:
            await env.network.reviews.decide(reviewer(ANN), report_id, "approved")
            await env.network.sweep.sweep()

        is_cut = await cut(env, approves(), point)
        env.renew()
        await ends_well(env, second.id, person)
        env.clock.advance(86_400)  # for the number of reports a day
        point += stride(env.database, 5)
    assert point > 20


async def ends_well(env: NetworkEnv, report_id: int, person: int) -> None:
    """It is approved, by whoever was first; all that follows from it is there once."""
    try:
        await env.network.reviews.decide(reviewer(ANN), report_id, "approved")
    except UserError as error:
        assert "already decided" in str(error)  # noqa: PT017 - either of the two is right
    for _round in range(4):
        await env.sweep(61)
    told = [kind for kind, _data in await env.told(person)]
    assert sorted(told) == ["case.created", "network.hit"]
    assert person in env.discord.banned
    said = [one for one in env.said("reported by 2 servers") if str(person) in one.title + one.text]
    assert len(said) == 1
    page = await env.incidents.page(env.guild_id, 1, feature="network")
    (incident,) = [one for one in page.rows if one.user_id == person]
    (measure,) = await env.measures(incident.id)
    assert "was banned" in measure
    assert "case" in measure


@pytest.mark.thorough("one engine shows every await", but="*sqlite*")
async def test_a_cut_at_any_await_of_an_appeal_that_is_approved(env: NetworkEnv) -> None:
    await env.choose("network", severe="ban")
    point, is_cut = 1, True
    while is_cut:
        person = env.discord.enter(3_000 + point, roles={10})
        for guild_id in AFAR[:2]:
            await env.approved(guild_id, person)
        await env.sweep()
        assert person in env.discord.banned
        objections = env.network.objections
        token = (await objections.link(person)).rpartition("/")[2]
        await objections.submit(token, "No")
        appeal = (await objections.look(token)).newest
        assert appeal is not None

        async def approves(appeal_id: int = appeal.id) -> None:
            await env.network.objections.decide(reviewer(ANN), appeal_id, "approved")
            await env.network.sweep.sweep()

        is_cut = await cut(env, approves(), point)
        env.renew()
        await is_taken_back(env, appeal.id, person)
        env.clock.advance(91 * 86_400)  # an appeal that is approved counts against who reported
        point += stride(env.database, 11)
    assert point > 20


async def is_taken_back(env: NetworkEnv, appeal_id: int, person: int) -> None:
    """It is approved, by whoever was first; the ban is lifted, and that is said once."""
    try:
        await env.network.objections.decide(reviewer(ANN), appeal_id, "approved")
    except UserError as error:
        assert "already decided" in str(error)  # noqa: PT017 - either of the two is right
    for _round in range(4):
        await env.sweep(61)
    assert person not in env.discord.banned
    page = await env.incidents.page(env.guild_id, 1, feature="network")
    (incident,) = [one for one in page.rows if one.user_id == person]
    said = [one for one in await env.measures(incident.id) if "are void" in one]
    assert len(said) == 1
    assert "is lifted" in said[0]
