"""The endpoint, its subscriptions, their rows, and the index that emitting reads from memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from sqlalchemy import Row, delete, insert, select, update

from bot.outbox.tables import EndpointState, subscription
from bot.outbox.tables import endpoint as table
from bot.storage.database import Reading, Transaction


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One subscribed URL; `patterns` are event types, `*` or `area.*`, which take in later ones."""

    id: int
    uuid: UUID
    guild_id: int
    name: str
    url: str
    dialect: str
    state: EndpointState
    created_by_id: int
    created_at: datetime
    changed_at: datetime
    failures: int
    delivered_at: datetime | None
    last_error: str | None
    patterns: tuple[str, ...]
    sealed_secret: bytes = field(repr=False)
    description: str = ""
    version: int = 0
    sealed_headers: bytes | None = field(default=None, repr=False)
    sealed_next_secret: bytes | None = field(default=None, repr=False)
    next_secret_at: datetime | None = None
    threshold: int = 0  # of a balance's change, in hundredths of the currency's unit
    filter: str = ""  # JMESPath; empty lets everything pass
    rate_limit: int | None = None  # attempts a minute at most

    @property
    def receives(self) -> bool:
        return self.state is EndpointState.ACTIVE

    @property
    def queues(self) -> bool:
        """Whether new events are queued for it; otherwise they are kept as missed."""
        return self.state in (EndpointState.ACTIVE, EndpointState.PAUSED)

    def wants(self, event_type: str) -> bool:
        return any(fnmatchcase(event_type, pattern) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """What an endpoint is created from; `url` has passed the guard, `patterns` are known."""

    guild_id: int
    name: str
    url: str
    dialect: str
    patterns: tuple[str, ...]
    created_by_id: int


class EndpointStore:
    """Rows of `endpoint` and `subscription`; every look-up from outside names the guild."""

    async def all(self, reading: Reading) -> list[Endpoint]:
        return await self._select(reading)

    async def in_guild(self, reading: Reading, guild_id: int) -> list[Endpoint]:
        """The guild's endpoints in the order of their names."""
        found = await self._select(reading, table.c.guild_id == guild_id)
        return sorted(found, key=lambda endpoint: endpoint.name.casefold())

    async def named(self, reading: Reading, guild_id: int, name: str) -> Endpoint | None:
        """The guild's endpoint of that name, whatever the case of its letters."""
        found = await self._select(
            reading, table.c.guild_id == guild_id, table.c.name_key == name.casefold()
        )
        return found[0] if found else None

    async def by_id(self, reading: Reading, endpoint_id: int) -> Endpoint | None:
        found = await self._select(reading, table.c.id == endpoint_id)
        return found[0] if found else None

    async def add(
        self, tx: Transaction, new: NewEndpoint, sealed_secret: bytes, now: datetime
    ) -> Endpoint:
        result = await tx.execute(
            insert(table)
            .values(
                uuid=uuid4(),
                guild_id=new.guild_id,
                name=new.name,
                name_key=new.name.casefold(),
                url=new.url,
                dialect=new.dialect,
                state=EndpointState.ACTIVE.value,
                secret=sealed_secret,
                created_by_id=new.created_by_id,
                created_at=now,
                changed_at=now,
            )
            .returning(table.c.id)
        )
        endpoint_id = int(result.scalar_one())
        await self.subscribe(tx, endpoint_id, new.patterns)
        added = await self.by_id(tx, endpoint_id)
        assert added is not None  # noqa: S101  written two lines above, in this transaction
        return added

    async def change_state(
        self,
        tx: Transaction,
        endpoint: Endpoint,
        state: EndpointState,
        now: datetime,
        *,
        clears_failures: bool = False,
    ) -> bool:
        """Change the state if it still is the one seen; false when somebody was faster."""
        values: dict[str, Any] = {"state": state.value, "changed_at": now}
        if clears_failures:
            values["failures"] = 0
        result = await tx.execute(
            update(table)
            .where(table.c.id == endpoint.id, table.c.state == endpoint.state.value)
            .values(values)
        )
        return result.rowcount == 1

    async def edit(
        self, tx: Transaction, endpoint: Endpoint, values: Mapping[str, Any], now: datetime
    ) -> bool:
        """Change columns if nobody edited it since it was read; false when somebody did."""
        result = await tx.execute(
            update(table)
            .where(table.c.id == endpoint.id, table.c.version == endpoint.version)
            .values({**values, "version": endpoint.version + 1, "changed_at": now})
        )
        return result.rowcount == 1

    async def subscribe(self, tx: Transaction, endpoint_id: int, patterns: Sequence[str]) -> None:
        """Replace what it subscribes to; call it after `edit`, which keeps others out."""
        await tx.execute(delete(subscription).where(subscription.c.endpoint_id == endpoint_id))
        await tx.execute(
            insert(subscription),
            [{"endpoint_id": endpoint_id, "pattern": pattern} for pattern in patterns],
        )

    async def reseal(self, tx: Transaction, reseal: Callable[[bytes], bytes]) -> None:
        """Seal everything sealed anew, for a changed key."""
        for endpoint in await self.all(tx):
            headers, waiting = endpoint.sealed_headers, endpoint.sealed_next_secret
            await tx.execute(
                update(table)
                .where(table.c.id == endpoint.id)
                .values(
                    secret=reseal(endpoint.sealed_secret),
                    headers=None if headers is None else reseal(headers),
                    next_secret=None if waiting is None else reseal(waiting),
                )
            )

    async def delete(self, tx: Transaction, endpoint_id: int) -> bool:
        """Delete it with its subscriptions, deliveries and attempts."""
        result = await tx.execute(delete(table).where(table.c.id == endpoint_id))
        return result.rowcount == 1

    async def _select(self, reading: Reading, *conditions: Any) -> list[Endpoint]:
        rows = (await reading.execute(select(table).where(*conditions))).all()
        if not rows:
            return []
        wanted = select(subscription).where(
            subscription.c.endpoint_id.in_(select(table.c.id).where(*conditions))
        )
        patterns: dict[int, list[str]] = {}
        for found in (await reading.execute(wanted)).all():
            patterns.setdefault(found.endpoint_id, []).append(found.pattern)
        return [_from_row(row, patterns.get(row.id, ())) for row in rows]


def _from_row(row: Row[Any], patterns: Iterable[str]) -> Endpoint:
    return Endpoint(
        id=row.id,
        uuid=row.uuid,
        guild_id=row.guild_id,
        name=row.name,
        url=row.url,
        dialect=row.dialect,
        state=EndpointState(row.state),
        created_by_id=row.created_by_id,
        created_at=row.created_at,
        changed_at=row.changed_at,
        failures=row.failures,
        delivered_at=row.delivered_at,
        last_error=row.last_error,
        patterns=tuple(sorted(patterns)),
        sealed_secret=bytes(row.secret),
        description=row.description or "",
        version=row.version,
        sealed_headers=None if row.headers is None else bytes(row.headers),
        sealed_next_secret=None if row.next_secret is None else bytes(row.next_secret),
        next_secret_at=row.next_secret_at,
        threshold=row.threshold,
        filter=row.filter or "",
        rate_limit=row.rate_limit,
    )


class EndpointIndex:
    """Every endpoint in memory, fresh since the last commit; emitting asks nothing else."""

    def __init__(self) -> None:
        self._by_id: dict[int, Endpoint] = {}
        self._by_guild: dict[int, list[Endpoint]] = {}
        self._wanted: dict[tuple[int, str], tuple[Endpoint, ...]] = {}
        self._watchers: list[Callable[[Endpoint], None]] = []
        self._mourners: list[Callable[[int], None]] = []
        self._changing: WeakKeyDictionary[Transaction, dict[int, Endpoint]] = WeakKeyDictionary()

    def load(self, endpoints: Sequence[Endpoint]) -> None:
        for endpoint in endpoints:
            self.put(endpoint)

    def put(self, endpoint: Endpoint) -> None:
        """Take in a new or changed endpoint; call it from `on_commit`."""
        self._forget(endpoint.id)
        self._by_id[endpoint.id] = endpoint
        self._by_guild.setdefault(endpoint.guild_id, []).append(endpoint)
        for watcher in self._watchers:
            watcher(endpoint)

    def change(self, tx: Transaction, endpoint: Endpoint) -> None:
        """Take in what a transaction leaves: at once for what it emits, with its commit for all."""
        self._changing.setdefault(tx, {})[endpoint.id] = endpoint
        tx.on_commit(lambda: self.put(endpoint))

    def drop(self, endpoint_id: int) -> None:
        """Forget a deleted endpoint; call it from `on_commit`."""
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
