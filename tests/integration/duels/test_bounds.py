"""Bounds of duels, on both engines: who may, how often, for what, and how long it is kept."""

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.duels import DUELS
from bot.features.duels.model import Challenge, DuelState
from bot.money import NoRoom, NotEnough
from bot.posts.tables import post
from tests.integration.duels.duels_env import CHANNEL, PEOPLE, DuelsEnv
from tests.integration.economy.economy_env import ALICE, BOB, CAROL
from tests.support.emitter_setup import GUILD

OTHER_GUILD = GUILD + 1
MINUTE, DAY = 60.0, 86_400.0


@pytest.mark.parametrize(("by", "state"), [(ALICE, DuelState.CANCELLED), (BOB, DuelState.DECLINED)])
async def test_each_of_the_two_may_end_a_challenge(
    env: DuelsEnv, by: int, state: DuelState
) -> None:
    duel = await env.challenged()
    assert (await env.duels.challenges.end(PEOPLE[by], duel.id)).state is state
    with pytest.raises(UserError, match="is over already"):
        await env.accepted(duel)


async def test_what_a_wallet_could_not_hold_is_refused_before_anything_is_held(
    env: DuelsEnv,
) -> None:
    await env.choose(max_balance=130)
    with pytest.raises(NoRoom, match=f"<@{ALICE}> can hold at most 130"):
        await env.challenged(31)
    duel = await env.challenged(30)
    await env.grant(BOB, 1)
    with pytest.raises(NoRoom, match=f"<@{BOB}> can hold at most 130"):
        await env.accepted(duel)
    assert await env.balances(ALICE, BOB) == [100, 101]
    await env.prefer(gives_back=50)  # a winner gets less by it
    await env.won(await env.begun(40), 0)
    assert await env.balances(ALICE, BOB) == [120, 81]


async def test_what_is_fought_cannot_be_called_off(env: DuelsEnv) -> None:
    duel = await env.begun()
    for by in (ALICE, BOB):
        with pytest.raises(UserError, match="is on already"):
            await env.duels.challenges.end(PEOPLE[by], duel.id)
    with pytest.raises(UserError, match="is on already"):
        await env.accepted(duel)
    assert await env.balances(ALICE, BOB) == [60, 60]


async def test_it_is_nobody_else_s(env: DuelsEnv) -> None:
    duel = await env.challenged()
    challenges = env.duels.challenges
    for act in (env.accepted(duel, CAROL), challenges.end(PEOPLE[CAROL], duel.id)):
        with pytest.raises(UserError, match="between two others"):
            await act
    with pytest.raises(UserError, match="the other's to accept"):
        await env.accepted(duel, ALICE)
    with pytest.raises(UserError, match="round is over"):
        await env.moved(duel, ALICE, "s-")
    duel = await env.accepted(duel)
    with pytest.raises(UserError, match="between two others"):
        await env.moved(duel, CAROL, "s-")
    stranger = Actor(OTHER_GUILD, BOB, "b")
    with pytest.raises(NotFound):
        await challenges.end(stranger, duel.id)
    with pytest.raises(NotFound):
        await env.duels.known(OTHER_GUILD, duel.id)
    with pytest.raises(UserError, match="takes two"):
        await env.challenged(to=ALICE)


async def test_funds_are_asked_for_at_the_challenge_and_at_its_acceptance(env: DuelsEnv) -> None:
    with pytest.raises(NotEnough):
        await env.challenged(101)
    first, second = await env.challenged(60), await env.challenged(60, to=CAROL)
    await env.accepted(first)
    with pytest.raises(NotEnough) as refused:
        await env.accepted(second, CAROL)
    assert refused.value.user_id == ALICE
    assert (await env.now(second)).state is DuelState.CHALLENGED
    assert await env.balances(ALICE, BOB, CAROL) == [40, 40, 100]


