"""Databases to be migrated, on both engines."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a single table, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
async def empty_postgres_url(postgres: PostgresServer) -> AsyncGenerator[str]:
    name = await postgres.create(migrated=False)
    yield postgres.url(name)
    await postgres.drop(name)
