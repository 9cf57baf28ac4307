"""The key and the database belong together: with another one, the start says so and ends."""

from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import ConfigError
from bot.storage.vault import Vault, new_key
from tests.support.emitter_setup import add_endpoint, config_for


async def open_with(url: str, key_file: Path, clock: ManualClock) -> Emitter:
    return await Emitter.open(config_for(url, key_file=key_file), clock)


async def with_a_secret(url: str, key_file: Path, clock: ManualClock) -> str:
    """Make a key and an endpoint; its secret."""
    emitter = await open_with(url, key_file, clock)
    _, secret = await add_endpoint(emitter, "https://example.com/hooks")
    await emitter.close()
    return secret


async def test_the_secret_is_stored_sealed(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    key_file = tmp_path / "herald.key"
    secret = await with_a_secret(database_url, key_file, clock)
    emitter = await open_with(database_url, key_file, clock)
    (endpoint,) = emitter.lanes.index.all()
    await emitter.close()

    assert secret.startswith("whsec_")
    assert secret.encode() not in endpoint.sealed_secret
    assert emitter.vault.open(endpoint.sealed_secret) == secret
    assert "sealed" not in repr(endpoint)


async def test_a_lost_key_stops_the_start(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    key_file = tmp_path / "herald.key"
    await with_a_secret(database_url, key_file, clock)
    key_file.rename(tmp_path / "backup.key")

    with pytest.raises(ConfigError, match="is missing, yet the database holds secrets"):
        await open_with(database_url, key_file, clock)

    assert not key_file.exists()
    emitter = await open_with(database_url, tmp_path / "backup.key", clock)
    await emitter.close()


async def test_another_key_stops_the_start(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    key_file = tmp_path / "herald.key"
    await with_a_secret(database_url, key_file, clock)
    key_file.write_text(new_key())

    with pytest.raises(ConfigError, match="none of its keys opens the stored webhook secrets"):
        await open_with(database_url, key_file, clock)


async def test_two_keys_reseal_every_secret_under_the_first(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    key_file = tmp_path / "herald.key"
    secret = await with_a_secret(database_url, key_file, clock)
    old, new = key_file.read_text().strip(), new_key()
    key_file.write_text(f"{new}\n{old}\n")

    await (await open_with(database_url, key_file, clock)).close()

    key_file.write_text(new)
    emitter = await open_with(database_url, key_file, clock)
    (endpoint,) = emitter.lanes.index.all()
    await emitter.close()
    assert Vault([new]).open(endpoint.sealed_secret) == secret
