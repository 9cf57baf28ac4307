"""Lost key: players and hands whose seeds nobody can open go on without them, on both engines."""

import pytest

from bot.features.casino.blackjack import Move
from bot.features.casino.model import BLACKJACK, RoundState
from bot.seeds import commitment
from cogs.casino import account_views, views
from tests.integration.casino.casino_env import MINUTE, CasinoEnv
from tests.integration.economy.economy_env import ALICE
from tests.support.emitter_setup import GUILD


@pytest.mark.parametrize("way", ["move", "sweep", "look", "deal"])
async def test_a_hand_whose_seed_no_key_opens_is_given_back(env: CasinoEnv, way: str) -> None:
    one = await env.dealt()
    env.lose_key()
    if way == "move":
        await env.moved(one, Move.HIT)
    elif way == "sweep":
        await env.sweep(5 * MINUTE)
    elif way == "look":
        assert await env.casino.rounds.standing(GUILD, ALICE) is not None  # as it ended
    else:
        await env.played(BLACKJACK)
    assert await env.casino.rounds.standing(GUILD, ALICE) is None
    (back,) = await env.agrees()
    assert (back.state, back.payout, back.seed) == (RoundState.REFUNDED, None, None)
    assert (await env.changes())[-1] == (ALICE, 100, 1000, "casino", "refund")

    said = account_views.verification(await env.casino.verify(GUILD, ALICE, 1), env.coins)
    assert "seed was lost" in said.text
    assert "Seed" not in dict(said.fields)
    shown = views.played(back, await env.casino.rounds.next_table(back), "")
    assert "seed of round 1 was lost" in shown.below[0]


async def test_a_player_whose_next_seed_no_key_opens_has_another_round_next(
    env: CasinoEnv,
) -> None:
    await env.grant(ALICE, 1000)
    old = await env.bet("coin", "heads")
    before = await env.player()
    env.lose_key()
    assert await env.casino.rounds.play(GUILD, ALICE, old) is None
    table = await env.casino.rounds.table(GUILD, ALICE, old)
    after = await env.player()
    assert table.player == after
    assert (after.number, after.own_seed) == (2, before.own_seed)
    assert after.commitment != before.commitment
    assert await env.casino.rounds.play(GUILD, ALICE, old) is None  # its number is over
    one = await env.played("coin", "heads")
    assert commitment(one.seeds.seed) == after.commitment
    env.lose_key()
    assert (await env.casino.players.choose_limit(GUILD, ALICE, 5)).number == 4
    assert [found.number for found in await env.agrees()] == [2]
