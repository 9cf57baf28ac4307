"""Earnings and dailies: one turn at a time, whoever asks how often, and never beyond the most."""

import asyncio
from datetime import timedelta

import pytest

from bot.activity import MessageActivity, VoiceActivity, VoicePerson
from bot.acts import Actor
from bot.errors import UserError
from bot.features.economy.earnings import Earnings
from tests.integration.economy.economy_env import ALICE, BANKER, BOB, CAROL, EconomyEnv
from tests.support.emitter_setup import GUILD

HOUR = 3600.0


def message(user_id: int = ALICE, **is_: bool) -> MessageActivity:
    about = {"is_bot": False, "is_system": False, **is_}
    return MessageActivity(
        1, GUILD, (5,), user_id, role_ids=frozenset(), content="Ahoy", files=0, **about
    )


async def earned(env: EconomyEnv, *messages: MessageActivity) -> None:
    """Said, and what they earn is durable."""
    env.economy.earnings.group.start()
    for one in messages:
        await env.economy.earnings.message(one)
    await env.economy.earnings.group.stop()


async def test_a_message_earns_and_the_next_one_has_to_wait(env: EconomyEnv) -> None:
    await env.choose(message_least=7, message_most=7)
    await earned(env, message(), message(), message(BOB))
    assert await env.balances(ALICE, BOB) == [7, 7]
    env.clock.advance(59)
    await earned(env, message())
    assert await env.balances(ALICE) == [7]
    env.clock.advance(1)
    await earned(env, message())
    assert await env.balances(ALICE) == [14]
    assert await env.changes() == [
        (ALICE, 7, 7, "message_earn", "message"),
        (BOB, 7, 7, "message_earn", "message"),
        (ALICE, 7, 14, "message_earn", "message"),
    ]


async def test_the_row_decides_where_memory_has_forgotten(env: EconomyEnv) -> None:
    """Of two processes, or after a restart, one pays."""
    await env.choose(message_least=7, message_most=7)
    for _ in range(3):
        await earned(env, message(), message(BOB))
        env.renew()
    env.clock.advance(61)
    first, second = env.economy, env.renew() or env.economy
    await asyncio.gather(
        *(one.earnings.message(message(who)) for one in (first, second) for who in (ALICE, BOB))
    )
    for one in (first, second):
        one.earnings.group.start()
    await asyncio.gather(*(one.earnings.group.stop() for one in (first, second)))
    assert await env.balances(ALICE, BOB) == [14, 14]


async def test_two_hundred_at_once_lose_nothing(env: EconomyEnv) -> None:
    await env.choose(message_least=1, message_most=10)
    people = range(1000, 1200)
    await earned(env, *(message(one) for one in people))
    held = await env.balances(*people)
    assert all(1 <= one <= 10 for one in held)
    assert len(set(held)) > 5
    assert sorted(user for user, *_ in await env.changes()) == list(people)


@pytest.mark.parametrize("draw", [0, 5])
async def test_the_amount_is_drawn_between_the_two(env: EconomyEnv, draw: int) -> None:
    asked = list[int]()

    def drawn(below: int) -> int:
        asked.append(below)
        return draw

    ports = env.economy.earnings._ports  # pyright: ignore[reportPrivateUsage] - only the draw is another
    env.economy.earnings = Earnings(ports, draw=drawn)
    await earned(env, message())
    assert asked == [6]
    assert await env.balances(ALICE) == [5 + draw]


async def test_what_earns_nothing(env: EconomyEnv) -> None:
    await earned(env, message(is_bot=True), message(is_system=True))
    await env.choose(message_most=0)
    await earned(env, message())
    await env.choose(message_most=10, enabled=False)
    await earned(env, message())
    assert await env.balances(ALICE) == [0]
    with pytest.raises(UserError, match="more at least than at most"):
        await env.choose(message_most=4)


async def test_nobody_earns_beyond_the_most(env: EconomyEnv) -> None:
    await env.choose(message_least=7, message_most=7, max_balance=10, daily_amount=100)
    for _ in range(3):
        await earned(env, message())
        env.clock.advance(60)
    assert await env.balances(ALICE) == [10]
    taken = await env.economy.dailies.take(Actor(GUILD, ALICE, "alice"))
    assert (taken.amount, taken.lost, taken.balance, taken.daily.streak) == (0, 100, 10, 1)
    taken = await env.economy.dailies.take(Actor(GUILD, BOB, "bob"))
    assert (taken.amount, taken.lost, taken.balance) == (10, 90, 10)
    env.economy.earnings.group.start()
    await env.economy.earnings.voice(GUILD, (ALICE, BOB))
    await env.economy.earnings.group.stop()
    assert [delta for _, delta, *_ in await env.changes()] == [7, 3, 10]


