"""Programs that start at once on an empty PostgreSQL all come up."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.outbox.startup import open_vault
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Vault, load_keys
from tests.support.emitter_setup import config_for
from tests.support.patience import PATIENCE
from tests.support.postgres import PostgresServer
from tests.support.program import Program
from tests.support.watched import beside

PROGRAMS, IN_ONE = 2, 5
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


@pytest.mark.thorough("starts many programs; the next one shows who migrates")
async def test_all_come_up_on_an_empty_database(postgres: PostgresServer, tmp_path: Path) -> None:
    name = await postgres.create(migrated=False)
    orders = {
        "url": postgres.url(name),
        "key_file": str(tmp_path / "herald.key"),
        "receipts": str(tmp_path / "receipts"),
        "events": 0,
    }

    async def come_up() -> int:
        async with Program("tests.chaos.steady", orders) as program:
            await program.says("started")
            return (await program.end())[0]

    assert await asyncio.gather(*(come_up() for _ in range(PROGRAMS))) == [0] * PROGRAMS
    assert len((tmp_path / "herald.key").read_text().split()) == 1
    await postgres.drop(name)


async def test_one_migrates_and_the_others_find_it_done(postgres: PostgresServer) -> None:
    name = await postgres.create(migrated=False)
    databases = [Database(postgres.url(name)) for _ in range(IN_ONE)]
    for database in databases:
        await database.open()
    changed = await asyncio.gather(*map(migrate, databases))
    assert sorted(changed) == [*[False] * (IN_ONE - 1), True]
    for database in databases:
        await database.close()
    await postgres.drop(name)


async def test_the_key_file_that_another_makes_is_waited_for(
    postgres_url: str, tmp_path: Path
) -> None:
    key_file = tmp_path / "herald.key"
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        async with here.transaction() as tx:
            await tx.alone()
            opening = asyncio.create_task(
                open_vault(config_for(postgres_url, key_file=key_file), there)
            )
            async with asyncio.timeout(PATIENCE):
                while not (await tx.execute(WAITING)).scalar_one():
                    pass  # until it waits for this transaction's end
            assert not key_file.exists()
            first = Vault(load_keys(None, key_file, may_create=True))
        assert (await opening).open(first.seal("otter")) == "otter"
