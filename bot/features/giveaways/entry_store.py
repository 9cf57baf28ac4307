"""Entry store: who entered with how many entries, each draw, and who won."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, text, update

from bot.features.giveaways.model import GiveawayState, Unmet
from bot.features.giveaways.tables import draw, entry, giveaway, winner
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row

LEAVABLE = (GiveawayState.OPEN.value, GiveawayState.PAUSED.value)

PUT = text(
    "INSERT INTO giveaway_entry (giveaway_id, user_id, guild_id, weight, entered_at) "
    "VALUES (:giveaway_id, :user_id, :guild_id, :weight, :entered_at) "
    "ON CONFLICT (giveaway_id, user_id) DO UPDATE SET weight = excluded.weight"
)


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """One draw: what was asked for, and what came of asking Discord.

    `places` is how many somebody still had whose lot came up, where that was not what they had
    entered with; `reasons` say why it was none.
    """

    id: int
    giveaway_id: int
    number: int
    wanted: int
    places: Mapping[int, int]
    reasons: Mapping[int, Sequence[Unmet]]
    drawn_at: datetime
    by_id: int | None


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody who won in a draw; `is_replaced` where a reroll gave the prize to another."""

    id: int
    draw_id: int
    giveaway_id: int
    user_id: int
    is_replaced: bool


async def weight_of(reading: Reading, giveaway_id: int, user_id: int) -> int | None:
    """With how many entries somebody is in it; None where they are not."""
    is_theirs = (entry.c.giveaway_id == giveaway_id) & (entry.c.user_id == user_id)
    found = await reading.execute(select(entry.c.weight).where(is_theirs))
    return found.scalar_one_or_none()


async def put(tx: Transaction, **values: Any) -> None:
    """Enter somebody, or change with how many entries."""
    await tx.execute(PUT, values)


async def take_out(tx: Transaction, giveaway_id: int, user_ids: Collection[int]) -> bool:
    """Whether any of them was in it; they are not any more."""
    is_theirs = (entry.c.giveaway_id == giveaway_id) & entry.c.user_id.in_(user_ids)
    return (await tx.execute(delete(entry).where(is_theirs))).rowcount > 0


async def leavable(tx: Transaction, guild_id: int, user_ids: Collection[int]) -> list[int]:
    """The giveaways that any of them is in, none of which closes before the transaction ends."""
    theirs = select(entry.c.giveaway_id).where(
        entry.c.guild_id == guild_id, entry.c.user_id.in_(user_ids)
    )
    query = (
        select(giveaway.c.id)
        .where(giveaway.c.id.in_(theirs), giveaway.c.state.in_(LEAVABLE))
        .order_by(giveaway.c.id)
        .with_for_update(read=True)
    )
    return list((await tx.execute(query)).scalars())


async def weights(reading: Reading, giveaway_id: int) -> dict[int, int]:
    """Everybody who is in it."""
    query = select(entry.c.user_id, entry.c.weight).where(entry.c.giveaway_id == giveaway_id)
    return {row.user_id: row.weight for row in await reading.execute(query)}


async def entry_count(reading: Reading, giveaway_id: int) -> int:
    """How many people are in it."""
    query = select(func.count()).select_from(entry).where(entry.c.giveaway_id == giveaway_id)
    return int((await reading.execute(query)).scalar_one())


async def add_draw(
    tx: Transaction,
    giveaway_id: int,
    number: int,
    *,
    places: Mapping[int, int],
    reasons: Mapping[int, Sequence[Unmet]],
    winner_ids: Sequence[int],
    **values: Any,
) -> tuple[DrawRecord, list[Winner]]:
    """A draw with its winners in their order."""
    checks = {
        "places": {str(one): left for one, left in places.items()},
        "reasons": {str(one): [why.value for why in found] for one, found in reasons.items()},
    }
    row = {"giveaway_id": giveaway_id, "number": number, "checks": checks, **values}
    made = await tx.execute(insert(draw).values(row).returning(*draw.c))
    record = draw_of(made.one())
    won = list[Winner]()
    for user_id in winner_ids:
        about = {"draw_id": record.id, "giveaway_id": giveaway_id, "user_id": user_id}
        added = await tx.execute(insert(winner).values(about).returning(*winner.c))
        won.append(from_row(Winner, added.one()))
    return record, won


async def replace(tx: Transaction, giveaway_id: int, user_ids: Sequence[int]) -> None:
    """Somebody else gets what these won."""
    fits = (winner.c.giveaway_id == giveaway_id) & winner.c.user_id.in_(user_ids)
    await tx.execute(update(winner).where(fits).values(is_replaced=True))


async def draws_of(reading: Reading, giveaway_id: int) -> list[DrawRecord]:
    """Every draw in its order."""
    query = select(draw).where(draw.c.giveaway_id == giveaway_id).order_by(draw.c.number)
    return [draw_of(row) for row in await reading.execute(query)]


async def draw_by_id(reading: Reading, draw_id: int) -> DrawRecord | None:
    row = (await reading.execute(select(draw).where(draw.c.id == draw_id))).one_or_none()
    return None if row is None else draw_of(row)


async def winners_of(reading: Reading, giveaway_id: int) -> list[Winner]:
    """Everybody who ever won it, in the order in which they were drawn."""
    query = select(winner).where(winner.c.giveaway_id == giveaway_id).order_by(winner.c.id)
    return [from_row(Winner, row) for row in await reading.execute(query)]


async def winner_by_id(reading: Reading, winner_id: int) -> Winner | None:
    row = (await reading.execute(select(winner).where(winner.c.id == winner_id))).one_or_none()
    return None if row is None else from_row(Winner, row)


async def forget(tx: Transaction, giveaway_id: int, at_most: int) -> int:
    """Delete so many entries of one; how many there were."""
    some = select(entry.c.user_id).where(entry.c.giveaway_id == giveaway_id).limit(at_most)
    gone = delete(entry).where(entry.c.giveaway_id == giveaway_id, entry.c.user_id.in_(some))
    return (await tx.execute(gone)).rowcount


def draw_of(row: Row[Any]) -> DrawRecord:
    """A whole row as a draw."""
    reasons = row.checks["reasons"].items()
    return from_row(
        DrawRecord,
        row,
        places={int(one): left for one, left in row.checks["places"].items()},
        reasons={int(one): [Unmet(why) for why in found] for one, found in reasons},
    )
