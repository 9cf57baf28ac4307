"""Holds, the mechanism of games, trades and duels: taken once, ended once, on both engines."""

import asyncio

import pytest
from sqlalchemy import text

from bot.errors import NotFound, UserError
from bot.features.economy import currency_store
from bot.features.economy.model import EntryDraft, Leg, mint, pair, wallet
from bot.money import NoRoom, NotEnough, Payout, Purpose, Stake
from tests.integration.economy.books import HOLD, HOUSE, balanced
from tests.integration.economy.economy_env import ALICE, BANKER, BOB, EconomyEnv
from tests.support.emitter_setup import GUILD
from tests.support.patience import PATIENCE

OTHER_GUILD = GUILD + 1


def stake(env: EconomyEnv, user_id: int, amount: int, purpose: Purpose = "duel") -> Stake:
    return Stake(GUILD, user_id, env.coins.id, amount, purpose, f"{purpose} 7")


async def held(env: EconomyEnv, *stakes: Stake) -> list[int]:
    async with env.database.transaction() as tx:
        return await env.money.hold(tx, *stakes)


async def settled(env: EconomyEnv, hold_ids: list[int], *payouts: tuple[int, int]) -> bool:
    paid = [Payout(user_id, env.coins.id, amount) for user_id, amount in payouts]
    async with env.database.transaction() as tx:
        return await env.money.settle(tx, hold_ids, paid)


async def released(env: EconomyEnv, *hold_ids: int) -> int:
    async with env.database.transaction() as tx:
        return await env.money.release(tx, hold_ids)


async def test_a_duel_takes_both_stakes_and_pays_once(env: EconomyEnv) -> None:
    await env.grant(ALICE, 100)
    await env.grant(BOB, 70)
    holds = await held(env, stake(env, ALICE, 50), stake(env, BOB, 50))
    assert await env.balances(ALICE, BOB) == [50, 20]

    assert await settled(env, holds, (BOB, 100)) is True
    assert await settled(env, holds, (ALICE, 100)) is False
    assert await released(env, *holds) == 0
    assert await env.balances(ALICE, BOB) == [50, 120]
    assert (await env.changes())[2:] == [
        (ALICE, -50, 50, "duel", "stake"),
        (BOB, -50, 20, "duel", "stake"),
        (BOB, 100, 120, "duel", "win"),
    ]
    assert {data["reason"] for _, data in (await env.told())[2:]} == {"duel 7"}


async def test_a_part_of_a_lost_stake_is_told_as_given_back(env: EconomyEnv) -> None:
    await env.grant(ALICE, 100)
    await env.grant(BOB, 100)
    ids = await held(env, stake(env, ALICE, 40, "duel"), stake(env, BOB, 40, "duel"))
    back = Payout(BOB, env.coins.id, 10, is_refund=True)
    with pytest.raises(ValueError, match="changes one account twice"):
        async with env.database.transaction() as tx:
            await env.money.settle(tx, ids, [Payout(BOB, env.coins.id, 70), back])
    async with env.database.transaction() as tx:
        assert await env.money.settle(tx, ids, [Payout(ALICE, env.coins.id, 70), back])
    assert sorted((await env.changes())[-2:]) == [
        (ALICE, 70, 130, "duel", "win"),
        (BOB, 10, 70, "duel", "refund"),
    ]
    assert await env.balances(ALICE, BOB) == [130, 70]


@pytest.mark.parametrize("purpose", ["casino", "trade", "duel"])
async def test_what_is_won_or_given_back_is_paid_whole_into_a_full_wallet(
    env: EconomyEnv, purpose: Purpose
) -> None:
    """Nothing that somebody staked, or won by it, is ever lost to the most that they may hold."""
    await env.grant(ALICE, 100)
    await env.grant(BOB, 50)
    won, back = await held(env, stake(env, BOB, 50, purpose), stake(env, ALICE, 40, purpose))
    await env.choose(max_balance=60)
    assert await released(env, back) == 1
    assert await settled(env, [won], (ALICE, 50)) is True
    assert await env.balances(ALICE, BOB) == [150, 0]
    with pytest.raises(NoRoom, match=f"<@{ALICE}> can hold at most 60"):
        await env.money.refuse_full(GUILD, [Payout(ALICE, env.coins.id, 1)])
    held_less = [Payout(ALICE, env.coins.id, 30), Payout(ALICE, env.coins.id, -30)]
    await env.money.refuse_full(GUILD, [*held_less, Payout(BOB, env.coins.id, 60)])


