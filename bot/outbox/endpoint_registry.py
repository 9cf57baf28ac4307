"""Endpoint registry: every change goes through it, so that rows and index never differ."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from bot.dialects.base import Dialect
from bot.errors import ConfigError
from bot.outbox import endpoint_store as store
from bot.outbox.endpoint_index import EndpointIndex
from bot.outbox.endpoints import Endpoint, NewEndpoint
from bot.outbox.tables import EndpointState
from bot.storage.database import Reading, Transaction
from bot.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class EndpointEdit:
    """Edit of an endpoint; the URL has passed the guard, the headers their rules."""

    name: str
    url: str
    description: str
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits: which of its events an endpoint takes, how fast; the filter has been parsed."""

    filter: str  # JMESPath; empty lets everything pass
    threshold: int  # of a balance's change, in hundredths of the currency's unit
    rate_limit: int | None  # attempts a minute at most

    def columns(self) -> dict[str, Any]:
        """As they are stored."""
        return {**asdict(self), "filter": self.filter or None}


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """Terms of an endpoint: how it is sent what it gets; None is what the instance has."""

    answer_seconds: int | None = None  # for a whole attempt
    in_flight: int | None = None  # requests at once
    in_order: bool = False  # one at a time, and what is later waits while one is tried again

    def columns(self) -> dict[str, Any]:
        """As they are stored; what waited for its turn need not, or waits anew."""
        return {**asdict(self), "order_at": None}


@dataclass(frozen=True, slots=True)
class FeedAccess:
    """Access to an endpoint's feed: the hash of the token that reads it; None: nobody does."""

    token_hash: bytes | None = field(repr=False)

    def columns(self) -> dict[str, Any]:
        """As it is stored."""
        return {"feed_hash": self.token_hash}


