"""What was written before cases had a text for searching is found by it after the upgrade."""

from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, text

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.user_text import sought

BEFORE = "0011"
CASE = """
INSERT INTO moderation_case (id, guild_id, number, type, user_id, username, moderator_id,
    moderator_name, reason, source, state, created_at, repeats, details)
VALUES (:id, 1, :number, 'warn', 2, :username, 3, 'pilot', :reason, 'bot', 'active', 1, :no, '{}')
"""
NOTE = """
INSERT INTO case_note (id, case_id, author_id, author_name, text, created_at)
VALUES (1, 1, 3, 'pilot', 'ГУСЬ', 1)
"""


def _upgrade(connection: Connection) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", "migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)


async def test_what_was_written_before_is_found_as_what_comes_after(empty_url: str) -> None:
    database = Database(empty_url)
    await database.open()
    reasons = {1: "Straße", 2: None, 3: "ЛЕБЕДЬ"}
    async with database.transaction() as tx:
        await tx.run_sync(_upgrade)
        for number, reason in reasons.items():
            row: dict[str, Any] = {"id": number, "number": number, "reason": reason}
            await tx.execute(text(CASE), {**row, "username": "Grey_Heron", "no": False})
        await tx.execute(text(NOTE))
    await migrate(database)
    async with database.reading() as reading:
        cases = await reading.execute(text("SELECT id, sought FROM moderation_case ORDER BY id"))
        found = {row.id: row.sought for row in cases}
        notes = (await reading.execute(text("SELECT sought FROM case_note"))).scalars().all()
    await database.close()
    assert found == {number: sought("Grey_Heron", reason) for number, reason in reasons.items()}
    assert notes == ["гусь"]
