"""Refresh of the endpoint index: endpoints that another process changed are read anew."""

import asyncio
from collections.abc import Container
from functools import partial

from bot.errors import ConfigError
from bot.logs import get_logger
from bot.outbox import endpoint_store
from bot.outbox.endpoint_index import TOPIC, EndpointIndex
from bot.outbox.endpoints import Endpoint
from bot.storage.background import Background
from bot.storage.database import Database
from bot.storage.retry import patiently

_log = get_logger("herald.outbox")


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
        self._task = Background("endpoint refresh", self._run)
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