class EndpointRegistry:
    """Registry read and changed inside a caller's transaction; the index follows the commit."""

    def __init__(
        self, index: EndpointIndex, *, vault: Vault, dialects: Mapping[str, Dialect]
    ) -> None:
        self.index = index
        self._vault = vault
        self.dialects = dialects

    in_guild = staticmethod(store.in_guild)
    named = staticmethod(store.named)

    async def numbered(self, reading: Reading, guild_id: int, endpoint_id: int) -> Endpoint | None:
        """The guild's endpoint of that number; another guild's is none."""
        found = await store.by_id(reading, endpoint_id)
        return found if found is not None and found.guild_id == guild_id else None

    async def add(
        self, tx: Transaction, new: NewEndpoint, now: datetime, *, secret: str | None = None
    ) -> tuple[Endpoint, str]:
        """A new active endpoint, and its secret in clear this once; a fresh one by default."""
        secret = secret or self.dialects[new.dialect].new_secret()
        endpoint = await store.add(tx, new, self._vault.seal(secret), now)
        await self.index.change(tx, endpoint)
        return endpoint, secret

    async def change_state(
        self,
        tx: Transaction,
        endpoint: Endpoint,
        state: EndpointState,
        now: datetime,
        *,
        clears_failures: bool = False,
    ) -> Endpoint | None:
        """The endpoint in its new state; None when somebody changed it since it was read."""
        changed = await store.change_state(
            tx, endpoint, state, now, clears_failures=clears_failures
        )
        return await self._after(tx, endpoint.id) if changed else None

    async def edit(
        self,
        tx: Transaction,
        endpoint: Endpoint,
        now: datetime,
        edit: EndpointEdit,
    ) -> Endpoint | None:
        """The endpoint so edited; None when somebody edited it since it was read."""
        values: dict[str, Any] = {
            "name": edit.name,
            "name_key": edit.name.casefold(),
            "url": edit.url,
            "description": edit.description,
            "headers": self._vault.seal(json.dumps(dict(edit.headers))) if edit.headers else None,
        }
        if (edit.url, dict(edit.headers)) != (endpoint.url, readable_headers(self, endpoint)):
            values |= store.aimed_anew(endpoint)
        return await self._edited(tx, endpoint, values, now)

    async def limit(
        self,
        tx: Transaction,
        endpoint: Endpoint,
        now: datetime,
        limits: Limits | DeliveryTerms | FeedAccess,
    ) -> Endpoint | None:
        """The endpoint with these limits; None when somebody edited it since it was read."""
        return await self._edited(tx, endpoint, limits.columns(), now)

    async def subscribe(
        self, tx: Transaction, endpoint: Endpoint, patterns: Sequence[str], now: datetime
    ) -> Endpoint | None:
        """The endpoint with these patterns; None when somebody edited it since it was read."""
        if not await store.edit(tx, endpoint, {}, now):
            return None
        await store.subscribe(tx, endpoint.id, patterns)
        return await self._after(tx, endpoint.id)

    async def rotate(
        self, tx: Transaction, endpoint: Endpoint, now: datetime, *, secret: str | None = None
    ) -> tuple[Endpoint, str] | None:
        """Another secret in clear this once, which waits beside the old one; by default a fresh."""
        secret = secret or self.dialects[endpoint.dialect].new_secret()
        sealed = self._vault.seal(secret)
        values: dict[str, Any] = {"next_secret": sealed, "next_secret_at": now}
        if self.dialects[endpoint.dialect].signs_twice:
            values |= store.aimed_anew(endpoint)
        after = await self._edited(tx, endpoint, values, now)
        return None if after is None else (after, secret)

    async def end_rotation(
        self, tx: Transaction, endpoint: Endpoint, now: datetime, *, switches: bool
    ) -> Endpoint | None:
        """Sign with the secret that waits, or forget it."""
        values: dict[str, Any] = {"next_secret": None, "next_secret_at": None}
        if switches:
            values |= {"secret": endpoint.sealed_next_secret, **store.aimed_anew(endpoint)}
        return await self._edited(tx, endpoint, values, now)

    def headers(self, endpoint: Endpoint) -> dict[str, str]:
        """The admin's own headers in clear; for a request and for nobody's eyes."""
        sealed = endpoint.sealed_headers
        return {} if sealed is None else json.loads(self._vault.open(sealed))

    def secrets(self, endpoint: Endpoint) -> tuple[str, str | None]:
        """Its secret in clear, and the one that waits beside it."""
        waiting = endpoint.sealed_next_secret
        return (
            self._vault.open(endpoint.sealed_secret),
            None if waiting is None else self._vault.open(waiting),
        )

    async def delete(self, tx: Transaction, endpoint: Endpoint) -> bool:
        """Delete it with everything it is owed; false when it was gone already."""
        deleted = await store.remove(tx, endpoint.id)
        if deleted:
            await self.index.remove(tx, endpoint.id)
        return deleted

    async def _edited(
        self, tx: Transaction, endpoint: Endpoint, values: Mapping[str, Any], now: datetime
    ) -> Endpoint | None:
        edited = await store.edit(tx, endpoint, values, now)
        return await self._after(tx, endpoint.id) if edited else None

    async def _after(self, tx: Transaction, endpoint_id: int) -> Endpoint:
        """The endpoint as this transaction leaves it; the index takes it in on commit."""
        after = await store.by_id(tx, endpoint_id)
        assert after is not None  # noqa: S101  changed in this transaction
        await self.index.change(tx, after)
        return after

    def touch(self, tx: Transaction, endpoint_id: int) -> None:
        """Wake whoever watches that endpoint once this transaction is durable: rows came due."""
        tx.on_commit(lambda: self.index.touch(endpoint_id))


def readable_headers(registry: EndpointRegistry, endpoint: Endpoint) -> dict[str, str]:
    """Its own headers to be edited: none where the key that sealed them is lost."""
    try:
        return registry.headers(endpoint)
    except ConfigError:
        return {}
