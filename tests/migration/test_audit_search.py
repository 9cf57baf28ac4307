"""Entries from before there was a search are found by it after the upgrade."""

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, text

from bot.features.audit.queries import AuditQuery, page
from bot.storage.database import Database
from bot.storage.migrate import migrate

BEFORE = "0027"
ENTRY = """
INSERT INTO audit_entry (id, guild_id, event_type, severity, source, actor_id, actor_name,
    target_type, summary, context, created_at)
VALUES (:id, 1, 'endpoint.created', 'info', 'bot', 2, 'Grey_Heron', 'endpoint', :summary,
    :context, 1)
"""
ROWS = {
    1: ("Stra\u00dfe", "{}"),
    2: ("\u041b\u0415\u0411\u0415\u0414\u042c", '{"name": "backend"}'),
    3: ("plain", '{"name": 7}'),
}


def _upgrade(connection: Connection) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", "migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)


async def test_what_was_written_before_is_found(empty_url: str) -> None:
    database = Database(empty_url)
    await database.open()
    async with database.transaction() as tx:
        await tx.run_sync(_upgrade)
        for number, (summary, context) in ROWS.items():
            row = {"id": number, "summary": summary, "context": context}
            await tx.execute(text(ENTRY), row)
    await migrate(database)
    found = dict[str, list[int]]()
    async with database.reading() as reading:
        for wanted in ("STRASSE", "\u043b\u0435\u0431", "BackEnd", "grey_heron"):
            rows = (await page(reading, 1, AuditQuery(text=wanted), 1)).rows
            found[wanted] = [one.id for one in rows]
    await database.close()
    assert list(found.values()) == [[1], [2], [2], [3, 2, 1]]
