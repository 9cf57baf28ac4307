"""Duels between two people, on both engines: held once, decided once, paid once."""

import asyncio

import pytest

from bot.errors import UserError
from bot.features.duels import DUELS
from bot.features.duels.game import rolled
from bot.features.duels.model import DuelState
from bot.features.duels.tables import duel as table
from bot.seeds import commitment
from tests.integration.duels.duels_env import PEOPLE, DuelsEnv
from tests.integration.economy.economy_env import ALICE, BOB, CAROL
from tests.support.emitter_setup import GUILD

OTHER_GUILD = GUILD + 1
MINUTE, DAY = 60.0, 86_400.0


async def test_from_a_challenge_to_the_payment(env: DuelsEnv) -> None:
    duel = await env.challenged(40)
    assert await env.balances(ALICE, BOB) == [100, 100]
    duel = await env.accepted(duel)
    assert (duel.state, await env.balances(ALICE, BOB)) == (DuelState.PLAYING, [60, 60])
    before = len(await env.changes())
    done = await env.won(duel, 1)
    assert (done.state, done.winner_id, done.loser_id) == (DuelState.WON, BOB, ALICE)
    assert await env.balances(ALICE, BOB) == [60, 140]
    assert (await env.changes())[before:] == [(BOB, 80, 140, "duel", "win")]
    (told,) = await env.finished()
    assert told == {
        "duel_id": duel.id,
        "winner_id": str(BOB),
        "loser_id": str(ALICE),
        "stake": 40,
        "currency_id": env.coins.id,
        "finished_at": told["finished_at"],
        "decimals": 0,
    }
    for act in (env.moved(done, ALICE, "s-"), env.accepted(done)):
        with pytest.raises(UserError, match="is over"):
            await act
    await env.swept(DAY)
    assert await env.balances(ALICE, BOB) == [60, 140]
    assert len(await env.finished()) == 1


async def test_both_stakes_are_told_as_stakes(env: DuelsEnv) -> None:
    before = len(await env.changes())
    await env.begun(40)
    assert (await env.changes())[before:] == [
        (ALICE, -40, 60, "duel", "stake"),
        (BOB, -40, 60, "duel", "stake"),
    ]


@pytest.mark.parametrize(
    ("percent", "stake", "back"), [(0, 40, 0), (50, 33, 16), (100, 40, 40), (1, 40, 0)]
)
async def test_the_loser_gets_back_what_the_server_gives(
    env: DuelsEnv, percent: int, stake: int, back: int
) -> None:
    await env.prefer(gives_back=percent)
    duel = await env.begun(stake)
    await env.prefer(gives_back=7)  # counts from the next challenge on
    before = len(await env.changes())
    await env.won(duel, 0)
    assert await env.balances(ALICE, BOB) == [100 + stake - back, 100 - stake + back]
    gained = 2 * stake - back
    told = [(ALICE, gained, 100 + stake - back, "duel", "win")]
    if back:
        told.append((BOB, back, 100 - stake + back, "duel", "refund"))
    assert sorted((await env.changes())[before:]) == told


async def test_a_draw_gives_both_back_and_tells_no_result(env: DuelsEnv) -> None:
    duel = await env.accepted(await env.evened(await env.challenged(40)))
    for stance in "sfgsf":
        assert duel.state is DuelState.PLAYING
        duel = await env.round(duel, f"{stance}-", f"{stance}-")
    assert (duel.state, duel.bout.wins, duel.winner_id) == (DuelState.DRAWN, (0, 0), None)
    assert await env.balances(ALICE, BOB) == [100, 100]
    assert [one[-1] for one in (await env.changes())[-2:]] == ["refund", "refund"]
    assert await env.finished() == []
    alice = await env.duelist(ALICE)
    assert (alice.rating, alice.rated, alice.draws) == (1000, 1, 1)


async def test_the_dice_are_those_of_the_seed_whose_hash_was_shown(env: DuelsEnv) -> None:
    duel = await env.challenged()
    assert (duel.seed, len(duel.seed_hash)) == (None, 64)
    done = await env.won(await env.accepted(duel), 0)
    assert done.seed is not None
    assert done.sealed_seed is None
    seed = bytes.fromhex(done.seed)
    assert commitment(seed) == duel.seed_hash
    dice = [one.dice for one in done.bout.rounds]
    assert dice == [rolled(seed, duel.id, number) for number in range(1, len(dice) + 1)]


