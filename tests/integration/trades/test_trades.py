"""Trades between two people, on both engines: held, confirmed by version, completed once."""

import asyncio

import pytest
from sqlalchemy import select, text

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.duels import DUELS
from bot.features.duels.model import Challenge
from bot.features.economy.tables import hold
from bot.features.economy.transfers import Payee
from bot.features.members import MEMBERS
from bot.features.trades import TRADES
from bot.features.trades.model import Offer, TradeState
from bot.money import NoRoom, NotEnough
from bot.posts.tables import post
from tests.integration.economy.economy_env import ALICE, BOB, CAROL
from tests.integration.trades.trades_env import CHANNEL, HOUR, PEOPLE, TradesEnv
from tests.support.emitter_setup import GUILD
from tests.support.patience import PATIENCE

OTHER_GUILD = GUILD + 1


@pytest.fixture(autouse=True)
async def purses(env: TradesEnv) -> None:
    await env.grant(ALICE, 100)
    await env.grant(BOB, 30)


async def test_money_is_held_from_a_confirmation_on_and_changes_hands_once(
    env: TradesEnv,
) -> None:
    trade = await env.proposed(40, 25)
    assert await env.balances(ALICE, BOB) == [60, 30]
    before = len(await env.changes())
    done = await env.confirmed(trade)
    assert done.state is TradeState.COMPLETED
    assert await env.balances(ALICE, BOB) == [85, 45]
    assert sorted((await env.changes())[before:]) == [
        (ALICE, 25, 85, "trade", "trade"),
        (BOB, -25, 5, "trade", "trade"),
        (BOB, 40, 45, "trade", "trade"),
    ]
    (told,) = await env.completed()
    assert told == {
        "trade_id": trade.id,
        "creator_id": str(ALICE),
        "counterparty_id": str(BOB),
        "currency_id": env.coins.id,
        "amount": 40,
        "counter_currency_id": env.coins.id,
        "counter_amount": 25,
        "good": None,
        "counter_good": None,
        "completed_at": told["completed_at"],
        "decimals": 0,
        "counter_decimals": 0,
    }
    for act in (env.confirmed(trade), env.transitions.end(PEOPLE[ALICE], trade.id)):
        with pytest.raises(UserError, match="is over already"):
            await act


async def test_what_a_wallet_could_not_hold_is_refused_before_anything_is_held(
    env: TradesEnv,
) -> None:
    await env.choose(max_balance=100)
    full = f"<@{ALICE}> can hold at most 100"
    with pytest.raises(NoRoom, match=full):
        await env.proposed(Offer(good="an oar"), 1)
    with pytest.raises(NoRoom, match=f"<@{BOB}> can hold at most 100"):
        await env.proposed(71, Offer(good="an oar"))
    even = await env.proposed(30, 30)  # each gives as much as they get
    assert await env.balances(ALICE, BOB) == [70, 30]
    await env.grant(ALICE, 20)
    with pytest.raises(UserError, match="between two others"):
        await env.confirmed(even, CAROL)
    with pytest.raises(NoRoom, match=full):
        await env.confirmed(even)
    assert await env.balances(ALICE, BOB) == [90, 30]
    await env.transitions.end(PEOPLE[ALICE], even.id)  # given back, above the most
    assert await env.balances(ALICE, BOB) == [120, 30]
    less = await env.proposed(30, 10)  # they have less by it
    assert (await env.confirmed(less)).state is TradeState.COMPLETED
    assert await env.balances(ALICE, BOB) == [100, 50]


async def test_the_wallets_of_who_leaves_are_emptied_of_what_a_trade_gives_back(
    env: TradesEnv,
) -> None:
    await env.choose(resets_on_leave=True)
    await env.proposed(40, 25)
    await env.leave(ALICE)
    await env.economy.adjustments.sweep.sweep()
    assert await env.balances(ALICE, BOB) == [0, 30]
    assert [delta for who, delta, *_ in await env.changes() if who == ALICE][1:] == [-40, 40, -100]


