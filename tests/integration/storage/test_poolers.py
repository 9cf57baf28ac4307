"""A pooler by transaction before PostgreSQL is found at the start, and said how to go without."""

import pytest

from bot.errors import ConfigError
from bot.storage.database import Database
from tests.support.pooler import transaction_pooler


@pytest.mark.thorough("starts a server of its own")
async def test_a_pooler_by_transaction_is_refused(postgres_url: str) -> None:
    async with transaction_pooler(postgres_url) as url:
        database = Database(url)
        with pytest.raises(ConfigError, match=r"pool_mode = session") as caught:
            await database.open()
        assert caught.value.setting == "database.url"