async def test_what_is_given_back_is_given_back_once(env: EconomyEnv) -> None:
    await env.grant(ALICE, 100)
    (hold,) = await held(env, stake(env, ALICE, 100))
    assert await released(env, hold) == 1
    assert await released(env, hold) == 0
    assert await settled(env, [hold], (BOB, 100)) is False
    assert await env.balances(ALICE, BOB) == [100, 0]
    assert (await env.changes())[-1] == (ALICE, 100, 100, "duel", "refund")


@pytest.mark.parametrize(("won", "left"), [(0, 60), (40, 100), (30, 90), (72, 132)])
async def test_a_casino_s_house_takes_the_rest_or_adds_it(
    env: EconomyEnv, won: int, left: int
) -> None:
    """The stake came in two parts, as of a blackjack that was doubled."""
    await env.grant(ALICE, 100)
    (first,) = await held(env, stake(env, ALICE, 20, "casino"))
    (second,) = await held(env, stake(env, ALICE, 20, "casino"))
    assert await settled(env, [first, second], *([(ALICE, won)] if won else [])) is True
    accounts = await balanced(env.database)
    assert await env.balance(ALICE) == left
    assert accounts.get((HOUSE, env.coins.id, 0), 0) == 40 - won
    assert accounts[HOLD, env.coins.id, ALICE] == 0
    told = [(ALICE, won, left, "casino", "payout")] if won else []
    assert (await env.changes())[1:] == [
        (ALICE, -20, 80, "casino", "bet"),
        (ALICE, -20, 60, "casino", "bet"),
        *told,
    ]


async def test_a_trade_of_two_currencies(env: EconomyEnv) -> None:
    async with env.database.transaction() as tx:
        gems = await currency_store.add(tx, GUILD, name="Gems", symbol="💎", decimals=2)
    await env.grant(ALICE, 100)
    await env.grant(BOB, 1050, gems)
    async with env.database.transaction() as tx:
        holds = await env.money.hold(
            tx,
            Stake(GUILD, ALICE, env.coins.id, 80, "trade", "trade 3"),
            Stake(GUILD, BOB, gems.id, 1000, "trade", "trade 3"),
        )
    paid = [Payout(BOB, env.coins.id, 80), Payout(ALICE, gems.id, 1000)]
    async with env.database.transaction() as tx:
        assert await env.money.settle(tx, holds, paid, reason="A swap")
    assert await env.balances(ALICE, BOB) == [20, 80]
    assert [await env.balance(one, gems) for one in (ALICE, BOB)] == [1000, 50]
    events = [data for _, data in await env.told()][2:]
    assert {data["operation"] for data in events} == {"trade"}
    assert {(data["currency_id"], data["decimals"]) for data in events} == {
        (env.coins.id, 0),
        (gems.id, 2),
    }


@pytest.mark.parametrize("payouts", [[(BOB, 99)], [(BOB, 101)], [(BOB, 60), (ALICE, 60)], []])
async def test_a_duel_pays_exactly_what_is_held(
    env: EconomyEnv, payouts: list[tuple[int, int]]
) -> None:
    await env.grant(ALICE, 100)
    (hold,) = await held(env, stake(env, ALICE, 100))
    with pytest.raises(ValueError, match="balance"):
        await settled(env, [hold], *payouts)
    assert await released(env, hold) == 1
    assert await env.balances(ALICE, BOB) == [100, 0]


async def test_who_has_too_little_stakes_nothing(env: EconomyEnv) -> None:
    await env.grant(ALICE, 100)
    await env.grant(BOB, 49)
    with pytest.raises(NotEnough, match=r"That takes 50 🪙, and there is only 49 🪙") as refused:
        await held(env, stake(env, ALICE, 50), stake(env, BOB, 50))
    assert refused.value.user_id == BOB
    with pytest.raises(NotEnough):
        await held(env, stake(env, ALICE, 60), stake(env, ALICE, 60))
    for amount in (0, -5):
        with pytest.raises(ValueError, match="more than nothing"):
            await held(env, stake(env, ALICE, amount))
    assert await env.balances(ALICE, BOB) == [100, 49]
    assert len(await env.told()) == 2