async def test_goods_are_told_and_need_no_money(env: TradesEnv) -> None:
    trade = await env.proposed(Offer(good="A painted banner"), 25)
    assert trade.hold_ids == []
    await env.confirmed(trade)
    assert await env.balances(ALICE, BOB) == [125, 5]
    (told,) = await env.completed()
    assert (told["good"], told["currency_id"], told["counter_amount"]) == (
        "A painted banner",
        None,
        25,
    )
    swap = await env.proposed(Offer(good="An oar"), Offer(good="A net"))
    await env.confirmed(swap)
    assert [one["counter_good"] for one in await env.completed()] == [None, "A net"]


async def test_any_change_clears_both_confirmations(env: TradesEnv) -> None:
    trade = await env.proposed(40, 25)
    changed = await env.changed(trade, BOB, gives=30)
    assert [one.is_confirmed for one in changed.sides] == [False, False]
    assert (changed.counterparty.offer.amount, changed.creator.offer.amount) == (30, 40)
    assert await env.balances(ALICE, BOB) == [100, 30]
    for person in (ALICE, BOB):
        with pytest.raises(UserError, match="changed meanwhile"):
            await env.confirmed(trade, person, version=1)
    assert (await env.confirmed(trade, BOB, version=2)).state is TradeState.OPEN
    with pytest.raises(UserError, match="confirmed it already"):
        await env.confirmed(trade, BOB, version=2)
    assert (await env.confirmed(trade, ALICE, version=2)).state is TradeState.COMPLETED
    assert await env.balances(ALICE, BOB) == [90, 40]
    with pytest.raises(UserError, match="is over already"):
        await env.changed(trade, ALICE, gives=1)


async def test_whoever_has_too_little_is_told_and_nothing_changes(env: TradesEnv) -> None:
    with pytest.raises(NotEnough):
        await env.proposed(101, 1)
    trade = await env.proposed(40, 31)
    with pytest.raises(NotEnough):
        await env.confirmed(trade)
    assert not (await env.now(trade)).counterparty.is_confirmed
    assert await env.balances(ALICE, BOB) == [60, 30]
    assert await env.completed() == []


@pytest.mark.parametrize(
    ("by", "state"), [(ALICE, TradeState.CANCELLED), (BOB, TradeState.DECLINED)]
)
async def test_each_of_the_two_may_end_it(env: TradesEnv, by: int, state: TradeState) -> None:
    trade = await env.proposed()
    assert (await env.transitions.end(PEOPLE[by], trade.id)).state is state
    assert await env.balances(ALICE, BOB) == [100, 30]
    with pytest.raises(UserError, match="is over already"):
        await env.confirmed(trade)


async def test_it_is_nobody_else_s(env: TradesEnv) -> None:
    trade = await env.proposed()
    for act in (
        env.confirmed(trade, CAROL),
        env.changed(trade, CAROL, gives=1),
        env.transitions.end(PEOPLE[CAROL], trade.id),
    ):
        with pytest.raises(UserError, match="between two others"):
            await act
    stranger = Actor(OTHER_GUILD, BOB, "b")
    with pytest.raises(UserError, match="switched off"):
        await env.transitions.confirm(stranger, trade.id, 1)
    with pytest.raises(NotFound):
        await env.transitions.end(stranger, trade.id)
    with pytest.raises(UserError, match="takes two"):
        await env.proposed(to=ALICE)
    assert await env.balances(ALICE, BOB) == [60, 30]


async def test_it_expires_after_any_time_away(env: TradesEnv) -> None:
    trade = await env.proposed()
    env.clock.advance(24 * HOUR)
    with pytest.raises(UserError, match="is over already"):
        await env.confirmed(trade)
    env.renew()
    await env.trades.sweep.sweep()
    assert (await env.now(trade)).state is TradeState.EXPIRED
    assert await env.balances(ALICE, BOB) == [100, 30]


async def test_leaving_gives_back_in_the_same_transaction(env: TradesEnv) -> None:
    first, second = await env.proposed(40, 25), await env.proposed(10, 5, by=BOB, to=ALICE)
    other = await env.proposed(20, 5, to=CAROL)
    await env.leave(BOB)
    states = [(await env.now(one)).state for one in (first, second, other)]
    assert states == [TradeState.LEFT, TradeState.LEFT, TradeState.OPEN]
    assert await env.balances(ALICE, BOB) == [80, 30]


async def test_a_person_has_so_many_open_and_no_more(env: TradesEnv) -> None:
    await env.settings.change(PEOPLE[ALICE], "trades", "open_limit", 1)
    first = await env.proposed()
    with pytest.raises(UserError, match="as many as you may"):
        await env.proposed()
    await env.transitions.end(PEOPLE[BOB], first.id)
    await env.proposed()


