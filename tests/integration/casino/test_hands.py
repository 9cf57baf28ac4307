"""Hands of blackjack: each move once, ended by the rules whoever leaves, on both engines."""

import pytest

from bot.errors import NotFound, UserError
from bot.features.casino.blackjack import HandResult, Move
from bot.features.casino.model import BLACKJACK, CasinoRound, RoundState
from bot.features.casino.tables import casino_round
from tests.integration.casino.casino_env import MINUTE, CasinoEnv, at_once
from tests.integration.economy.economy_env import ALICE, BOB
from tests.support.emitter_setup import GUILD

BET = (ALICE, -100, 900, "casino", "bet")


async def ends(env: CasinoEnv, one: CasinoRound, payout: int | None) -> None:
    """It is over, paid so much, and told."""
    assert (one.state, one.payout) == (RoundState.SETTLED, payout)
    assert one.due_at is None
    (found,) = await env.agrees()
    assert found == one


@pytest.mark.parametrize(
    ("result", "payout"),
    [(HandResult.NATURAL, 250), (HandResult.PUSH, 100), (HandResult.LOST, 0)],
)
async def test_a_blackjack_ends_the_round_as_it_is_dealt(
    env: CasinoEnv, result: HandResult, payout: int
) -> None:
    await ends(env, await env.dealt("", result), payout)
    told = [BET, (ALICE, payout, 900 + payout, "casino", "payout")]
    assert (await env.changes())[1:] == told[: 1 + bool(payout)]


@pytest.mark.parametrize(
    ("move", "result", "payout"),
    [
        (Move.STAND, HandResult.WON, 200),
        (Move.STAND, HandResult.PUSH, 100),
        (Move.STAND, HandResult.LOST, 0),
        (Move.HIT, HandResult.BUST, 0),
        (Move.DOUBLE, HandResult.WON, 400),
        (Move.DOUBLE, HandResult.PUSH, 200),
        (Move.DOUBLE, HandResult.BUST, 0),
    ],
)
async def test_a_move_ends_it_and_pays(
    env: CasinoEnv, move: Move, result: HandResult, payout: int
) -> None:
    one = await env.dealt(move.value, result)
    assert one.is_open
    assert await env.balance(ALICE) == 900
    await ends(env, await env.moved(one, move), payout)
    staked = 200 if move is Move.DOUBLE else 100
    assert await env.balance(ALICE) == 1000 - staked + payout


async def test_a_hand_goes_on_until_it_is_over(env: CasinoEnv) -> None:
    one = await env.dealt("hh", None)
    due = one.due_at
    env.clock.advance(60)
    two = await env.moved(one, Move.HIT)
    assert (two.moves, two.is_open) == ("h", True)
    assert due is not None
    assert two.due_at == due + MINUTE
    three = await env.moved(two, Move.HIT)
    with pytest.raises(UserError, match="cannot be made"):
        await env.moved(three, Move.DOUBLE)
    four = await env.moved(three, Move.STAND)
    assert four.moves == "hhs"
    await env.agrees()


async def test_a_move_pressed_twice_at_once_is_made_once(env: CasinoEnv) -> None:
    one = await env.dealt("h", None)
    both = await at_once(env.moved(one, Move.HIT), env.moved(one, Move.HIT))
    assert [found.moves for found in both if found] == ["h", "h"]
    assert await env.moved(one, Move.STAND) == both[0]  # a late one shows how it stands
    await env.agrees()


async def test_double_and_stand_at_once_stake_and_pay_once(env: CasinoEnv) -> None:
    one = await env.dealt("d", *HandResult)
    first, second = await at_once(env.moved(one, Move.DOUBLE), env.moved(one, Move.STAND))
    assert first == second
    await env.agrees()


async def test_a_table_dealt_twice_at_once_is_one_hand(env: CasinoEnv) -> None:
    env.next_seed = None
    one = await env.dealt()
    assert await env.played(BLACKJACK) == one  # a hand stands: no other is begun
    assert await env.casino.rounds.standing(GUILD, ALICE) == one
    await env.played("coin", "heads")  # other games can be played meanwhile
    assert len(await env.agrees()) == 2


async def test_what_a_double_needs_is_asked_for_again(env: CasinoEnv) -> None:
    one = await env.dealt("d", *HandResult)
    await env.casino.players.choose_limit(GUILD, ALICE, 150)
    assert "You may lose 150" in await env.refused(env.moved(one, Move.DOUBLE))
    await env.casino.players.pause(GUILD, ALICE, 60 * MINUTE)
    assert "paused" in await env.refused(env.moved(one, Move.DOUBLE))
    stood = await env.moved(one, Move.STAND)  # what was begun can be finished
    assert stood.state is RoundState.SETTLED


async def test_who_cannot_pay_for_a_double_goes_on_without(env: CasinoEnv) -> None:
    one = await env.dealt("d", *HandResult, stake=600)
    assert "wallet" in await env.refused(env.moved(one, Move.DOUBLE))
    assert (await env.moved(one, Move.STAND)).state is RoundState.SETTLED
    await env.agrees()


