"""The column types give back what was put in, on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, MetaData, RowMapping, Table, insert, select

from bot.storage.database import Database
from bot.storage.schema import Document, RowId, UtcDateTime, UuidBytes

_metadata = MetaData()
thing = Table(
    "thing",
    _metadata,
    Column("id", RowId, primary_key=True),
    Column("at", UtcDateTime),
    Column("uuid", UuidBytes),
    Column("document", Document),
)


async def there_and_back(database: Database, **values: Any) -> RowMapping:
    async with database.transaction() as tx:
        await tx.run_sync(_metadata.create_all)
        await tx.execute(insert(thing).values(**values))
    async with database.reading() as reading:
        return (await reading.execute(select(thing))).mappings().one()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC),) * 2,
        (datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),) * 2,
        (datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),) * 2,
        (datetime(1, 1, 1, tzinfo=UTC),) * 2,
        (
            datetime(2026, 5, 24, 13, 32, 18, 123_999, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 5, 24, 11, 32, 18, 123_000, tzinfo=UTC),
        ),
        (None, None),
    ],
)
async def test_a_moment_comes_back_aware_in_utc_to_the_millisecond(
    database: Database, given: datetime | None, kept: datetime | None
) -> None:
    found = (await there_and_back(database, at=given))["at"]

    assert found == kept
    assert found is None or found.tzinfo is UTC


async def test_a_naive_moment_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="offset-naive"):
        await there_and_back(database, at=datetime(2026, 5, 24))  # noqa: DTZ001  that is the point


async def test_moments_compare_in_sql(database: Database) -> None:
    at = datetime(2026, 5, 24, tzinfo=UTC)
    await there_and_back(database, at=at)

    async with database.reading() as reading:
        later = select(thing.c.id).where(thing.c.at > at - timedelta(milliseconds=1))
        earlier = select(thing.c.id).where(thing.c.at < at)
        assert len((await reading.execute(later)).all()) == 1
        assert (await reading.execute(earlier)).all() == []


@pytest.mark.parametrize("given", [uuid4(), UUID(int=0), UUID(int=2**128 - 1), None])
async def test_a_uuid_comes_back(database: Database, given: UUID | None) -> None:
    assert (await there_and_back(database, uuid=given))["uuid"] == given


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"z": 1, "a": [1, 2.5, None, True], "nested": {"ß": "🦊\x00\ud800"}},
        {"big": 2**63, "id": "123456789012345678"},
        None,
    ],
)
async def test_a_document_comes_back(database: Database, given: dict[str, Any] | None) -> None:
    found = (await there_and_back(database, document=given))["document"]

    assert found == given
    assert given is None or list(found) == list(given)