async def test_a_move_is_hidden_and_made_once(env: DuelsEnv) -> None:
    duel = await env.begun()
    moved = await env.moved(duel, ALICE, "s+")
    assert (moved.bout.rounds, moved.expires_at) == ((), duel.expires_at)
    with pytest.raises(UserError, match="chosen already"):
        await env.moved(duel, ALICE, "g-")
    after = await env.moved(duel, BOB, "f-")
    assert after.bout.rounds[0].moves[0].code == "s+"
    with pytest.raises(UserError, match="round is over"):
        await env.moved(duel, BOB, "g-", number=1)
    with pytest.raises(UserError, match="round before"):
        await env.moved(after, ALICE, "s-")
    later = await env.round(after, "g+", "s-")
    if not later.state.has_ended:
        with pytest.raises(UserError, match="no focus left"):
            await env.moved(later, ALICE, "f+")


async def test_whoever_is_silent_forfeits(env: DuelsEnv) -> None:
    duel = await env.begun(40)
    duel = await env.taken(duel, 0)
    await env.moved(duel, BOB, next(one.code for one in duel.bout.moves(1)))
    await env.swept(119)
    assert (await env.now(duel)).state is DuelState.PLAYING
    env.clock.advance(1)
    with pytest.raises(UserError, match="Too late"):
        await env.moved(duel, ALICE, next(one.code for one in duel.bout.moves(0)))
    await env.swept()
    done = await env.now(duel)
    assert (done.state, done.winner_id) == (DuelState.FORFEITED, BOB)
    assert await env.balances(ALICE, BOB) == [60, 140]
    assert [one["winner_id"] for one in await env.finished()] == [str(BOB)]


async def test_two_who_are_silent_have_drawn(env: DuelsEnv) -> None:
    duel = await env.taken(await env.begun(40), 0)
    await env.swept(120)
    assert (await env.now(duel)).state is DuelState.SILENT
    assert await env.balances(ALICE, BOB) == [100, 100]
    assert await env.finished() == []
    assert (await env.duelist(ALICE)).rated == 0


async def test_a_challenge_expires_in_five_minutes(env: DuelsEnv) -> None:
    duel = await env.challenged()
    env.clock.advance(5 * MINUTE)
    for act in (env.accepted(duel), env.duels.challenges.end(PEOPLE[ALICE], duel.id)):
        with pytest.raises(UserError, match="is over already"):
            await act
    env.renew()
    await env.swept()
    assert (await env.now(duel)).state is DuelState.EXPIRED


async def test_after_any_time_away_it_goes_on_and_ends_in_time(env: DuelsEnv) -> None:
    duel = await env.begun()
    await env.moved(duel, ALICE, "s-")
    env.clock.advance(DAY)
    env.renew()
    await env.duels.sweep.look()
    await env.swept(59)
    after = await env.moved(duel, BOB, "f-")
    assert after.bout.number == 2
    env.clock.advance(DAY)
    env.renew()
    await env.duels.sweep.look()
    await env.swept(60)
    assert (await env.now(duel)).state is DuelState.SILENT
    assert await env.balances(ALICE, BOB) == [100, 100]


async def test_while_discord_is_away_nobody_loses_and_then_there_is_a_minute(env: DuelsEnv) -> None:
    duel = await env.begun()
    await env.moved(duel, ALICE, "s-")
    await env.duels.sweep.look()
    env.discord.is_connected = False
    for _look in range(2):
        env.clock.advance(DAY)
        await env.duels.sweep.look()
    env.discord.is_connected = True
    await env.duels.sweep.look()
    env.clock.advance(59)
    await env.duels.sweep.look()
    assert (await env.moved(duel, BOB, "f-")).bout.number == 2


async def test_nobody_loses_where_nothing_hears_their_buttons(env: DuelsEnv) -> None:
    duel = await env.begun()
    await env.moved(duel, ALICE, "s-")
    env.discord.is_heard = False
    await env.swept(DAY)
    assert (await env.now(duel)).state is DuelState.PLAYING
    env.discord.is_there = False  # nobody will ever press them again
    await env.swept(60)
    assert (await env.now(duel)).state is DuelState.FORFEITED