async def test_who_leaves_a_hand_alone_stands(env: CasinoEnv) -> None:
    one = await env.dealt("s", HandResult.LOST)
    await env.sweep(5 * MINUTE - MINUTE)
    assert (await env.rounds())[0].is_open
    await env.sweep(MINUTE)
    (stood,) = await env.agrees()
    assert (stood.moves, stood.state, stood.payout) == ("s", RoundState.SETTLED, 0)
    assert await env.moved(one, Move.HIT) == stood
    await env.sweep(5 * MINUTE)
    assert await env.agrees() == [stood]


async def test_a_sweep_and_a_press_at_once_end_it_once(env: CasinoEnv) -> None:
    one = await env.dealt("s", HandResult.WON)
    env.clock.advance(300)

    async def swept() -> None:
        await env.casino.hands.sweep.sweep()

    await at_once(swept(), env.moved(one, Move.STAND))
    (stood,) = await env.agrees()
    assert stood.payout == 200
    assert [change[4] for change in await env.changes()] == ["admin", "bet", "payout"]


async def test_after_a_restart_people_have_their_time_anew(env: CasinoEnv) -> None:
    one = await env.dealt("s", HandResult.WON)
    env.clock.advance(3600)
    env.renew()
    await env.casino.hands.sweep.look()
    await env.sweep(4 * MINUTE)
    assert (await env.rounds())[0].is_open
    stood = await env.moved(one, Move.STAND)
    assert stood.payout == 200
    await env.agrees()


async def test_while_discord_is_away_nobody_is_stood_for(env: CasinoEnv) -> None:
    one = await env.dealt("s", HandResult.WON)
    await env.casino.hands.sweep.look()
    env.discord.is_connected = False
    env.clock.advance(3600)
    await env.casino.hands.sweep.look()
    env.discord.is_connected = True
    await env.casino.hands.sweep.look()
    env.clock.advance(3600)
    env.discord.sessions += 1  # away and back between two looks
    await env.casino.hands.sweep.look()
    await env.sweep(4 * MINUTE)
    assert (await env.rounds())[0].is_open
    assert (await env.moved(one, Move.STAND)).payout == 200


async def test_nobody_is_stood_for_where_nothing_hears_their_buttons(env: CasinoEnv) -> None:
    """The gateway of that server is another process's, and that is gone."""
    one = await env.dealt("s", HandResult.WON)
    await env.casino.hands.sweep.look()
    env.discord.is_heard = False
    await env.sweep(4 * MINUTE)
    assert (await env.rounds())[0].is_open
    env.discord.is_heard = True
    assert (await env.moved(one, Move.STAND)).payout == 200


async def test_who_leaves_the_server_stands(env: CasinoEnv) -> None:
    await env.dealt("s", HandResult.WON)
    await env.leave(BOB, ALICE)
    await env.sweep()
    (stood,) = await env.agrees()
    assert (stood.moves, stood.payout) == ("s", 200)


async def test_the_wallets_of_who_leaves_are_emptied_after_their_hand_is_paid(
    env: CasinoEnv,
) -> None:
    """Whichever sweep comes first; a payment after the emptying would wait for their return."""
    await env.choose(resets_on_leave=True)
    await env.dealt("s", HandResult.WON)
    await env.leave(ALICE)
    emptying = env.economy.adjustments.sweep
    await emptying.sweep()
    assert await env.balances(ALICE) == [900]
    await env.casino.hands.sweep.sweep()
    assert await env.balances(ALICE) == [1100]
    await emptying.sweep()
    assert await env.balances(ALICE) == [0]
    assert [delta for _, delta, *_ in await env.changes()][1:] == [-100, 200, -1100]


async def test_a_hand_of_other_rules_is_given_back(env: CasinoEnv) -> None:
    one = await env.dealt()
    async with env.database.transaction() as tx:
        await tx.execute(casino_round.update().values(rules=0))
    back = await env.moved(one, Move.HIT)
    assert (back.state, back.payout) == (RoundState.REFUNDED, None)
    assert (await env.changes())[-1] == (ALICE, 100, 1000, "casino", "refund")
    assert (await env.casino.verify(GUILD, ALICE, 1)).payout is None
    await env.agrees()


async def test_so_is_one_that_the_sweep_finds(env: CasinoEnv) -> None:
    await env.dealt()
    async with env.database.transaction() as tx:
        await tx.execute(casino_round.update().values(rules=0))
    await env.sweep(5 * MINUTE)
    (back,) = await env.agrees()
    assert back.state is RoundState.REFUNDED


async def test_a_hand_whose_stake_was_given_back_elsewhere_pays_nothing(env: CasinoEnv) -> None:
    one = await env.dealt("d", HandResult.WON)
    async with env.database.transaction() as tx:
        await env.money.release(tx, one.hold_ids)
    over = await env.moved(one, Move.DOUBLE)
    assert over.state is RoundState.REFUNDED
    assert await env.balance(ALICE) == 1000
    await env.agrees()


async def test_a_hand_is_nobody_elses(env: CasinoEnv) -> None:
    one = await env.dealt()
    with pytest.raises(NotFound):
        await env.moved(one, Move.HIT, user_id=BOB)
    with pytest.raises(NotFound):
        await env.casino.hands.move(GUILD + 1, ALICE, one.number, at=0, move=Move.HIT)
    with pytest.raises(UserError, match="not over"):
        await env.casino.verify(GUILD, ALICE, 1)
    assert (await env.rounds()) == [one]
