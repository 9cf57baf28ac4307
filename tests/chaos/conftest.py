"""Fixtures of the chaos tests: databases one after the other, each fresh."""

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from itertools import count
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.support.server_pair import ServerPair, server_pair


@pytest.fixture(scope="session")
def pair() -> Generator[ServerPair]:
    """Two servers of these tests' own; whoever begins with them asks for a new database."""
    with server_pair() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
async def new_url(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncGenerator[Callable[[], Awaitable[str]]]:
    """Makes the URL of a fresh migrated database with every call, on each engine in turn."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        numbers = count(1)

        async def copy() -> str:
            file = tmp_path / f"herald-{next(numbers)}.db"
            shutil.copyfile(template, file)
            return f"sqlite:///{file}"

        yield copy
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    names: list[str] = []

    async def create() -> str:
        names.append(await server.create())
        return server.url(names[-1])

    yield create
    for name in names:
        await server.drop(name)
