"""What the casino kept unsealed of rounds to come goes on as it was shown, and is sealed."""

from collections.abc import Mapping
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, text

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.features.casino.games import COIN
from bot.features.casino.tables import casino_player, casino_round
from bot.seeds import RoundSeeds, commitment
from bot.storage.database import Database
from tests.integration.casino.casino_env import CasinoEnv, seed_of
from tests.integration.economy.economy_env import ALICE
from tests.support.emitter_setup import GUILD, config_for
from tests.support.rows import rows

SHOWN, DEALT, PLAYED = seed_of(7), seed_of(8), seed_of(9)


def _upgrade(connection: Connection) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", "migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "0024")


def _round(number: int, seed: bytes, at: int, **about: Any) -> Mapping[str, Any]:
    ends = {"state": "settled", "payout": 0, "ended_at": at, "due_at": None}
    return {
        "guild_id": GUILD,
        "user_id": ALICE,
        "number": number,
        "rules": 1,
        "game": "coin",
        "choice": "rim",
        "currency_id": 1,
        "decimals": 0,
        "stake": 10,
        "staked": 10,
        "seed": seed,
        "own_seed": str(ALICE),
        "moves": "",
        "hold_id": number,
        "started_at": at,
        **ends,
        **about,
    }


async def _insert(database: Database, table: str, row: Mapping[str, Any]) -> None:
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    async with database.transaction() as tx:
        await tx.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), dict(row))


async def _filled(url: str, clock: ManualClock) -> None:
    """Alice has seen her third round's hash; her second is a hand that goes on."""
    database = Database(url)
    await database.open()
    async with database.transaction() as tx:
        await tx.run_sync(_upgrade)
    at = to_ms(clock.now())
    player = {"guild_id": GUILD, "user_id": ALICE, "number": 3}
    seeds = {"seed": SHOWN, "own_seed": str(ALICE)}
    await _insert(database, "casino_player", {**player, **seeds})
    goes_on = {"game": "blackjack", "choice": "deal", "state": "open", "payout": None}
    goes_on |= {"ended_at": None, "due_at": at}
    await _insert(database, "casino_round", _round(1, PLAYED, at))
    await _insert(database, "casino_round", _round(2, DEALT, at, **goes_on))
    await database.close()


async def test_seeds_that_were_shown_are_kept_and_sealed(
    empty_url: str, clock: ManualClock
) -> None:
    await _filled(empty_url, clock)
    emitter = await Emitter.open(config_for(empty_url), clock)
    env = await CasinoEnv.open(emitter, clock)
    assert (await env.player()).commitment == commitment(SHOWN)
    await env.casino.hands.sweep.begin()

    (player,) = await rows(emitter.database, casino_player)
    assert (player["seed"], player["sealed_seed"] is None) == (None, False)
    played, dealt = await rows(emitter.database, casino_round)
    assert (played["seed"], played["sealed_seed"]) == (PLAYED, None)
    assert (dealt["seed"], dealt["sealed_seed"] is None) == (None, False)
    assert [one.seed for one in await env.rounds()] == [PLAYED, DEALT]

    await env.open_casino()
    await env.grant(ALICE, 100)
    one = await env.played("coin", "heads")
    assert one.seeds == RoundSeeds(SHOWN, str(ALICE), 3)
    assert one.payout == 200 * (COIN.draw(one.seeds.stream())[0] < 49)
    await emitter.close()
