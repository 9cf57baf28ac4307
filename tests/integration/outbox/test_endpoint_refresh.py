"""Refresh of the index: what is committed here while others' changes are read is not undone."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.dialects import build_dialects
from bot.outbox import endpoint_store
from bot.outbox.endpoint_index import TOPIC, EndpointIndex, EndpointRefresh
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState
from bot.storage.database import Database, Reading, Transaction
from tests.conftest import START
from tests.support.patience import PATIENCE
from tests.support.rows import make_endpoint
from tests.support.watched import until_index


class Slow(Database):
    """A database whose snapshots end only when they are let go."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.has_read, self.let_go = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def reading(self, *, long_for: int | None = None) -> AsyncGenerator[Reading]:
        async with super().reading(long_for=long_for) as reading:
            try:
                yield reading
            finally:
                self.has_read.set()
                await self.let_go.wait()


@pytest.fixture
async def slow(database_url: str) -> AsyncGenerator[Slow]:
    database = Slow(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def index(slow: Slow) -> AsyncGenerator[EndpointIndex]:
    index = EndpointIndex(slow.changes, build_dialects())
    refresh = EndpointRefresh(slow, index, dialects=("phantom",))
    refresh.start()
    yield index
    await refresh.stop()


async def told_by_another(tx: Transaction, database: Database, endpoint: Endpoint) -> None:
    """What the feed says where another process has changed it."""
    await database.changes.tell(tx, TOPIC, str(endpoint.id))


async def paused(tx: Transaction, endpoint: Endpoint) -> Endpoint:
    assert await endpoint_store.change_state(tx, endpoint, EndpointState.PAUSED, START)
    return replace(endpoint, state=EndpointState.PAUSED, changed_at=START)


async def test_a_pause_here_stands_though_the_snapshot_is_older(
    slow: Slow, index: EndpointIndex
) -> None:
    endpoint = await make_endpoint(slow)
    index.put(replace(endpoint, name="as it was"))
    puts: list[Endpoint] = []
    async with slow.transaction() as tx:
        await told_by_another(tx, slow, endpoint)
    async with asyncio.timeout(PATIENCE):
        await slow.has_read.wait()
    async with slow.transaction() as tx:
        await index.change(tx, replace(await paused(tx, endpoint), name="at once"))
    index.watch(puts.append)
    slow.let_go.set()
    await until_index(index, lambda: bool(puts))
    assert [(put.name, put.state) for put in puts] == [(endpoint.name, EndpointState.PAUSED)]


async def test_a_deletion_here_stands_though_the_snapshot_is_older(
    slow: Slow, index: EndpointIndex
) -> None:
    endpoint, other = await make_endpoint(slow), await make_endpoint(slow)
    for one in (endpoint, other):
        index.put(replace(one, name="as it was"))
    puts: list[Endpoint] = []
    async with slow.transaction() as tx:
        await told_by_another(tx, slow, endpoint)
        await told_by_another(tx, slow, other)
    async with asyncio.timeout(PATIENCE):
        await slow.has_read.wait()
    async with slow.transaction() as tx:
        assert await endpoint_store.remove(tx, endpoint.id)
        await index.remove(tx, endpoint.id)
    index.watch(puts.append)
    slow.let_go.set()
    await until_index(index, lambda: bool(puts))
    assert puts == [other]
    assert index.all() == [other]


async def test_what_is_told_and_the_same_disturbs_nobody(slow: Slow, index: EndpointIndex) -> None:
    slow.let_go.set()
    same, other = await make_endpoint(slow), await make_endpoint(slow)
    index.put(same)
    index.put(replace(other, name="as it was"))
    puts: list[Endpoint] = []
    index.watch(puts.append)
    slow.changes.reload()
    await until_index(index, lambda: bool(puts))
    assert puts == [other]
    assert index.get(same.id) is same


async def test_a_later_commit_that_was_told_before_ours_was_answered_stands(
    slow: Slow, index: EndpointIndex
) -> None:
    slow.let_go.set()
    endpoint = await make_endpoint(slow)
    index.put(endpoint)
    async with slow.transaction() as tx:
        ours = replace(endpoint, name="ours")
        await index.change(tx, ours)
        index.put(replace(endpoint, name="theirs, from the feed"))
    assert index.get(endpoint.id) is ours
    await until_index(index, lambda: index.get(endpoint.id) == endpoint)  # as it was committed


async def test_what_could_not_be_read_is_read_with_the_next(
    slow: Slow, index: EndpointIndex
) -> None:
    slow.let_go.set()
    endpoint, other = await make_endpoint(slow), await make_endpoint(slow)
    for one in (endpoint, other):
        index.put(replace(one, name="as it was"))
    async with slow.transaction() as tx:
        await tx.execute(text("UPDATE endpoint SET state = 'of a later version'"))
        await told_by_another(tx, slow, endpoint)
    async with asyncio.timeout(PATIENCE):
        await slow.has_read.wait()
    async with slow.transaction() as tx:
        await tx.execute(text("UPDATE endpoint SET state = 'active'"))
        await told_by_another(tx, slow, other)
    await until_index(index, lambda: index.get(endpoint.id) == endpoint)
    assert index.get(other.id) == other
