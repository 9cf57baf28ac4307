"""After the commit: the change stands, and everybody is told of it."""

import structlog

from bot.storage.database import Database
from tests.support.scratch_table import committed, make_notes, write


class Deliberate(Exception):
    """What a test raises once the transaction is durable."""


async def test_one_that_fails_after_the_commit_keeps_no_other_from_hearing(
    database: Database,
) -> None:
    await make_notes(database)
    told: list[str] = []

    def fail() -> None:
        raise Deliberate

    with structlog.testing.capture_logs() as logs:
        async with database.transaction() as tx:
            await write(tx, "one")
            tx.on_commit(fail)
            tx.on_commit(lambda: told.append("second"))
    assert told == ["second"]
    assert await committed(database) == ["one"]
    assert [line["event"] for line in logs] == ["database.after_commit_failed"]
