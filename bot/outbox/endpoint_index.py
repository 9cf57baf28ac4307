"""Endpoint index: what emitting and sending read from memory."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from bot.outbox.endpoints import Endpoint
from bot.storage.changes import ChangeFeed
from bot.storage.database import Transaction

TOPIC = "endpoints"


class EndpointIndex:
    """Every endpoint in memory, fresh since the last commit; emitting asks nothing else."""

    def __init__(self, changes: ChangeFeed) -> None:
        self._changes = changes
        self._by_id: dict[int, Endpoint] = {}
        self._by_guild: dict[int, list[Endpoint]] = {}
        self._wanted: dict[tuple[int, str], tuple[Endpoint, ...]] = {}
        self._watchers: list[Callable[[Endpoint], None]] = []
        self._mourners: list[Callable[[int], None]] = []
        self._changing: WeakKeyDictionary[Transaction, dict[int, Endpoint]] = WeakKeyDictionary()

    def put(self, endpoint: Endpoint) -> None:
        """Take in a new or changed endpoint, as it was committed."""
        self._forget(endpoint.id)
        self._by_id[endpoint.id] = endpoint
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
        changed = self._changing.get(tx, {}) if tx is not None else {}
        return changed.get(endpoint_id) or self._by_id.get(endpoint_id)

    def all(self) -> list[Endpoint]:
        return list(self._by_id.values())

    def subscribed(self, guild_id: int, event_type: str) -> tuple[Endpoint, ...]:
        """The guild's endpoints that want this type, in whatever state."""
        key = (guild_id, event_type)
        found = self._wanted.get(key)
        if found is None:
            endpoints = self._by_guild.get(guild_id)
            if not endpoints:
                return ()  # most guilds have none; remembering that would cost memory for each
            found = tuple(e for e in endpoints if e.wants(event_type))
            self._wanted[key] = found
        return found

    def _forget(self, endpoint_id: int) -> None:
        old = self._by_id.pop(endpoint_id, None)
        self._wanted.clear()
        if old is not None:
            others = [e for e in self._by_guild[old.guild_id] if e.id != endpoint_id]
            self._by_guild[old.guild_id] = others
