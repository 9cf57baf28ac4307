"""Store of the fleet: rows of processes, all moments by the database server's own clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from bot import __version__
from bot.fleet.assignment import Assignment, Role, ShardRange
from bot.fleet.tables import gateway_turn, process
from bot.fleet.whereabouts import Whereabouts
from bot.storage.database import Reading, Transaction

NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
IDENTIFY_MS = 5_000
"""Between two identifies of one bucket (source: Discord's reference, "Rate Limiting")."""

FORGOTTEN_MS = 600_000
"""After so long somebody knows, and it is not coming back."""

_turn = text(
    f"INSERT INTO {gateway_turn.name} AS turn (bucket, free_at) VALUES (:bucket, {NOW} + :gap) "  # noqa: S608 - names and numbers of this file alone
    f"ON CONFLICT (bucket) DO UPDATE SET free_at = greatest(turn.free_at, {NOW}) + :gap "
    f"RETURNING free_at - :gap - {NOW}"
).bindparams(bindparam("gap", IDENTIFY_MS))


@dataclass(frozen=True, slots=True)
class ProcessSeen:
    """Process of the fleet as its row tells; `age` is how many seconds ago it said so."""

    id: str
    where: Whereabouts
    assignment: Assignment
    version: str = __version__
    guilds: int = 0
    leases: int = 0
    lag: float = 0.0  # seconds by which its event loop was late
    age: float = 0.0
    is_alive: bool = True

    @property
    def name(self) -> str:
        """For people."""
        return self.where.name

    @property
    def is_bot(self) -> bool:
        return Role.BOT in self.assignment.roles


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a process says of itself each time."""

    guilds: int = 0
    leases: int = 0
    lag_ms: int = 0


async def now(reading: Reading) -> int:
    """The server's clock in ms."""
    return int((await reading.execute(text(f"SELECT {NOW}"))).scalar_one())


async def everybody(reading: Reading, lease_ms: int) -> Sequence[ProcessSeen]:
    """Every process that has a row, the first that started first."""
    moment = await now(reading)
    rows = await reading.execute(select(process).order_by(process.c.id))
    return [_seen(row, moment, lease_ms) for row in rows]


def _seen(row: Row[Any], moment: int, lease_ms: int) -> ProcessSeen:
    shards = None
    if row.shard_count is not None:
        shards = ShardRange(row.first_shard, row.last_shard, row.shard_count)
    known = {role.value for role in Role}
    roles = frozenset(Role(name) for name in row.roles.split(",") if name in known)
    return ProcessSeen(
        row.uuid,
        Whereabouts(row.name, row.place, row.pid),
        Assignment(roles, shards),
        row.version,
        guilds=row.guilds,
        leases=row.leases,
        lag=row.lag_ms / 1000,
        age=max(moment - row.seen_at, 0) / 1000,
        is_alive=moment - row.seen_at < lease_ms,
    )


async def enter(tx: Transaction, found: ProcessSeen, gone: Collection[str]) -> None:
    """Write its row, in place of those."""
    await tx.execute(delete(process).where(process.c.uuid.in_([*gone, found.id])))
    shards = found.assignment.shards
    moment = await now(tx)
    await tx.execute(
        insert(process).values(
            uuid=found.id,
            name=found.where.name,
            place=found.where.place,
            pid=found.where.pid,
            roles=",".join(sorted(found.assignment.roles)),
            version=found.version,
            first_shard=shards and shards.first,
            last_shard=shards and shards.last,
            shard_count=shards and shards.count,
            guilds=0,
            leases=0,
            lag_ms=0,
            started_at=moment,
            seen_at=moment,
        )
    )


async def beat(tx: Transaction, process_id: str, vitals: Vitals) -> bool:
    """It lives; false where its row has gone. Rows of those long gone go."""
    await tx.execute(delete(process).where(process.c.seen_at < text(f"{NOW} - {FORGOTTEN_MS}")))
    found = await tx.execute(
        update(process)
        .where(process.c.uuid == process_id)
        .values(
            guilds=vitals.guilds,
            leases=vitals.leases,
            lag_ms=vitals.lag_ms,
            seen_at=text(NOW),
        )
        .returning(process.c.id)
    )
    return found.first() is not None


async def leave(tx: Transaction, process_id: str) -> None:
    """It ends."""
    await tx.execute(delete(process).where(process.c.uuid == process_id))


async def take_turn(tx: Transaction, bucket: int) -> float:
    """Seconds until this bucket's next turn, which is the asker's own."""
    wait = (await tx.execute(_turn, {"bucket": bucket})).scalar_one()
    return max(int(wait), 0) / 1000
