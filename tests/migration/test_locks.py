"""A migration waits for a table that is in use, and keeps nobody else waiting meanwhile."""

from functools import partial

import pytest
from sqlalchemy import text

from bot.errors import ConfigError
from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.migration.test_upgrades import upgrade
from tests.support.watched import beside

BEFORE = "0037"  # the next one changes `endpoint`
READ = text("SELECT count(*) FROM endpoint")


@pytest.mark.thorough("a schema made step by step; the other programs' wait is in tests/chaos")
async def test_a_table_that_is_read(empty_postgres_url: str) -> None:
    database = Database(empty_postgres_url)
    await database.open()
    async with database.transaction() as tx:
        await tx.run_sync(partial(upgrade, revision=BEFORE))
    async with beside(empty_postgres_url) as other:
        async with other.reading() as reading:
            await reading.execute(READ)
            with pytest.raises(ConfigError, match="another program has read a table for minutes"):
                await migrate(database, tries=2, again=0)
            async with other.transaction() as tx:
                await tx.execute(READ)  # nobody waits in the migration's place
        assert await migrate(database) is True
    await database.close()
