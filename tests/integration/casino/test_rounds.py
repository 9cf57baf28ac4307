"""Rounds of one draw: staked, settled and told once, within what the server and people allow."""

from datetime import timedelta

import pytest

from bot.errors import NotFound, UserError
from bot.features.casino.blackjack import Move
from bot.features.casino.games import CHANCE_GAMES, COIN, coin_side
from bot.features.casino.model import Bet, RoundState
from bot.features.casino.retention import KEPT_FOR, OldRounds
from bot.features.casino.tables import casino_player, casino_round
from bot.seeds import RoundSeeds, commitment
from tests.integration.casino.casino_env import HOUR, MINUTE, CasinoEnv, at_once, seed_of
from tests.integration.economy.economy_env import ALICE, BOB
from tests.support.emitter_setup import GUILD
from tests.support.rows import rows

DAY = timedelta(days=1)


@pytest.mark.parametrize("game", [*CHANCE_GAMES])
async def test_a_round_takes_the_stake_and_pays_what_its_seeds_give(
    env: CasinoEnv, game: str
) -> None:
    await env.grant(ALICE, 1000)
    shown = (await env.player()).commitment
    one = await env.played(game, CHANCE_GAMES[game].choices[0])

    assert one.state is RoundState.SETTLED
    assert commitment(one.seeds.seed) == shown
    assert (await env.casino.verify(GUILD, ALICE, None)).agrees
    assert one.payout is not None
    assert await env.balance(ALICE) == 900 + one.payout
    told = [(ALICE, -100, 900, "casino", "bet")]
    if one.payout:
        told.append((ALICE, one.payout, 900 + one.payout, "casino", "payout"))
    assert (await env.changes())[1:] == told
    assert (await env.told())[1][1]["reason"] == f"{game} 1"
    assert (await env.player()).number == 2
    assert (await env.player()).commitment != shown
    await env.agrees()


async def test_two_presses_at_once_play_it_once(env: CasinoEnv) -> None:
    await env.grant(ALICE, 1000)
    bet = await env.bet("coin", "heads")
    other = await env.bet("coin", "tails")
    rounds = env.casino.rounds
    first, *others = await at_once(
        rounds.play(GUILD, ALICE, bet),
        rounds.play(GUILD, ALICE, other),
        rounds.play(GUILD, ALICE, bet),
    )
    assert first is not None
    assert others == [first, first]
    assert await env.agrees() == [first]


async def test_a_press_on_another_table_of_a_number_that_was_played_plays_nothing(
    env: CasinoEnv,
) -> None:
    await env.grant(ALICE, 1000)
    old = await env.bet("dice", "seven", 50)
    await env.played("coin", "heads", 50)
    assert await env.casino.rounds.play(GUILD, ALICE, old) is None
    # Nor does a number that no round has yet, nor somebody else's.
    beyond = Bet("coin", "heads", env.coins.id, 50, 7)
    assert await env.casino.rounds.play(GUILD, ALICE, beyond) is None
    assert await env.casino.rounds.play(GUILD, BOB, old) is None
    assert len(await env.agrees()) == 1


async def test_many_people_play_at_once(env: CasinoEnv) -> None:
    people = range(1000, 1012)
    for user_id in people:
        await env.grant(user_id, 1000)
    bets = [await env.bet("slots", "spin", 10, user_id) for user_id in people]
    play = env.casino.rounds.play
    await at_once(*(play(GUILD, one, bet) for one, bet in zip(people, bets, strict=True)))
    assert len(await env.agrees()) == len(people)


@pytest.mark.parametrize(
    ("stake", "said"),
    [
        (9, "from 10 🪙 to 1\u202f000 🪙"),
        (0, "from 10 🪙"),
        (-100, "from 10 🪙"),
        (1001, "from 10 🪙"),
        (10**18, "from 10 🪙"),
        (600, "only 500 🪙"),
    ],
)
async def test_a_stake_beyond_bounds_or_wallet_is_refused(
    env: CasinoEnv, stake: int, said: str
) -> None:
    await env.grant(ALICE, 500)
    bet = await env.bet("coin", "heads", stake)
    assert said in await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))
    assert (await env.player()).number == 1


