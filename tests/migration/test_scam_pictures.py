"""Pictures that were known before there were copies of them stay known, by their hashes."""

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, text

from bot.features.scams import picture_store
from bot.features.scams.evidence import stored_tiles
from bot.scanner.hashes import Fingerprint
from bot.storage.database import Database
from bot.storage.migrate import migrate

BEFORE = "0035"
PICTURE = """
INSERT INTO scam_picture (id, guild_id, digest, is_harmless, whole, tiles, category, name,
    added_by_id, added_at)
VALUES (1, 1, :digest, :no, :whole, :tiles, 'known_picture', 'a card', 3, 1)
"""


def _upgrade(connection: Connection) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", "migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)


async def test_a_picture_of_before_is_read_without_a_copy(empty_url: str) -> None:
    database = Database(empty_url)
    await database.open()
    hashes = {"whole": stored_tiles([7]), "tiles": stored_tiles([8, 9])}
    async with database.transaction() as tx:
        await tx.run_sync(_upgrade)
        await tx.execute(text(PICTURE), {"digest": b"0" * 32, "no": False, **hashes})
    await migrate(database)
    async with database.reading() as reading:
        (known,) = await picture_store.scams(reading, 1)
    await database.close()
    assert known.print == Fingerprint(7, (8, 9), b"")