async def test_another_guild_s_currency_is_not_there(env: EconomyEnv) -> None:
    await env.grant(ALICE, 100)
    elsewhere = await env.money.currency(OTHER_GUILD)
    assert elsewhere.id != env.coins.id
    for guild_id, currency_id in ((GUILD, elsewhere.id), (OTHER_GUILD, env.coins.id), (GUILD, 99)):
        with pytest.raises(NotFound):
            await env.money.currency(guild_id, currency_id)
        with pytest.raises(NotFound):
            await held(env, Stake(guild_id, ALICE, currency_id, 5, "duel", "duel 7"))
        legs = pair(mint(currency_id), wallet(ALICE, currency_id), 5, operation="admin")
        with pytest.raises(NotFound):
            await env.post(EntryDraft(guild_id, "admin", legs))
    assert await env.balances(ALICE) == [100]


async def test_of_a_deleted_currency_nothing_is_held_and_what_is_comes_back(
    env: EconomyEnv,
) -> None:
    await env.grant(ALICE, 100)
    (hold,) = await held(env, stake(env, ALICE, 60))
    async with env.database.transaction() as tx:
        await currency_store.change(tx, env.coins.id, is_deleted=True)
    with pytest.raises(NotFound):
        await held(env, stake(env, ALICE, 5))
    assert await released(env, hold) == 1
    assert await env.balances(ALICE) == [100]


# Only there can somebody delete it between another's look at it and the hold.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_currency_that_is_deleted_meanwhile_is_not_held(env: EconomyEnv) -> None:
    gems = await env.economy.currencies.create(BANKER, "Gems", "G")
    await env.grant(ALICE, 100, gems)
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with env.database.transaction() as tx:
        await currency_store.locked(tx, GUILD)
        late = asyncio.create_task(held(env, Stake(GUILD, ALICE, gems.id, 5, "trade", "trade 7")))
        async with asyncio.timeout(PATIENCE):
            while not (await tx.execute(waiting)).scalar_one():
                assert not late.done()
        await currency_store.change(tx, gems.id, is_deleted=True)
    with pytest.raises(NotFound):
        await late
    assert await env.balance(ALICE, gems) == 100


async def test_what_is_rolled_back_was_never_held(env: EconomyEnv) -> None:
    async def cut() -> None:
        async with env.database.transaction() as tx:
            await env.money.hold(tx, stake(env, ALICE, 60))
            raise UserError

    await env.grant(ALICE, 100)
    with pytest.raises(UserError):
        await cut()
    assert await env.balances(ALICE) == [100]
    assert len(await env.told()) == 1


async def test_an_economy_that_is_off(env: EconomyEnv) -> None:
    await env.money.require(GUILD)
    await env.choose(enabled=False)
    with pytest.raises(UserError, match="switched off"):
        await env.money.require(GUILD)


async def test_of_all_who_end_a_hold_at_once_one_does(env: EconomyEnv) -> None:
    await env.grant(ALICE, 100)
    await env.grant(BOB, 100)
    for _ in range(5):
        holds = await held(env, stake(env, ALICE, 20), stake(env, BOB, 20))
        done = await asyncio.gather(
            *(settled(env, holds, (ALICE, 40)) for _ in range(3)),
            *(settled(env, holds[::-1], (BOB, 40)) for _ in range(3)),
            *(released(env, *holds) for _ in range(3)),
        )
        assert sum(done) in (1, 2)  # a settlement is one, a release both holds
        assert len([one for one in done if one]) == 1
    assert sum(await env.balances(ALICE, BOB)) == 200


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    fine = pair(mint(1), wallet(ALICE, 1), 5, operation="admin")
    EntryDraft(GUILD, "admin", fine)
    other = Leg(wallet(ALICE, 2), 5, "admin")
    for legs in ((), fine[:1], (*fine, other), (fine[0], other), (*fine, *fine)):
        with pytest.raises(ValueError, match="entry"):
            EntryDraft(GUILD, "admin", legs)
    with pytest.raises(ValueError, match="balance"):
        EntryDraft(GUILD, "admin", pair(mint(1), wallet(ALICE, 1), 0, operation="admin"))


async def test_nothing_is_posted_for_nothing(env: EconomyEnv) -> None:
    async with env.database.transaction() as tx:
        assert await env.economy.ledger.post(tx) == []
    assert await balanced(env.database) == {}