async def test_a_currency_of_two_decimals_has_its_own_bounds(env: CasinoEnv) -> None:
    """What is typed is read by the currency, and settings count whole coins."""
    order = env.casino.order
    for typed, said in (
        ("1e3", "Write the number out"),
        ("-5", "minus"),
        ("1.5", "whole number"),
        ("1,500", "can be read as"),
        ("nan", "cannot be read"),
        ("1" * 400, "The most is"),
        ("", "Write a number"),
    ):
        with pytest.raises(UserError, match=said):
            await order(GUILD, "coin", typed, None)
    assert (await order(GUILD, "coin", " ٢٥٠ ", env.coins.id)).stake == 250
    with pytest.raises(NotFound):
        await order(GUILD, "coin", "10", env.coins.id + 7)


async def test_a_closed_casino_or_economy_takes_no_stake(env: CasinoEnv) -> None:
    await env.grant(ALICE, 1000)
    bet = await env.bet("coin", "heads")
    play = env.casino.rounds.play
    await env.open_casino(coin=False)
    assert "does not offer" in await env.refused(play(GUILD, ALICE, bet))
    await env.open_casino(coin=True, enabled=False)
    assert "closed" in await env.refused(play(GUILD, ALICE, bet))
    await env.open_casino()
    await env.choose(enabled=False)
    assert "switched off" in await env.refused(play(GUILD, ALICE, bet))
    assert "switched off" in await env.refused(env.casino.rounds.table(GUILD, ALICE, bet))


async def test_a_round_waits_for_the_cooldown(env: CasinoEnv) -> None:
    await env.open_casino(cooldown_seconds=30)
    await env.grant(ALICE, 1000)
    await env.played("coin", "heads")
    env.clock.advance(29)
    bet = await env.bet("coin", "heads")
    assert "Not so fast" in await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))
    env.clock.advance(1)
    assert await env.casino.rounds.play(GUILD, ALICE, bet)


async def test_nobody_loses_more_in_a_day_than_the_server_allows(env: CasinoEnv) -> None:
    await env.open_casino(daily_loss=25)
    await env.grant(ALICE, 1000)
    while (lost := sum(-one.gain for one in await env.rounds())) <= 15:
        await env.played("coin", "heads", 10)
    bet = await env.bet("coin", "heads", 10)
    said = await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))
    assert f"can stake {25 - lost} 🪙 until" in said
    env.clock.advance((DAY - MINUTE).total_seconds())
    await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))
    env.clock.advance((2 * MINUTE).total_seconds())
    assert await env.casino.rounds.play(GUILD, ALICE, bet)
    await env.agrees()


async def test_what_was_won_can_be_lost_again(env: CasinoEnv) -> None:
    await env.open_casino(daily_loss=10)
    await env.grant(ALICE, 1000)
    env.next_seed = next(seed for seed in map(seed_of, range(99)) if is_heads(seed))
    assert (await env.played("coin", "heads", 10)).gain == 10
    bet = await env.bet("coin", "heads", 21)
    said = await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))
    assert "can stake 20 🪙 until" in said
    assert await env.played("coin", "heads", 20)


def is_heads(seed: bytes) -> bool:
    """Whether Alice's first coin shows heads by it."""
    return coin_side(COIN.draw(RoundSeeds(seed, str(ALICE), 1).stream())) == "heads"


async def test_a_limit_of_ones_own_is_lowered_at_once_and_raised_tomorrow(env: CasinoEnv) -> None:
    limit = env.casino.players.choose_limit
    await env.grant(ALICE, 1000)
    await limit(GUILD, ALICE, 50)
    bet = await env.bet("coin", "heads", 51)
    assert "You may lose 50" in await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))

    for coins in (500, None):
        after = await limit(GUILD, ALICE, coins)
        assert after.limit(env.clock.now()) == 50
        env.clock.advance(HOUR.total_seconds())
    await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))
    env.clock.advance((DAY - 2 * HOUR).total_seconds())
    await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))  # it counts from the last choice
    env.clock.advance(HOUR.total_seconds())
    assert (await env.player()).limit(env.clock.now()) is None
    assert await env.casino.rounds.play(GUILD, ALICE, bet)

    assert (await limit(GUILD, ALICE, 0)).limit(env.clock.now()) == 0
    await limit(GUILD, ALICE, 100)
    same = await limit(GUILD, ALICE, 0)
    assert same.next_limit_at is None  # what was to come is taken back
    await env.refused(env.casino.rounds.play(GUILD, ALICE, await env.bet("coin", "heads", 10)))


