"""A newer version starts beside an older one, and takes over from it; nothing stands still."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.errors import ConfigError
from tests.chaos.seeded import campaign
from tests.chaos.shared_life import sharing
from tests.chaos.sharing_emitter import config_of
from tests.support.newer_version import newer_version
from tests.support.server_pair import ServerPair

pytestmark = [pytest.mark.chaos, campaign]

WAITING = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted"


async def test_a_newer_version_takes_over(pair: ServerPair, tmp_path: Path) -> None:
    await pair.renew()
    async with sharing(pair, tmp_path, "older", "newer") as shared:
        older, newer = shared.places
        newer.orders = replace(newer.orders, newer=newer_version(tmp_path / "next"))
        await older.begin()
        await shared.goes_on()
        async with pair.primary.connected(pair.database) as reader, reader.transaction():
            # Somebody reads for long what the migration has to change.
            await reader.execute("LOCK TABLE event, delivery IN ACCESS SHARE MODE")
            starting = asyncio.create_task(newer.begin())
            async with pair.primary.connected(pair.database) as beside:
                while not await beside.fetchval(WAITING):
                    pass
            for _ in range(3):
                await shared.goes_on()
            assert not starting.done()
        await starting
        known = len(older.acknowledged()[0])
        await shared.goes_on()
        while len(older.acknowledged()[0]) < known + 20:
            await shared.goes_on()
        await older.end()
        await shared.goes_on()
        with pytest.raises(ConfigError, match="written by a newer Herald"):
            await Emitter.open(config_of(pair.url(), shared.key_file), SystemClock())
        await shared.judged()
