"""The key and the database belong together: with another one, the start says so and ends."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import ConfigError
from bot.outbox.tables import endpoint as table
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


async def test_a_secret_that_is_rotated_while_another_process_reseals_is_kept(
    postgres_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    """(SQLite has one process.)"""
    key_file, newer = tmp_path / "herald.key", tmp_path / "newer.key"
    await with_a_secret(postgres_url, key_file, clock)
    running = await open_with(postgres_url, key_file, clock)
    newer.write_text(f"{new_key()}\n{key_file.read_text()}")
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with running.database.transaction() as tx:
        await tx.execute(update(table).values(secret=running.vault.seal("rotated")))
        starting = asyncio.create_task(open_with(postgres_url, newer, clock))
        async with asyncio.timeout(10):
            while not (await tx.execute(waiting)).scalar_one():
                assert not starting.done()
    await (await starting).close()
    await running.close()
    again = await open_with(postgres_url, newer, clock)
    (endpoint,) = again.lanes.index.all()
    await again.close()
    assert again.vault.open(endpoint.sealed_secret) == "rotated"