@pytest.mark.parametrize("gone", [ALICE, BOB])
async def test_leaving_gives_back_in_the_same_transaction(env: DuelsEnv, gone: int) -> None:
    fought, challenged = await env.begun(40), await env.challenged(10, by=BOB, to=ALICE)
    other = await env.challenged(10, by=CAROL, to=ALICE if gone == BOB else BOB)
    await env.moved(fought, ALICE, "s-")
    await env.leave(gone)
    states = [(await env.now(one)).state for one in (fought, challenged, other)]
    assert states == [DuelState.LEFT, DuelState.LEFT, DuelState.CHALLENGED]
    assert await env.balances(ALICE, BOB) == [100, 100]
    assert await env.finished() == []


async def test_the_wallets_of_two_who_leave_together_are_emptied_of_what_duels_give_back(
    env: DuelsEnv,
) -> None:
    await env.choose(resets_on_leave=True)
    duels = [await env.begun(40), await env.begun(10, to=CAROL), await env.begun(5, by=CAROL)]
    await env.leave(BOB, ALICE)
    ended = [await env.now(one) for one in duels]
    assert [one.state for one in ended] == [DuelState.LEFT] * 3
    assert [one.ended_by_id for one in ended] == [ALICE, ALICE, BOB]
    assert await env.balances(ALICE, BOB, CAROL) == [100, 100, 100]
    await env.economy.adjustments.sweep.sweep()
    assert await env.balances(ALICE, BOB, CAROL) == [0, 0, 100]


async def test_two_processes_and_double_clicks(env: DuelsEnv) -> None:
    """Whatever is pressed at once, in two processes, happens once."""
    first, other = env.duels, None
    env.renew()
    other = env.duels
    duel = await env.challenged(40)
    accepts = [one.challenges.accept(PEOPLE[BOB], duel.id) for one in (first, other) * 3]
    ends = [one.challenges.end(PEOPLE[ALICE], duel.id) for one in (first, other)]
    results = await asyncio.gather(*accepts, *ends, return_exceptions=True)
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == len(results) - 1
    assert all(isinstance(one, UserError) for one in refused)
    duel = await env.now(duel)
    if duel.state is not DuelState.PLAYING:
        duel = await env.begun(40)
    while not duel.state.has_ended:
        number = duel.bout.number
        moves = [(one, duel.bout.moves(side)[0]) for side, one in enumerate(duel.people)]
        presses = [
            process.bouts.move(PEOPLE[who], duel.id, number, move)
            for process in (first, other)
            for who, move in moves
        ]
        results = await asyncio.gather(*presses, return_exceptions=True)
        assert sum(isinstance(one, UserError) for one in results) == 2
        duel = await env.now(duel)
        assert duel.bout.number == number + 1
    assert sum(await env.balances(ALICE, BOB)) == 200
    assert len(await env.finished()) == (duel.winner_id is not None)


async def test_a_round_that_went_on_meanwhile_is_not_ended_by_its_old_time(env: DuelsEnv) -> None:
    duel = await env.begun(40)
    env.clock.advance(119)
    after = await env.round(duel, "s-", "f-")
    env.clock.advance(1)
    await env.duels.bouts.time_out(duel)  # as a sweep does with what it leased a moment ago
    assert (await env.now(duel)).expires_at == after.expires_at
    assert await env.balances(ALICE, BOB) == [60, 60]


async def test_a_move_and_the_end_of_its_time_at_once(env: DuelsEnv) -> None:
    for stake in range(1, 6):
        duel = await env.begun(stake)
        await env.moved(duel, ALICE, "s-")
        env.clock.advance(120)
        await asyncio.gather(
            env.moved(duel, BOB, "f-"), env.duels.bouts.time_out(duel), return_exceptions=True
        )
        assert (await env.now(duel)).state is DuelState.FORFEITED
    assert await env.balances(ALICE, BOB) == [115, 85]
    assert len(await env.finished()) == 5


async def test_a_lost_key_gives_both_back(env: DuelsEnv) -> None:
    duel = await env.begun(40)
    ports = env.parts[DUELS].ports
    async with env.database.transaction() as tx:
        await tx.execute(table.update().values(sealed_seed=b"of another key"))
    assert ports.seed_of(await env.now(duel)) is None
    done = await env.round(duel, "s-", "f-")
    assert done.state is DuelState.VOID
    assert await env.balances(ALICE, BOB) == [100, 100]
