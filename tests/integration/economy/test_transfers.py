"""Transfers: what both wallets show, what is burnt, who is refused, and hundreds at once."""

import asyncio
import random
from contextlib import suppress

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.economy.transfers import Payee
from bot.money import NotEnough
from tests.integration.economy.books import MINT, WALLET, balanced
from tests.integration.economy.economy_env import ALICE, BANKER, BOB, CAROL, EconomyEnv
from tests.support.emitter_setup import GUILD


def person(user_id: int) -> Actor:
    return Actor(GUILD, user_id, f"person_{user_id}")


async def pay(env: EconomyEnv, payer: int, payee: int, typed: str, **more: object) -> int:
    """What the payer has afterwards."""
    to = Payee(payee, is_bot=bool(more.pop("is_bot", False)))
    made = await env.economy.transfers.pay(person(payer), to, typed, **more)  # pyright: ignore[reportArgumentType]  as a test names them
    return made.balance


async def test_both_sides_and_the_tax_that_nobody_gets(env: EconomyEnv) -> None:
    await env.choose(transfer_tax=5)
    await env.grant(ALICE, 1000)
    made = await env.economy.transfers.pay(
        person(ALICE), Payee(BOB, is_bot=False), "250", reason=" Quiz\nnight "
    )
    assert (made.amount, made.tax, made.received, made.balance) == (250, 12, 238, 750)
    accounts = await balanced(env.database)
    coins = env.coins.id
    assert accounts[WALLET, coins, ALICE] == 750
    assert accounts[WALLET, coins, BOB] == 238
    assert accounts[MINT, coins, 0] == -988
    assert (await env.changes())[1:] == [
        (ALICE, -250, 750, "transfer", "transfer_out"),
        (BOB, 238, 238, "transfer", "transfer_in"),
    ]
    assert [data["reason"] for _, data in (await env.told())[1:]] == ["Quiz night"] * 2


async def test_who_is_refused_is_told_why_and_nothing_moves(env: EconomyEnv) -> None:
    await env.grant(ALICE, 100)
    await env.grant(BOB, 80)
    elsewhere = await env.money.currency(GUILD + 1)
    await env.choose(max_balance=120)
    for payee, typed, more, said in (
        (ALICE, "5", {}, "cannot pay yourself"),
        (BOB, "5", {"is_bot": True}, "Bots have no wallet"),
        (BOB, "101", {}, "there is only 100"),
        (BOB, "0", {}, "least is 1"),
        (BOB, "-5", {}, "minus"),
        (BOB, "1,000", {}, "can be read as 1000 or as 1"),
        (BOB, "NaN", {}, "cannot be read"),
        (BOB, "99999999999", {}, "most is"),
        (BOB, "41", {}, "can hold at most 120"),
        (BOB, "5", {"currency_id": elsewhere.id}, "no such currency"),
        (BOB, "5", {"currency_id": 999}, "no such currency"),
    ):
        with pytest.raises(UserError, match=said):
            await pay(env, ALICE, payee, typed, **more)
    assert await pay(env, ALICE, BOB, "40") == 60
    await env.choose(enabled=False)
    with pytest.raises(UserError, match="switched off"):
        await pay(env, ALICE, BOB, "1")
    assert await env.balances(ALICE, BOB) == [60, 120]
    assert len(await env.told()) == 4


async def test_decimals_are_whole_numbers_inside(env: EconomyEnv) -> None:
    euros = await env.economy.currencies.create(BANKER, "Euros", "€", decimals=2)
    await env.grant(ALICE, 1_000, euros)
    await env.choose(transfer_tax=50)
    assert await pay(env, ALICE, BOB, "0,03", currency_id=euros.id) == 997
    assert [await env.balance(one, euros) for one in (ALICE, BOB)] == [997, 2]
    with pytest.raises(NotEnough, match=r"there is only 9\.97 €"):
        await pay(env, ALICE, BOB, "9.98", currency_id=euros.id)
    with pytest.raises(NotFound):
        await pay(env, ALICE, BOB, "1", currency_id=euros.id + 1)


@pytest.mark.parametrize("tax", [0, 5])
@pytest.mark.thorough("hundreds of transfers")
async def test_many_transfers_at_once_among_ten_wallets(env: EconomyEnv, tax: int) -> None:
    """None waits for another for ever, and no coin is lost but to the tax."""
    await env.choose(transfer_tax=tax)
    people = range(500, 510)
    for one in people:
        await env.grant(one, 200)
    draws, count = random.Random(tax), 1000 if env.database.is_sqlite else 300
    in_flight = asyncio.Semaphore(100)  # or some would wait longer for a connection than it takes
    paid = 0

    async def one_of_them() -> None:
        nonlocal paid
        payer, payee = draws.sample(people, 2)
        with suppress(NotEnough):
            async with in_flight:
                await pay(env, payer, payee, str(draws.randint(1, 90)))
            paid += 1

    async with asyncio.timeout(120):
        await asyncio.gather(*(one_of_them() for _ in range(count)))
    accounts = await balanced(env.database)
    held = [accounts[WALLET, env.coins.id, one] for one in people]
    assert paid > count * 0.7
    assert sum(held) == -accounts[MINT, env.coins.id, 0]
    assert sum(held) == 2000 if tax == 0 else sum(held) < 2000
    told = await env.changes()
    assert len(told) == 10 + 2 * paid
    last = {user_id: balance for user_id, _, balance, _, _ in told}
    assert [last[one] for one in people] == held
    assert CAROL not in last