async def test_proposals_at_once_are_counted_one_after_the_other(env: TradesEnv) -> None:
    await env.settings.change(PEOPLE[ALICE], "trades", "open_limit", 2)
    oar = Offer(good="an oar")  # nothing is held, so that no wallet keeps them apart
    proposals = [env.proposed(oar, 1) for _ in range(6)]
    results = await asyncio.gather(*proposals, return_exceptions=True)
    assert sum(isinstance(one, UserError) for one in results) == 4


async def test_those_who_leave_together_end_their_trades_together(env: TradesEnv) -> None:
    first, second = await env.proposed(40, 25), await env.proposed(10, 5, by=BOB, to=CAROL)
    third = await env.proposed(20, 5, to=CAROL)
    await env.leave(CAROL, BOB)
    ended = [await env.now(one) for one in (first, second, third)]
    assert [one.ended_by_id for one in ended] == [BOB, BOB, CAROL]
    assert await env.balances(ALICE, BOB) == [100, 30]


# Only there two write at once, and may wait for one another.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_whoever_leaves_a_trade_and_a_duel_locks_wallets_once(env: TradesEnv) -> None:
    await env.grant(CAROL, 10)
    await env.proposed(10, 5, by=CAROL, to=BOB)
    challenges = env.parts[DUELS].service.challenges
    duel = await challenges.challenge(PEOPLE[ALICE], Challenge(CHANNEL, BOB, None, "20"))
    await challenges.accept(PEOPLE[BOB], duel.id)
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    released = select(hold.c.id).where(hold.c.state == "released").limit(1)
    paid = None
    async with env.database.transaction() as tx:
        for one in env.parts[MEMBERS].service.on_gone:
            await one(tx, GUILD, [BOB])
            if paid is None and (await tx.execute(released)).first():
                pay = env.economy.transfers.pay(PEOPLE[ALICE], Payee(CAROL, is_bot=False), "5")
                paid = asyncio.create_task(pay)
                async with asyncio.timeout(PATIENCE):
                    while not (await tx.execute(waiting)).scalar_one():
                        assert not paid.done()
    assert paid is not None
    await paid
    assert await env.balances(ALICE, BOB, CAROL) == [95, 30, 15]


async def test_two_who_press_at_once_complete_it_once(env: TradesEnv) -> None:
    trade = await env.proposed(40, 25)
    await env.changed(trade, ALICE, gives=41)
    presses = [env.confirmed(trade, one, version=2) for one in (ALICE, BOB) * 10]
    results = await asyncio.gather(*presses, return_exceptions=True)
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 18
    assert all(isinstance(one, UserError) for one in refused)
    assert len(await env.completed()) == 1
    assert await env.balances(ALICE, BOB) == [84, 46]


async def test_a_change_and_a_confirmation_at_once(env: TradesEnv) -> None:
    """Whoever is first, nobody has agreed to what they have not seen."""
    for round_ in range(5):
        trade = await env.proposed(1, 1)
        await asyncio.gather(
            env.confirmed(trade), env.changed(trade, ALICE, gives=2), return_exceptions=True
        )
        now = await env.now(trade)
        if now.state is TradeState.COMPLETED:
            assert now.creator.offer.amount == 1, round_
        else:
            assert (now.version, now.hold_ids) == (2, [])
            await env.transitions.end(PEOPLE[BOB], trade.id)
    assert sum(await env.balances(ALICE, BOB)) == 130


async def test_an_old_one_goes_with_its_post(env: TradesEnv) -> None:
    trade = await env.proposed()
    await env.transitions.end(PEOPLE[BOB], trade.id)
    prunes = env.parts[TRADES].prunes["trades"]
    env.clock.advance(180 * 24 * HOUR - 1)
    assert [one async for one in prunes.prune(env.clock.now())] == [0]
    env.clock.advance(1)
    assert [one async for one in prunes.prune(env.clock.now())] == [1]
    with pytest.raises(NotFound):
        await env.now(trade)
    async with env.database.reading() as reading:
        assert (
            await reading.execute(post.select().where(post.c.kind == "trades.card"))
        ).all() == []
