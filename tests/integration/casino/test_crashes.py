"""The process dies between any two steps: what is staked is held, settled or never was."""

from collections.abc import Awaitable, Callable

import pytest

from bot.features.casino.blackjack import Move
from bot.features.casino.model import BLACKJACK, CasinoRound, DueRound
from tests.integration.casino.casino_env import MINUTE, CasinoEnv, Work, first_hand
from tests.support.emitter_setup import GUILD

CUTS = ("died", "cancelled")
FIRST = 5000  # people, of whom each has one round


async def fresh(env: CasinoEnv, user_id: int, moves: str = "") -> None:
    """Somebody with money and a first round that stands so after these moves."""
    env.next_seed = first_hand(moves, None, user_id=user_id)
    await env.grant(user_id, 1000)
    await env.player(user_id)


async def flip(env: CasinoEnv, user_id: int) -> Work:
    await fresh(env, user_id)
    bet = await env.bet("coin", "heads", 100, user_id)
    return env.casino.rounds.play(GUILD, user_id, bet)


async def deal(env: CasinoEnv, user_id: int) -> Work:
    await fresh(env, user_id)
    return env.casino.rounds.play(GUILD, user_id, await env.bet(BLACKJACK, user_id=user_id))


async def dealt(env: CasinoEnv, user_id: int) -> CasinoRound:
    await fresh(env, user_id)
    return await env.played(BLACKJACK, user_id=user_id)


async def double(env: CasinoEnv, user_id: int) -> Work:
    return env.moved(await dealt(env, user_id), Move.DOUBLE, user_id)


async def stand(env: CasinoEnv, user_id: int) -> Work:
    """What the sweep does with each that is due."""
    one = await dealt(env, user_id)
    assert one.due_at is not None
    return env.casino.hands.stand(DueRound(one.id, GUILD, user_id, one.due_at))


@pytest.mark.parametrize("how", CUTS)
@pytest.mark.parametrize("begun", [flip, deal, double, stand])
@pytest.mark.thorough("one engine shows every await", but="sqlite-*died")
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await(
    env: CasinoEnv, begun: Callable[[CasinoEnv, int], Awaitable[Work]], how: str
) -> None:
    point = 1
    while await env.was_cut(await begun(env, FIRST + point), point, how):
        point += 1
    assert point > 10
    env.renew()
    await env.casino.hands.sweep.look()
    await env.sweep(5 * MINUTE)
    await env.sweep(MINUTE)  # what a lease kept back
    rounds = await env.agrees()
    assert rounds
    assert not any(one.is_open for one in rounds)
    assert len(rounds) <= point
