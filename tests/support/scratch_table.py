"""A table of the tests' own, to write into."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, func, insert, select

from bot.storage.database import Database, Reading, Transaction

_metadata = MetaData()
note = Table("note", _metadata, Column("id", Integer, primary_key=True), Column("text", Text))


async def make_notes(database: Database) -> None:
    """Create the table."""
    async with database.transaction() as tx:
        await tx.run_sync(_metadata.create_all)


async def write(tx: Transaction, text: str) -> None:
    await tx.execute(insert(note).values(text=text))


async def texts(reading: Reading) -> list[str]:
    """What was written, in the order of the ids."""
    return [row.text for row in await reading.execute(select(note).order_by(note.c.id))]


async def committed(database: Database) -> list[str]:
    """What was written and committed."""
    async with database.reading() as reading:
        return await texts(reading)


async def count(reading: Reading) -> int:
    return int((await reading.execute(select(func.count()).select_from(note))).scalar_one())
