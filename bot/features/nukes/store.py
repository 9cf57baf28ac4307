"""Store of nukes: incidents, repairs, and what was last said of the bot's role."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, true, update

from bot.features.nukes.model import Damage, ReactionState, RepairKind, RepairState, merged
from bot.features.nukes.records import Nuke, Repair
from bot.features.nukes.tables import height, nuke, repair
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row

ORDER = {kind: place for place, kind in enumerate(RepairKind)}


async def add(tx: Transaction, **values: Any) -> Nuke:
    """A new one, about which nothing was done yet."""
    row = {"reaction_state": ReactionState.WAITING.value, "locks_commands": False, **values}
    return nuke_of((await tx.execute(insert(nuke).values(row).returning(*nuke.c))).one())


async def lasting(tx: Transaction, guild_id: int, actor_id: int, since: datetime) -> Nuke | None:
    """The person's that was not quiet since then, locked."""
    query = (
        select(nuke)
        .where(nuke.c.guild_id == guild_id, nuke.c.actor_id == actor_id, nuke.c.last_at >= since)
        .order_by(nuke.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query.with_for_update())).one_or_none()
    return None if row is None else nuke_of(row)


async def lasting_actors(reading: Reading, since: datetime) -> set[tuple[int, int]]:
    """Everybody who has done something of an incident since then, with the guild."""
    query = select(nuke.c.guild_id, nuke.c.actor_id).where(nuke.c.last_at >= since)
    return {(int(row.guild_id), int(row.actor_id)) for row in await reading.execute(query)}


