"""Endpoint index: what emitting and sending read from memory, also where others change it."""

import asyncio
from collections.abc import Callable, Container, Mapping
from functools import partial
from uuid import UUID
from weakref import WeakKeyDictionary

from bot.dialects.base import Dialect
from bot.errors import ConfigError
from bot.logs import get_logger
from bot.outbox import endpoint_store
from bot.outbox.endpoints import Endpoint
from bot.storage.background import BackgroundTask
from bot.storage.changes import ChangeFeed
from bot.storage.database import Database, Transaction
from bot.storage.retry import patiently

TOPIC = "endpoints"

_log = get_logger("herald.outbox")


class EndpointIndex:
    """Every endpoint in memory, fresh since the last commit; emitting asks nothing else."""

    def __init__(self, changes: ChangeFeed, dialects: Mapping[str, Dialect]) -> None:
        self._changes = changes
        self._dialects = dialects
        self._by_id: dict[int, Endpoint] = {}
        self._by_uuid: dict[UUID | None, Endpoint] = {}
        self._by_guild: dict[int, list[Endpoint]] = {}
        self._wanted: dict[tuple[int, str], tuple[Endpoint, ...]] = {}
        self._watchers: list[Callable[[Endpoint], None]] = []
        self._mourners: list[Callable[[int], None]] = []
        self._changing: WeakKeyDictionary[Transaction, dict[int, Endpoint]] = WeakKeyDictionary()

    def put(self, endpoint: Endpoint) -> None:
        """Take in a new or changed endpoint, as it was committed."""
        self._forget(endpoint.id)
        self._by_id[endpoint.id] = self._by_uuid[endpoint.uuid] = endpoint
        self._by_guild.setdefault(endpoint.guild_id, []).append(endpoint)
        for watcher in self._watchers:
            watcher(endpoint)

    async def change(self, tx: Transaction, endpoint: Endpoint) -> None:
        """Take in what a transaction leaves: at once for what it emits, with its commit for all."""
        self._changing.setdefault(tx, {})[endpoint.id] = endpoint
        before = self._by_id.get(endpoint.id)

        def committed() -> None:
            later = self._by_id.get(endpoint.id) is not before
            self.put(endpoint)
            if later:  # perhaps another process's commit, told before our own was answered
                self._changes.call(TOPIC, str(endpoint.id))

        await self._changes.tell(tx, TOPIC, str(endpoint.id), here=committed)

    async def remove(self, tx: Transaction, endpoint_id: int) -> None:
        """Forget an endpoint that a transaction deletes, with its commit."""
        await self._changes.tell(tx, TOPIC, str(endpoint_id), here=lambda: self.drop(endpoint_id))

    def drop(self, endpoint_id: int) -> None:
        """Forget an endpoint that is gone."""
        self._forget(endpoint_id)
        for mourner in self._mourners:
            mourner(endpoint_id)

    def touch(self, endpoint_id: int) -> None:
        """Tell the watchers of an endpoint as it stands: something of it came due."""
        endpoint = self._by_id.get(endpoint_id)
        if endpoint is not None:
            self.put(endpoint)

    def watch_drops(self, mourner: Callable[[int], None]) -> None:
        """Be told the number of every endpoint that is deleted."""
        self._mourners.append(mourner)

    def watch(self, watcher: Callable[[Endpoint], None]) -> None:
        """Be told of every endpoint that is put in."""
        self._watchers.append(watcher)

    def get(self, endpoint_id: int, tx: Transaction | None = None) -> Endpoint | None:
        """The endpoint as the last commit left it, or as that transaction leaves it."""
        known = self._by_id.get(endpoint_id)
        return known if tx is None else self._changing.get(tx, {}).get(endpoint_id, known)

    def with_uuid(self, uuid: UUID | None) -> Endpoint | None:
        """The endpoint that is known outside by that id."""
        return self._by_uuid.get(uuid)

    def all(self) -> list[Endpoint]:
        return list(self._by_id.values())

    def subscribed(self, guild_id: int, event_type: str) -> tuple[Endpoint, ...]:
        """The guild's endpoints that want this type, in whatever state.

        Also those that want another one which their dialect tells by the same name.
        """
        key = (guild_id, event_type)
        found = self._wanted.get(key)
        if found is None:
            endpoints = self._by_guild.get(guild_id)
            if not endpoints:
                return ()  # most guilds have none; remembering that would cost memory for each
            found = tuple(
                e for e in endpoints if e.wants(*self._dialects[e.dialect].told_as(event_type))
            )
            self._wanted[key] = found
        return found

    def _forget(self, endpoint_id: int) -> None:
        old = self._by_id.pop(endpoint_id, None)
        self._wanted.clear()
        if old is not None:
            self._by_uuid.pop(old.uuid, None)
            others = [e for e in self._by_guild[old.guild_id] if e.id != endpoint_id]
            self._by_guild[old.guild_id] = others


class EndpointRefresh:
    """Refresh that brings the index up to the database, as the change feed tells."""

    def __init__(
        self, database: Database, index: EndpointIndex, *, dialects: Container[str]
    ) -> None:
        self._database = database
        self._index = index
        self._dialects = dialects
        self._stale: set[int | None] = set()  # None is all of them
        self._told = asyncio.Event()
        self._task = BackgroundTask("endpoint refresh", self._run)
        self.start, self.stop = self._task.start, self._task.stop
        database.changes.watch(TOPIC, self._note)

    async def load(self) -> None:
        """Read them all for the first time.

        A ConfigError where a later version left an endpoint of which this one knows too little.
        """
        async with self._database.reading() as reading:
            endpoints = await endpoint_store.of_any_guild(reading)
        for one in endpoints:
            if one.dialect not in self._dialects:
                raise ConfigError(
                    "database.url",
                    f"the database holds a webhook (number {one.id}) of the dialect "
                    f"“{one.dialect}”, which this version does not have; start the version that "
                    "made it",
                )
            self._index.put(one)

    def _note(self, key: str | None) -> None:
        self._stale.add(None if key is None else int(key))
        self._told.set()

    async def _run(self) -> None:
        while True:
            await self._told.wait()
            self._told.clear()
            stale, self._stale = self._stale, set()
            try:
                await patiently(partial(self._refresh, stale))
            except Exception:  # noqa: BLE001  the next change must find it at work
                self._stale |= stale  # and has these read as well
                _log.exception("endpoints.refresh_failed")

    async def _refresh(self, stale: set[int | None]) -> None:
        before = {endpoint.id: endpoint for endpoint in self._index.all()}
        ids = None if None in stale else [one for one in stale if one is not None]
        async with self._database.reading() as reading:
            found = {
                one.id: one
                for one in await endpoint_store.of_any_guild(reading, ids)
                if self._knows(one)
            }
        for endpoint_id in found.keys() | (before.keys() if ids is None else ids):
            old, new = before.get(endpoint_id), found.get(endpoint_id)
            if self._index.get(endpoint_id) is not old:
                self._note(str(endpoint_id))  # committed here meanwhile: the snapshot may be older
            elif new is None and old is not None:
                self._index.drop(endpoint_id)
            elif new is not None and new != old:
                self._index.put(new)

    def _knows(self, endpoint: Endpoint) -> bool:
        """Whether its dialect is one of ours; a later version may have made it meanwhile."""
        known = endpoint.dialect in self._dialects
        if not known:
            _log.error("endpoint.unknown_dialect", endpoint=endpoint.id, dialect=endpoint.dialect)
        return known
