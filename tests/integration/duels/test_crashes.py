"""The process dies at any await of a duel: stakes are held or ended once, and told of once."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from bot.features.duels.model import Duel, DuelState
from tests.integration.duels.duel_books import agreed
from tests.integration.duels.duels_env import PEOPLE, DuelsEnv
from tests.integration.economy.economy_env import ALICE, BOB
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.released import released

Work = Coroutine[Any, Any, object]
GIVEN = dict.fromkeys(PEOPLE, 10000)


async def challenge(env: DuelsEnv) -> Work:
    return env.challenged(40)


async def accept(env: DuelsEnv) -> Work:
    return env.accepted(await env.challenged(40))


async def decline(env: DuelsEnv) -> Work:
    return env.duels.challenges.end(PEOPLE[BOB], (await env.challenged(40)).id)


async def choose(env: DuelsEnv) -> Work:
    return env.moved(await env.begun(40), ALICE, "s-")


async def decide(env: DuelsEnv) -> Work:
    duel = await env.begun(40)
    await env.moved(duel, ALICE, "s+")
    return env.moved(duel, BOB, "f-")


async def settle(env: DuelsEnv) -> Work:
    """The last move of a duel, of whose stakes a part goes back."""
    duel = await env.taken(await env.begun(40), 0)
    mine = next(
        one for one in duel.bout.moves(0) if one.is_focused and one.stance.beaten.value in "fg"
    )
    await env.moved(duel, ALICE, mine.code)
    theirs = next(one for one in duel.bout.moves(1) if one.stance is mine.stance.beaten)
    return env.moved(duel, BOB, theirs.code)


async def silent(env: DuelsEnv) -> Duel:
    duel = await env.begun(40)
    await env.moved(duel, BOB, "g-")
    env.clock.advance(120)
    return duel


async def forfeit(env: DuelsEnv) -> Work:
    return env.duels.bouts.time_out(await silent(env))


async def expire(env: DuelsEnv) -> Work:
    duel = await env.challenged(40)
    env.clock.advance(300)
    return env.duels.bouts.time_out(duel)


async def leave(env: DuelsEnv) -> Work:
    await env.begun(40)

    async def left() -> None:
        await env.leave(BOB)

    return left()


async def cut(env: DuelsEnv, work: Work, point: int) -> bool:
    if env.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


@pytest.mark.parametrize(
    ("begun", "state"),
    [
        (challenge, DuelState.EXPIRED),
        (accept, DuelState.SILENT),
        (decline, DuelState.DECLINED),
        (choose, DuelState.FORFEITED),
        (decide, DuelState.SILENT),
        (settle, DuelState.WON),
        (forfeit, DuelState.FORFEITED),
        (expire, DuelState.EXPIRED),
        (leave, DuelState.LEFT),
    ],
)
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await(
    env: DuelsEnv, begun: Callable[[DuelsEnv], Awaitable[Work]], state: DuelState
) -> None:
    await env.prefer(open_limit=25, gives_back=25)
    for one in PEOPLE:
        await env.grant(one, 9_900)
    point, is_cut, duels = 1, True, tuple[Duel, ...]()
    while is_cut:
        is_cut = await cut(env, await begun(env), point)
        if not env.database.is_sqlite:
            await released(env.database)
        env.renew()
        await agreed(env, GIVEN)
        await env.swept(300)
        await env.swept(300)
        duels = tuple(await agreed(env, GIVEN))
        assert all(one.state.has_ended for one in duels)
        point += stride(env.database, 3)
    assert point > 6
    assert max(duels, key=lambda one: one.id).state is state  # of the one that was not cut