async def test_what_is_earned_is_in_the_default_currency_s_units(env: EconomyEnv) -> None:
    euros = await env.economy.currencies.create(BANKER, "Euros", "€", decimals=2)
    await env.economy.currencies.make_default(BANKER, euros.id)
    await env.choose(message_least=7, message_most=7)
    await earned(env, message())
    await env.economy.dailies.take(Actor(GUILD, ALICE, "alice"))
    assert await env.balance(ALICE, euros) == 10_700
    assert {data["decimals"] for _, data in await env.told()} == {2}


def voice(*people: VoicePerson, is_afk: bool = False) -> VoiceActivity:
    return VoiceActivity(GUILD, (6,), people, is_afk=is_afk)


def talker(user_id: int, **is_: bool) -> VoicePerson:
    states = {"is_bot": False, "is_muted": False, "is_deafened": False, **is_}
    return VoicePerson(user_id, role_ids=frozenset(), **states)


async def voice_minute(env: EconomyEnv) -> None:
    env.economy.earnings.group.start()
    await env.economy.voice.look()
    await env.economy.earnings.group.stop()
    env.clock.advance(60)


async def test_a_minute_in_voice_with_somebody(env: EconomyEnv) -> None:
    env.discord.talking = [voice(talker(ALICE), talker(BOB), talker(CAROL, is_muted=True))]
    await voice_minute(env)
    assert await env.balances(ALICE) == [0]  # it is off until it is chosen
    await env.choose(voice_amount=3)
    await voice_minute(env)
    await voice_minute(env)
    for alone in (
        voice(talker(ALICE)),
        voice(talker(ALICE), talker(BOB, is_bot=True)),
        voice(talker(ALICE), talker(BOB, is_deafened=True)),
        voice(talker(ALICE), talker(BOB), is_afk=True),
    ):
        env.discord.talking = [alone]
        await voice_minute(env)
    assert await env.balances(ALICE, BOB, CAROL) == [6, 6, 0]
    assert set(await env.changes()) >= {(ALICE, 3, 6, "voice_earn", "voice")}


async def test_a_minute_is_paid_once_whoever_looks(env: EconomyEnv) -> None:
    await env.choose(voice_amount=3)
    env.discord.talking = [voice(talker(ALICE), talker(BOB))]
    first, second = env.economy, env.renew() or env.economy
    for one in (first, second):
        one.earnings.group.start()
    await asyncio.gather(first.voice.look(), second.voice.look())
    await asyncio.gather(*(one.earnings.group.stop() for one in (first, second)))
    assert await env.balances(ALICE, BOB) == [3, 3]


async def test_a_daily_and_its_streak(env: EconomyEnv) -> None:
    """A day later it goes on, within two; later than that it begins anew."""
    alice, paid = Actor(GUILD, ALICE, "alice"), list[tuple[int, int]]()
    for pause in (0, 24, 24, 24, 24, 24, 24, 47.99, 24, 48, 24):
        env.clock.advance(pause * HOUR)
        taken = await env.economy.dailies.take(alice)
        paid.append((taken.daily.streak, taken.amount))
    assert paid == [
        *((day, 100) for day in range(1, 7)),
        *((day, 120) for day in range(7, 10)),
        (1, 100),
        (2, 100),
    ]
    with pytest.raises(UserError, match=r"the next one can be taken <t:\d+:R>"):
        await env.economy.dailies.take(alice)
    assert await env.balances(ALICE) == [sum(amount for _, amount in paid)]
    assert (await env.changes())[0] == (ALICE, 100, 100, "daily", "daily")
    assert (await env.economy.statements.purse(GUILD, ALICE)).daily.streak == 2


async def test_of_many_who_take_one_daily_one_does(env: EconomyEnv) -> None:
    alice = Actor(GUILD, ALICE, "alice")
    done = await asyncio.gather(
        *(env.economy.dailies.take(alice) for _ in range(8)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["TakenDaily"] + ["UserError"] * 7
    assert await env.balances(ALICE) == [100]
    await env.choose(daily_amount=0)
    env.clock.advance(timedelta(days=1).total_seconds())
    with pytest.raises(UserError, match="no daily"):
        await env.economy.dailies.take(alice)
