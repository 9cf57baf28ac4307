"""Signers: the secrets that each endpoint has had, which tell whose request came in."""

from collections.abc import Collection
from uuid import UUID

from bot.outbox.endpoint_registry import EndpointRegistry
from bot.storage.database import Database


class Signers:
    """Two endpoints with one address get the same event under the same id: signatures differ."""

    def __init__(self, database: Database, registry: EndpointRegistry, *, guild_id: int) -> None:
        self._database, self._registry = database, registry
        self._guild_id = guild_id
        self._known: dict[UUID, set[str]] = {}

    async def look(self) -> None:
        """Learn the secrets of now; those before a rotation stay known."""
        async with self._database.reading() as reading:
            for endpoint in await self._registry.in_guild(reading, self._guild_id):
                secrets = filter(None, self._registry.secrets(endpoint))
                self._known.setdefault(endpoint.uuid, set()).update(secrets)

    def of(self, endpoint_id: UUID) -> Collection[str]:
        """Every secret with which that endpoint has signed."""
        return self._known.get(endpoint_id, ())
