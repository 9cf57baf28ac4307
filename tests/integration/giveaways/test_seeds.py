"""Seeds at rest belong to the key, as the secrets of webhooks do."""

from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import ConfigError
from bot.features.giveaways.draw import hash_of
from bot.features.giveaways.model import GiveawayState
from bot.features.giveaways.tables import giveaway
from bot.kept_texts import UNREADABLE_SECRET
from bot.storage.vault import Vault, new_key
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.giveaways.giveaways_env import DAY, GiveawaysEnv
from tests.support.emitter_setup import config_for
from tests.support.rows import rows


async def with_a_giveaway(url: str, key_file: Path, clock: ManualClock) -> None:
    """Nothing else in it is sealed."""
    emitter = await Emitter.open(config_for(url, key_file=key_file), clock)
    env = GiveawaysEnv(emitter, clock)
    await env.made()
    await env.close()
    await emitter.close()


async def test_a_seed_follows_a_new_key(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    key_file = tmp_path / "herald.key"
    await with_a_giveaway(database_url, key_file, clock)
    newest = new_key()
    key_file.write_text(f"{newest}\n{key_file.read_text()}")
    emitter = await Emitter.open(config_for(database_url, key_file=key_file), clock)
    (row,) = await rows(emitter.database, giveaway)
    await emitter.close()
    assert hash_of(Vault([newest]).open(row["sealed_seed"])) == row["seed_hash"]


async def test_a_key_that_is_lost_or_another_stops_the_start(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    key_file = tmp_path / "herald.key"
    await with_a_giveaway(database_url, key_file, clock)
    key_file.unlink()
    with pytest.raises(ConfigError, match="is missing, yet the database holds secrets"):
        await Emitter.open(config_for(database_url, key_file=key_file), clock)
    key_file.write_text(f"{new_key()}\n")
    with pytest.raises(ConfigError, match="none of its keys opens"):
        await Emitter.open(config_for(database_url, key_file=key_file), clock)


async def test_a_seed_that_cannot_be_opened_is_told_and_the_giveaway_cancelled(
    env: GiveawaysEnv,
) -> None:
    made = await env.made()
    await env.entered(made)
    env.giveaways.ports.vault = Vault([new_key()])
    await env.sweep_giveaways(DAY)
    seen = await env.now(made)
    assert seen.state is GiveawayState.DRAWING
    assert seen.failure == UNREADABLE_SECRET  # which is read in any language
    cancelled = await env.giveaways.transitions.cancel(HARBOUR_MASTER, made.id)
    assert cancelled.state is GiveawayState.CANCELLED
