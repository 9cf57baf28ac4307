"""The process dies at any await of a trade: money is held or paid once, and told of once."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.features.trades.model import Trade, TradeState
from tests.integration.economy.economy_env import ALICE, BOB
from tests.integration.trades.trades_env import GUILD, PEOPLE, TradesEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.released import released

Work = Callable[[TradesEnv, Trade], Coroutine[Any, Any, object]]


def propose(env: TradesEnv, _trade: Trade) -> Coroutine[Any, Any, object]:
    return env.proposed()


def confirm(env: TradesEnv, trade: Trade) -> Coroutine[Any, Any, object]:
    return env.confirmed(trade)


def change(env: TradesEnv, trade: Trade) -> Coroutine[Any, Any, object]:
    return env.changed(trade, BOB, gives=26)


def end(env: TradesEnv, trade: Trade) -> Coroutine[Any, Any, object]:
    return env.transitions.end(PEOPLE[BOB], trade.id)


async def leave(env: TradesEnv, _trade: Trade) -> None:
    await env.leave(BOB)


async def cut(env: TradesEnv, work: Coroutine[Any, Any, object], point: int) -> bool:
    if env.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


@pytest.mark.parametrize("work", [propose, confirm, change, end, leave])
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await(env: TradesEnv, work: Work) -> None:
    await env.settings.change(PEOPLE[ALICE], "trades", "open_limit", 25)
    await env.grant(ALICE, 10_000)
    await env.grant(BOB, 10_000)
    point, is_cut = 1, True
    while is_cut:
        trade = await env.proposed(40, 25)
        is_cut = await cut(env, work(env, trade), point)
        if not env.database.is_sqlite:
            await released(env.database)
        env.renew()
        await env.trades.sweep.sweep()
        await ends_well(env)
        point += stride(env.database)
    assert point > 8


async def ends_well(env: TradesEnv) -> None:
    """Each trade is whole, what is held is held for those that are open, and all is told."""
    page = await env.trades.page(GUILD, ALICE, 1, is_whole=True)
    for trade in page.rows:
        assert trade.state is not TradeState.AGREED
        if trade.state is TradeState.OPEN:
            sides = [(one.is_confirmed, one.hold_id is not None) for one in trade.sides]
            assert all(confirmed == holds for confirmed, holds in sides)
            await env.transitions.end(PEOPLE[ALICE], trade.id)
    done = [one for one in page.rows if one.state is TradeState.COMPLETED]
    told = {one["trade_id"] for one in await env.completed()}
    assert len(told) == len(await env.completed())
    assert {one.id for one in done} <= told
    alice, bob = await env.balances(ALICE, BOB)
    assert alice == 10_000 - 15 * len(told)
    assert bob == 10_000 + 15 * len(told)