async def by_id(
    reading: Reading, guild_id: int, nuke_id: int, *, locks: bool = False
) -> Nuke | None:
    """The guild's of that number."""
    query = select(nuke).where(nuke.c.guild_id == guild_id, nuke.c.id == nuke_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else nuke_of(row)


async def newest(reading: Reading, guild_id: int) -> Nuke | None:
    """The guild's last."""
    query = select(nuke).where(nuke.c.guild_id == guild_id).order_by(nuke.c.id.desc()).limit(1)
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else nuke_of(row)


async def change(tx: Transaction, seen: Nuke, **values: Any) -> Nuke:
    """Change one that is locked."""
    changed = update(nuke).where(nuke.c.id == seen.id).values(**values).returning(*nuke.c)
    return nuke_of((await tx.execute(changed)).one())


async def tell(tx: Transaction, seen: Nuke, now: datetime) -> bool:
    """Say that it was told; false where it was before."""
    told = update(nuke).where(nuke.c.id == seen.id, nuke.c.told_at.is_(None))
    return (await tx.execute(told.values(told_at=now))).rowcount == 1


async def locked_guilds(reading: Reading) -> set[int]:
    """Where the bot's own commands are locked."""
    query = select(nuke.c.guild_id).where(nuke.c.locks_commands == true()).distinct()
    return set((await reading.execute(query)).scalars())


async def unlock(tx: Transaction, guild_id: int) -> int:
    """Open the commands of a guild again; how many incidents had locked them."""
    fits = (nuke.c.guild_id == guild_id) & (nuke.c.locks_commands == true())
    return (await tx.execute(update(nuke).where(fits).values(locks_commands=False))).rowcount


async def damage(tx: Transaction, seen: Nuke, damages: Sequence[Damage], now: datetime) -> None:
    """Write down what is to be put back; what was changed again is put back again."""
    known = {one.damage.key: one for one in await repairs(tx, seen)}
    for one in damages:
        before = known.get(one.key)
        if before is None:
            row: dict[str, Any] = {
                "nuke_id": seen.id,
                "guild_id": seen.guild_id,
                "kind": one.kind.value,
            }
            row |= {"target_id": one.target_id, "subject_id": one.subject_id, "created_at": now}
            row["plan"] = dict(one.plan)
            await tx.execute(insert(repair).values({**row, "state": RepairState.WAITING.value}))
            continue
        both = merged(before.damage, one)
        again = update(repair).where(repair.c.id == before.id)
        values = {"plan": dict(both.plan), "state": RepairState.WAITING.value, "tried_at": None}
        await tx.execute(again.values(**values))


async def repairs(reading: Reading, seen: Nuke) -> list[Repair]:
    """All of them, in the order in which they are done."""
    query = select(repair).where(repair.c.nuke_id == seen.id).order_by(repair.c.id)
    found = [repair_of(row) for row in await reading.execute(query)]
    return sorted(found, key=lambda one: (ORDER[one.kind], one.id))


async def moved(reading: Reading, seen: Nuke) -> dict[int, int]:
    """New ids by the old ones, of all that was made anew in that guild."""
    query = select(repair.c.target_id, repair.c.new_id)
    query = query.where(repair.c.guild_id == seen.guild_id, repair.c.new_id.is_not(None))
    rows = await reading.execute(query.order_by(repair.c.id))
    return {int(row.target_id): int(row.new_id) for row in rows}


async def settle(tx: Transaction, seen: Repair, state: RepairState, **values: Any) -> bool:
    """Say what became of it; false where it is not as it was seen any more."""
    fits = (repair.c.id == seen.id) & (repair.c.state == RepairState.WAITING.value)
    settled = update(repair).where(fits).values(state=state.value, **values)
    return (await tx.execute(settled)).rowcount == 1


async def tried(tx: Transaction, seen: Repair, now: datetime) -> None:
    """Say that there was no answer now: others have their turn first."""
    await tx.execute(update(repair).where(repair.c.id == seen.id).values(tried_at=now))


async def give_up(tx: Transaction, seen: Nuke, failure: str) -> None:
    """What waits is not put back, and whoever was not reacted to is not."""
    waits = (repair.c.nuke_id == seen.id) & (repair.c.state == RepairState.WAITING.value)
    failed = {"state": RepairState.FAILED.value, "failure": failure}
    await tx.execute(update(repair).where(waits).values(**failed))
    open_states = ReactionState.WAITING.value, ReactionState.ORDERED.value
    is_open = (nuke.c.id == seen.id) & nuke.c.reaction_state.in_(open_states)
    refused = update(nuke).where(is_open).values(reaction_state=ReactionState.REFUSED.value)
    await tx.execute(refused)


async def made(tx: Transaction, seen: Repair, new_id: int) -> None:
    """Say what stands in its place."""
    await tx.execute(update(repair).where(repair.c.id == seen.id).values(new_id=new_id))


async def states(reading: Reading, seen: Nuke) -> Mapping[RepairState, int]:
    """How many are in which state."""
    query = select(repair.c.state, func.count().label("many")).where(repair.c.nuke_id == seen.id)
    rows = await reading.execute(query.group_by(repair.c.state))
    return {RepairState(row.state): int(row.many) for row in rows}


async def heights(reading: Reading, guild_id: int) -> list[int] | None:
    """The roles of which it was last said that they stand above the bot's; None before."""
    query = select(height.c.above).where(height.c.guild_id == guild_id)
    found = (await reading.execute(query)).scalar_one_or_none()
    return None if found is None else [int(one) for one in found["roles"]]


async def put_heights(tx: Transaction, guild_id: int, above: Sequence[int]) -> bool:
    """Keep what is said now; false where just that was said before."""
    known = select(height.c.above).where(height.c.guild_id == guild_id).with_for_update()
    found = (await tx.execute(known)).scalar_one_or_none()
    said = {"roles": [str(one) for one in above]}
    if found == said:
        return False
    if found is None:
        await tx.execute(insert(height).values(guild_id=guild_id, above=said))
        return bool(above)
    await tx.execute(update(height).where(height.c.guild_id == guild_id).values(above=said))
    return True


def due(now: datetime) -> Select[Any]:
    """Those about which something is to be done."""
    return select(nuke.c.id).where(nuke.c.due_at <= now).order_by(nuke.c.due_at, nuke.c.id)


async def old(tx: Transaction, before: datetime, limit: int) -> list[int]:
    """Some that ended long ago, kept from other processes meanwhile."""
    fits = (nuke.c.last_at <= before) & nuke.c.due_at.is_(None)
    query = select(nuke.c.id).where(fits).order_by(nuke.c.id).limit(limit)
    return list((await tx.execute(query.with_for_update(skip_locked=True))).scalars())


async def remove(tx: Transaction, nuke_ids: Collection[int]) -> None:
    """These, with what was put back."""
    await tx.execute(delete(repair).where(repair.c.nuke_id.in_(nuke_ids)))
    await tx.execute(delete(nuke).where(nuke.c.id.in_(nuke_ids)))


def nuke_of(row: Row[Any]) -> Nuke:
    """A whole row as a nuke."""
    return from_row(Nuke, row, reaction_state=ReactionState(row.reaction_state))


def repair_of(row: Row[Any]) -> Repair:
    """A whole row as what is put back."""
    return from_row(Repair, row, kind=RepairKind(row.kind), state=RepairState(row.state))
