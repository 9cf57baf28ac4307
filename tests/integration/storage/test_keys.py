"""The key and the database belong together: with another one, the start says so and ends."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import ConfigError
from bot.outbox.endpoint_registry import EndpointEdit, readable_headers
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


async def test_a_key_that_is_said_to_be_lost_lets_everything_go_on_with_a_new_one(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    key_file = tmp_path / "herald.key"
    await with_a_secret(database_url, key_file, clock)
    first = await open_with(database_url, key_file, clock)
    async with first.database.transaction() as tx:
        await tx.execute(update(table).values(headers=first.vault.seal('{"X-Team": "ducks"}')))
    await first.close()
    key_file.unlink()
    config = config_for(database_url, key_file=key_file)
    secrets = config.secrets.model_copy(update={"key_lost": True})
    lost = await Emitter.open(config.model_copy(update={"secrets": secrets}), clock)
    (endpoint,) = lost.lanes.index.all()
    assert readable_headers(lost.registry, endpoint) == {}
    edit = EndpointEdit(endpoint.name, endpoint.url, "", {"X-Team": "geese"})
    async with lost.database.transaction() as tx:
        edited = await lost.registry.edit(tx, endpoint, clock.now(), edit)
        assert edited is not None
        rotated = await lost.registry.rotate(tx, edited, clock.now(), secret="fresh")
        assert rotated is not None
        await lost.registry.end_rotation(tx, rotated[0], clock.now(), switches=True)
    await lost.close()

    again = await Emitter.open(config, clock)
    (endpoint,) = again.lanes.index.all()
    await again.close()
    assert again.registry.secrets(endpoint) == ("fresh", None)
    assert again.registry.headers(endpoint) == {"X-Team": "geese"}


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