async def test_rated_duels_of_two_are_so_many_a_day(env: DuelsEnv) -> None:
    await env.prefer(rated_per_day=2, open_limit=25)
    first = await env.challenged(1)
    declined = await env.challenged(1, by=BOB, to=ALICE)
    assert first.is_rated
    assert declined.is_rated
    assert not (await env.challenged(1)).is_rated
    assert (await env.challenged(1, to=CAROL)).is_rated
    await env.duels.challenges.end(PEOPLE[ALICE], declined.id)
    again = await env.challenged(1, by=BOB, to=ALICE)
    assert again.is_rated
    unrated = await env.challenged(1)
    await env.won(await env.accepted(first), 0)
    await env.won(await env.accepted(unrated), 0)
    alice, bob = await env.duelist(ALICE), await env.duelist(BOB)
    assert (alice.rating, alice.rated, alice.wins) == (1016, 1, 2)
    assert (bob.rating, bob.rated, bob.losses) == (984, 1, 2)
    env.clock.advance(DAY)
    assert (await env.challenged(1)).is_rated


async def test_the_table_and_the_places(env: DuelsEnv) -> None:
    await env.won(await env.begun(1), 0)
    await env.won(await env.begun(1, to=CAROL), 0)
    page = await env.duels.table(GUILD, 1)
    assert page.rows[0].user_id == ALICE
    assert sum(one.rating for one in page.rows) == 3_000
    ranked = [await env.duels.stats(GUILD, one) for one in (ALICE, BOB, CAROL)]
    assert [one.place for one in ranked if one is not None] == [1, 3, 2]
    assert await env.duels.stats(GUILD, 999) is None
    assert (await env.duels.table(OTHER_GUILD, 1)).rows == ()


async def test_a_person_has_so_many_open_and_waits_between_two(env: DuelsEnv) -> None:
    await env.prefer(open_limit=2, cooldown_seconds=30)
    first = await env.challenged(1)
    with pytest.raises(UserError, match="Not so fast"):
        await env.challenged(1)
    env.clock.advance(30)
    await env.accepted(await env.challenged(1))
    env.clock.advance(30)
    with pytest.raises(UserError, match="as many as you may"):
        await env.challenged(1)
    second = await env.challenged(1, by=CAROL)
    await env.accepted(first)  # Bob fights two now
    with pytest.raises(UserError, match="as many as you may"):
        await env.accepted(second)


async def test_what_stands_goes_on_where_duels_are_switched_off(env: DuelsEnv) -> None:
    duel, challenge = await env.begun(), await env.challenged(1, to=CAROL)
    await env.prefer(enabled=False)
    for act in (env.challenged(), env.accepted(challenge, CAROL)):
        with pytest.raises(UserError, match="switched off"):
            await act
    assert (await env.won(duel, 0)).winner_id == ALICE


async def test_another_currency_with_decimals(env: DuelsEnv) -> None:
    shells = await env.economy.currencies.create(PEOPLE[ALICE], "Shells", "S", decimals=2)
    await env.grant(ALICE, 1_000, shells)
    await env.grant(BOB, 1_000, shells)
    challenge = Challenge(CHANNEL, BOB, shells.id, "2.50")
    duel = await env.duels.challenges.challenge(PEOPLE[ALICE], challenge)
    await env.won(await env.accepted(duel), 0)
    assert [await env.balance(one, shells) for one in (ALICE, BOB)] == [1_250, 750]
    (told,) = await env.finished()
    assert (told["stake"], told["decimals"]) == (250, 2)


async def test_an_old_one_goes_with_its_posts(env: DuelsEnv) -> None:
    duel = await env.won(await env.begun(), 0)
    prunes = env.parts[DUELS].prunes["duels"]
    env.clock.advance(180 * DAY - 1)
    assert [one async for one in prunes.prune(env.clock.now())] == [0]
    env.clock.advance(1)
    assert [one async for one in prunes.prune(env.clock.now())] == [1]
    with pytest.raises(NotFound):
        await env.now(duel)
    async with env.database.reading() as reading:
        found = post.select().where(post.c.kind.startswith("duels."))
        assert (await reading.execute(found)).all() == []
    assert (await env.duelist(ALICE)).wins == 1
