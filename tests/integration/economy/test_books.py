"""Statements, currencies, what is let go of by age, and cuts at any await: the books balance."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.economy import currency_store
from bot.features.economy.earnings import Earned
from bot.features.economy.statements import StatementQuery
from bot.features.economy.transfers import Payee
from bot.money import Stake
from tests.integration.economy.books import balanced
from tests.integration.economy.economy_env import ALICE, BANKER, BOB, EconomyEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.emitter_setup import GUILD

DAY = 86_400.0
ALICE_ACTS = Actor(GUILD, ALICE, "alice")
TO_BOB = Payee(BOB, is_bot=False)

Work = Callable[[EconomyEnv], Coroutine[Any, Any, object]]


async def earns(env: EconomyEnv) -> None:
    """As the group of earnings writes them."""
    wait = env.clock.now() - env.clock.now()
    batch = [Earned(GUILD, "message", one, 7, wait) for one in (ALICE, BOB)]
    await env.economy.earnings._write(batch)  # pyright: ignore[reportPrivateUsage] - its task cannot be cut


async def empties(env: EconomyEnv) -> None:
    async with env.database.transaction() as tx:
        await env.economy.adjustments.on_gone(tx, GUILD, [ALICE])
    await env.economy.adjustments.sweep.sweep()


async def prunes(env: EconomyEnv) -> None:
    env.clock.advance(40 * DAY)
    async for _ in env.economy.prunes["ledger"].prune(env.clock.now()):
        pass


WORKS: dict[str, Work] = {
    "transfer": lambda env: env.economy.transfers.pay(ALICE_ACTS, TO_BOB, "5"),
    "daily": lambda env: env.economy.dailies.take(ALICE_ACTS),
    "give": lambda env: env.economy.adjustments.adjust(BANKER, TO_BOB, "give", "5"),
    "reset": lambda env: env.economy.adjustments.reset(BANKER, ALICE),
    "earnings": earns,
    "empties": empties,
    "prunes": prunes,
}
WHOLE = {
    "transfer": (-5, 5),
    "daily": (100, 0),
    "give": (0, 5),
    "reset": (-1000, 0),
    "earnings": (7, 7),
    "empties": (-1000, 0),
    "prunes": (0, 0),
}
"""What becomes of the two wallets."""


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.thorough("one work shows every await", but="sqlite-transfer")
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await_leaves_all_of_it_or_nothing(env: EconomyEnv, name: str) -> None:
    await env.choose(transfer_tax=10, resets_on_leave=True, ledger_days=30)
    await env.grant(ALICE, 1000)
    point, seen = 1, set[tuple[int, ...]]()
    while True:
        before = tuple(await env.balances(ALICE, BOB))
        work = WORKS[name](env)
        if env.database.is_sqlite:
            was_cut = await dies(work, point)
        else:
            was_cut = await interrupted(work, point, late=point % 2 == 0)
        if not was_cut:
            break
        env.renew()
        after = tuple(await env.balances(ALICE, BOB))
        seen.add(tuple(now - then for now, then in zip(after, before, strict=True)))
        env.clock.advance(2 * DAY)
        if not after[0]:
            await env.grant(ALICE, 1000)
        point += 1
    assert point > 5
    assert seen <= {(0, 0), WHOLE[name]}


async def test_a_statement_tells_before_and_after_of_all_that_moved(env: EconomyEnv) -> None:
    await env.grant(ALICE, 100)
    await env.economy.transfers.pay(ALICE_ACTS, TO_BOB, "30", reason="A rope")
    async with env.database.transaction() as tx:
        (held,) = await env.money.hold(tx, Stake(GUILD, ALICE, env.coins.id, 50, "duel", "duel 1"))
    found = await env.economy.statements.page(GUILD, StatementQuery(ALICE), 1)
    shown = [
        (one.operation, one.before, one.delta, one.balance, one.with_id, one.reason)
        for one in found.rows.rows
    ]
    assert shown == [
        ("stake", 70, -50, 20, None, "duel 1"),
        ("transfer_out", 100, -30, 70, BOB, "A rope"),
        ("admin", 0, 100, 100, None, None),
    ]
    purse = await env.economy.statements.purse(GUILD, ALICE)
    assert purse.balances == [(env.coins, 20, 50)]
    books = await env.economy.statements.books(GUILD, None)
    assert (books.in_wallets, books.held, books.made, books.is_balanced) == (50, 50, 100, True)
    async with env.database.transaction() as tx:
        await env.money.release(tx, [held])
    # Nobody sees it by another guild's number.
    elsewhere = await env.economy.statements.page(GUILD + 1, StatementQuery(ALICE), 1)
    assert elsewhere.rows.total == 0


@pytest.mark.thorough("a book of many rows")
async def test_what_is_old_goes_and_every_balance_stays_provable(env: EconomyEnv) -> None:
    await env.choose(transfer_tax=10, ledger_days=30)
    await env.grant(ALICE, 10_000)
    for day in range(90):
        await env.economy.transfers.pay(ALICE_ACTS, TO_BOB, "10")
        async with env.database.transaction() as tx:
            stake = Stake(GUILD, ALICE, env.coins.id, 1, "duel", f"duel {day}")
            holds = await env.money.hold(tx, stake)
        if day % 2:
            async with env.database.transaction() as tx:
                await env.money.release(tx, holds)
        env.clock.advance(DAY)
    before = await balanced(env.database)
    prunes = env.economy.prunes["ledger"]
    gone = [count async for count in prunes.prune(env.clock.now())]
    assert sum(gone) > 100
    assert await balanced(env.database) == before
    left = await env.economy.statements.page(GUILD, StatementQuery(BOB), 1)
    assert left.rows.total == 29
    assert [one.balance for one in left.rows.rows] == [810 - 9 * n for n in range(10)]
    assert [count async for count in prunes.prune(env.clock.now())] == [0]
    await env.choose(ledger_days=0)
    env.clock.advance(4000 * DAY)
    assert [count async for count in prunes.prune(env.clock.now())] == []


@pytest.mark.thorough("a book of many rows")
async def test_two_who_let_go_at_once_carry_nothing_twice(env: EconomyEnv) -> None:
    await env.choose(ledger_days=30)
    for _ in range(250):
        await env.grant(ALICE, 1)
    env.clock.advance(31 * DAY)

    async def prune() -> None:
        async for _ in env.economy.prunes["ledger"].prune(env.clock.now()):
            pass

    await asyncio.gather(prune(), prune(), env.grant(ALICE, 5), prune())
    assert await env.balances(ALICE) == [255]
    assert (await env.economy.statements.page(GUILD, StatementQuery(ALICE), 1)).rows.total == 1


async def test_a_guild_s_first_currency_is_made_once(env: EconomyEnv) -> None:
    other = GUILD + 7
    processes = [env.money]
    for _ in range(3):
        env.renew()
        processes.append(env.money)
    found = await asyncio.gather(*(one.currency(other) for one in processes for _ in range(3)))
    assert len({one.id for one in found}) == 1
    async with env.database.reading() as reading:
        assert len(await currency_store.of_guild(reading, other)) == 1


async def test_of_two_who_make_one_name_or_one_default_at_once_one_does(env: EconomyEnv) -> None:
    make = env.economy.currencies
    done = await asyncio.gather(
        *(make.create(BANKER, "Shells", "S") for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["Currency"] + ["UserError"] * 3
    gems = await make.create(BANKER, "Gems", "G")
    (shells,) = [one for one in done if not isinstance(one, BaseException)]
    await asyncio.gather(*(make.make_default(BANKER, one.id) for one in (shells, gems)))
    known = await env.money.currencies(GUILD)
    assert [one.is_default for one in known] == [True, False, False]
    for currency_id in (shells.id, gems.id):
        with pytest.raises(NotFound):
            await make.edit(Actor(GUILD + 1, 1, "stranger"), currency_id, name="Mine")


async def test_a_currency_of_which_something_is_held_stays(env: EconomyEnv) -> None:
    gems = await env.economy.currencies.create(BANKER, "Gems", "G")
    await env.grant(ALICE, 10, gems)
    async with env.database.transaction() as tx:
        holds = await env.money.hold(tx, Stake(GUILD, ALICE, gems.id, 10, "trade", "trade 1"))
    with pytest.raises(UserError, match="held by games"):
        await env.economy.currencies.delete(BANKER, gems.id)
    async with env.database.transaction() as tx:
        await env.money.release(tx, holds)
    await env.economy.currencies.delete(BANKER, gems.id)
    assert [one.name for one in await env.money.currencies(GUILD)] == ["Coins"]
    again = await env.economy.currencies.create(BANKER, "Gems", "G")
    assert again.id != gems.id
    assert await env.balance(ALICE, again) == 0
