"""The book of endpoints: every change goes through it, so that rows and index never differ."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.dialects.base import Dialect
from bot.outbox.endpoints import Endpoint, EndpointIndex, EndpointStore, NewEndpoint
from bot.outbox.tables import EndpointState
from bot.storage.database import Reading, Transaction
from bot.storage.vault import Vault


class EndpointBook:
    """Reads and changes endpoints inside a caller's transaction; the index follows the commit."""

    def __init__(
        self, index: EndpointIndex, *, vault: Vault, dialects: Mapping[str, Dialect]
    ) -> None:
        self._index = index
        self._vault = vault
        self._store = EndpointStore()
        self.dialects = dialects

    async def in_guild(self, reading: Reading, guild_id: int) -> list[Endpoint]:
        """The guild's endpoints in the order of their names."""
        return await self._store.in_guild(reading, guild_id)

    async def named(self, reading: Reading, guild_id: int, name: str) -> Endpoint | None:
        """The guild's endpoint of that name, whatever the case of its letters."""
        return await self._store.named(reading, guild_id, name)

    async def numbered(self, reading: Reading, guild_id: int, endpoint_id: int) -> Endpoint | None:
        """The guild's endpoint of that number; another guild's is none."""
        found = await self._store.by_id(reading, endpoint_id)
        return found if found is not None and found.guild_id == guild_id else None

    async def add(
        self, tx: Transaction, new: NewEndpoint, now: datetime, *, secret: str | None = None
    ) -> tuple[Endpoint, str]:
        """A new active endpoint, and its secret in clear this once; a fresh one by default."""
        secret = secret or self.dialects[new.dialect].new_secret()
        endpoint = await self._store.add(tx, new, self._vault.seal(secret), now)
        tx.on_commit(lambda: self._index.put(endpoint))
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
        changed = await self._store.change_state(
            tx, endpoint, state, now, clears_failures=clears_failures
        )
        if not changed:
            return None
        failures = 0 if clears_failures else endpoint.failures
        after = replace(endpoint, state=state, changed_at=now, failures=failures)
        tx.on_commit(lambda: self._index.put(after))
        return after

    async def delete(self, tx: Transaction, endpoint: Endpoint) -> bool:
        """Delete it with everything it is owed; false when it was gone already."""
        deleted = await self._store.delete(tx, endpoint.id)
        if deleted:
            tx.on_commit(lambda: self._index.drop(endpoint.id))
        return deleted

    def touch(self, tx: Transaction, endpoint_id: int) -> None:
        """Wake whoever watches that endpoint once this transaction is durable: rows came due."""
        tx.on_commit(lambda: self._index.touch(endpoint_id))