async def test_a_pause_ends_by_its_time_alone(env: CasinoEnv) -> None:
    pause = env.casino.players.pause
    await env.grant(ALICE, 1000)
    await pause(GUILD, ALICE, timedelta(days=7))
    bet = await env.bet("coin", "heads")
    for lasts in (timedelta(days=6), timedelta(days=7)):
        with pytest.raises(UserError, match="can only be made longer"):
            await pause(GUILD, ALICE, lasts)
    for lasts in (timedelta(minutes=59), timedelta(days=366), -HOUR):
        with pytest.raises(UserError, match="from 1 hour to 365 days"):
            await pause(GUILD, ALICE, lasts)
    assert "paused the casino" in await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))
    assert "paused" in await env.refused(env.casino.rounds.table(GUILD, ALICE, bet))
    await pause(GUILD, ALICE, timedelta(days=8))
    env.clock.advance((7 * DAY).total_seconds())
    await env.refused(env.casino.rounds.play(GUILD, ALICE, bet))
    env.clock.advance(DAY.total_seconds())
    assert await env.casino.rounds.play(GUILD, ALICE, bet)


async def test_an_own_seed_counts_from_the_next_round_on(env: CasinoEnv) -> None:
    await env.grant(ALICE, 1000)
    before = await env.player()
    assert before.own_seed == str(ALICE)
    after = await env.casino.players.choose_seed(GUILD, ALICE, " luck-7 ")
    assert (after.own_seed, after.number, after.seed) == ("luck-7", 1, before.seed)
    one = await env.played("roulette", "17")
    assert one.own_seed == "luck-7"
    assert (await env.casino.verify(GUILD, ALICE, 1)).agrees
    for typed in ("a:b", "", "ü", "x" * 33):
        with pytest.raises(UserError, match="letters and digits"):
            await env.casino.players.choose_seed(GUILD, ALICE, typed)


async def test_what_people_look_up_is_their_own(env: CasinoEnv) -> None:
    for user_id in (ALICE, BOB):
        await env.grant(user_id, 1000)
    for _ in range(12):
        await env.played("coin", "heads", 10)
    page = await env.casino.history(GUILD, ALICE, 2)
    assert ([one.number for one in page.rows], page.pages, page.has_more) == ([2, 1], 2, False)
    assert (await env.casino.verify(GUILD, ALICE, None)).round.number == 12
    for guild_id, user_id, number in ((GUILD, BOB, 1), (GUILD + 1, ALICE, 1), (GUILD, ALICE, 13)):
        with pytest.raises(NotFound, match="no such round"):
            await env.casino.verify(guild_id, user_id, number)
    seen = await env.casino.account(GUILD, ALICE)
    assert [amount for _, amount in seen.lost] == [sum(-one.gain for one in await env.rounds())]


async def test_old_rounds_go_and_open_ones_stay(env: CasinoEnv) -> None:
    await env.dealt()
    await env.played("coin", "heads", 10)
    gone = [one async for one in OldRounds(env.database).prune(env.clock.now() + KEPT_FOR)]
    assert sum(gone) == 0
    later = env.clock.now() + KEPT_FOR + MINUTE
    assert sum([one async for one in OldRounds(env.database).prune(later)]) == 1
    assert [one.is_open for one in await env.rounds()] == [True]


async def test_settings_that_leave_no_stake_are_refused(env: CasinoEnv) -> None:
    with pytest.raises(UserError, match="above the most"):
        await env.open_casino(min_bet=2000)


async def test_nobody_reads_seeds_of_rounds_to_come_in_the_database(env: CasinoEnv) -> None:
    one = await env.dealt()
    player = await env.player()
    assert one.is_open
    kept = repr([await rows(env.database, table) for table in (casino_player, casino_round)])
    for seed in (one.seeds.seed, player.seeds.seed):
        assert repr(seed) not in kept
        assert seed.hex() not in kept
    ended = await env.moved(one, Move.STAND)
    assert (ended.is_open, ended.seed) == (False, one.seed)
    (row,) = await rows(env.database, casino_round)
    assert (row["seed"], row["sealed_seed"]) == (one.seed, None)
    vault = env.parts.core.vault
    (row,) = await rows(env.database, casino_player)
    assert vault.open(row["sealed_seed"]) == player.seeds.seed.hex()
