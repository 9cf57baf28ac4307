"""The process dies at any await: what was found is whole, and what is to be undone is, once."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.errors import UserError
from tests.integration.incidents.incidents_env import HARBOUR_MASTER, QUEEN, IncidentsEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.emitter_setup import GUILD
from tests.support.released import released

Work = Callable[[IncidentsEnv, int], Coroutine[Any, Any, object]]


async def cut(env: IncidentsEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    if env.database.is_sqlite:
        return await dies(work, point)
    was_cut = await interrupted(work, point, late=point % 2 == 0)
    await released(env.database)
    return was_cut


async def undoes(env: IncidentsEnv, incident: int) -> None:
    """Somebody presses, and it is done."""
    await env.incidents.undo.begin(HARBOUR_MASTER, incident)
    await env.incidents.sweep.sweep()


async def says(env: IncidentsEnv, _incident: int) -> None:
    """It is said; what may have been said is found by its text, as long as that is the same."""
    await env.posts_.sweep()


@pytest.mark.thorough("one engine shows every await", but="*sqlite*")
@pytest.mark.parametrize("work", [undoes, says])
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await_of_an_undo(env: IncidentsEnv, work: Work) -> None:
    point, is_cut = 1, True
    while is_cut:
        person = env.discord.enter(2000 + point, roles={10})
        incident = await env.tripwire.stumbles(GUILD, person, wires=[point])
        is_cut = await cut(env, work(env, incident), point)
        torn = env.tripwire
        env.renew()
        env.tripwire.cut, env.tripwire.rewired = torn.cut, torn.rewired
        await env.sweep(61)
        await ends_well(env, incident, person, wire=point)
        point += stride(env.database, 3)
    assert point > 8


async def ends_well(env: IncidentsEnv, incident: int, person: int, *, wire: int) -> None:
    """It is undone, by whoever was first, however often it is tried; one post says so."""
    try:
        await env.incidents.undo.begin(QUEEN, incident)
    except UserError as error:
        assert "Somebody else" in str(error)  # noqa: PT017 - either of the two is right
    for _round in range(4):
        await env.sweep(61)
    assert {state for state, _why in await env.states(incident)} == {"undone"}
    assert (env.discord.roles_of(person), env.tripwire.rewired.count(wire)) == ({10}, 1)
    said = [one for one in env.log if f"Incident {incident}" in one.footer.split(" · ")]
    assert len(said) == 1
    assert "2 of 2" in said[0].below[1]
    told = [data["type"] for kind, data in await env.told(person) if kind == "case.created"]
    assert told == ["mute", "unmute"]


@pytest.mark.thorough("one engine shows every await", but="*sqlite*")
async def test_a_cut_at_any_await_of_what_is_written(env: IncidentsEnv) -> None:
    """An incident stands with what was done, or not at all; its post is sent once."""
    point, is_cut = 1, True
    while is_cut:
        before = (await env.incidents.page(GUILD, 1, feature=None)).total
        is_cut = await cut(env, env.tripwire.stumbles(GUILD, wires=[1, 2]), point)
        env.renew()
        await env.sweep(10)
        page = await env.incidents.page(GUILD, 1, feature=None)
        assert page.total - before in (0, 1)
        assert all(one.measures == 2 for one in page.rows)
        assert len(env.log) == page.total
        point += stride(env.database, 3)
    assert point > 4


@pytest.mark.thorough("one engine shows every await", but="*sqlite*")
async def test_a_cut_at_any_await_of_a_shadow_s_end(env: IncidentsEnv) -> None:
    point, is_cut = 1, True

    async def ends() -> None:
        await env.incidents.sweep.sweep()
        await env.posts_.sweep()

    while is_cut:
        said = len(env.log)
        await env.incidents.shadows.begin(QUEEN, "tripwire", 1)
        env.clock.advance(86_400)
        is_cut = await cut(env, ends(), point)
        env.renew()
        await env.sweep(61)
        await env.sweep(61)
        assert len(env.log) == said + 1, point
        point += stride(env.database, 3)
    assert point > 4
