"""Store of the casino: players are locked before they play, and rounds end once."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, text, update

from bot.errors import ConfigError
from bot.features.casino.model import CasinoPlayer, CasinoRound, DueRound, RoundState
from bot.features.casino.tables import casino_player, casino_round
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row
from bot.storage.vault import Vault

table = casino_round

ENTER = text(
    "INSERT INTO casino_player (guild_id, user_id, number, sealed_seed, own_seed) "
    "VALUES (:guild_id, :user_id, 1, :sealed_seed, :own_seed) "
    "ON CONFLICT (guild_id, user_id) DO NOTHING"
)


async def player_of(
    reading: Reading, vault: Vault, guild_id: int, user_id: int, *, locks: bool = False
) -> CasinoPlayer | None:
    """Somebody who has played, or has seen a table. `locks` keeps their other presses waiting."""
    query = select(casino_player).where(
        casino_player.c.guild_id == guild_id, casino_player.c.user_id == user_id
    )
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else from_row(CasinoPlayer, row, seed=_seed(row, vault))


async def enter(
    tx: Transaction, guild_id: int, user_id: int, *, sealed_seed: bytes, own_seed: str
) -> None:
    """They are a player from now on, if they were none."""
    values = {"guild_id": guild_id, "user_id": user_id, "own_seed": own_seed}
    await tx.execute(ENTER, values | {"sealed_seed": sealed_seed})


async def change_player(tx: Transaction, player: CasinoPlayer, **values: Any) -> bool:
    """Write it, unless they have begun another round since; whether it was written."""
    changed = await tx.execute(
        update(casino_player)
        .where(casino_player.c.id == player.id, casino_player.c.number == player.number)
        .values(values)
    )
    return changed.rowcount == 1


async def begin_next(
    tx: Transaction, vault: Vault, player: CasinoPlayer, seed: bytes, **values: Any
) -> None:
    """Their next round has the next number, and that seed."""
    new = {"number": player.number + 1, "seed": None, "sealed_seed": sealed_seed(vault, seed)}
    await change_player(tx, player, **new, **values)


async def add_round(
    tx: Transaction, vault: Vault, *, seed: bytes, state: RoundState, **values: Any
) -> CasinoRound:
    """One more; the seed of one that is open is sealed."""
    values |= {"state": state.value, **_kept(vault, seed, state)}
    added = insert(table).values(values).returning(*table.c)
    return round_of((await tx.execute(added)).one(), vault)


async def change_round(
    tx: Transaction, vault: Vault, seen: CasinoRound, *, state: RoundState, **values: Any
) -> CasinoRound | None:
    """The open round with these changes; None where it has changed or ended since it was seen.

    Once it is over its seed is there to be read.
    """
    values |= {"state": state.value, **_kept(vault, seen.seed, state)}
    changed = await tx.execute(
        update(table)
        .where(
            table.c.id == seen.id,
            table.c.state == RoundState.OPEN.value,
            table.c.moves == seen.moves,
        )
        .values(look_at=None, **values)
        .returning(*table.c)
    )
    row = changed.one_or_none()
    return None if row is None else round_of(row, vault)


async def numbered(
    reading: Reading, vault: Vault, guild_id: int, user_id: int, number: int
) -> CasinoRound | None:
    """Somebody's round of that number."""
    return await _one(reading, vault, (*_theirs(guild_id, user_id), table.c.number == number))


async def open_round(
    reading: Reading, vault: Vault, guild_id: int, user_id: int
) -> CasinoRound | None:
    """The round that somebody is in the middle of."""
    is_open = table.c.state == RoundState.OPEN.value
    return await _one(reading, vault, (*_theirs(guild_id, user_id), is_open))


async def by_id(reading: Reading, vault: Vault, round_id: int) -> CasinoRound | None:
    return await _one(reading, vault, (table.c.id == round_id,))


async def last(reading: Reading, vault: Vault, guild_id: int, user_id: int) -> CasinoRound | None:
    """Somebody's newest round that is over."""
    wanted = _over(guild_id, user_id).limit(1)
    row = (await reading.execute(wanted)).one_or_none()
    return None if row is None else round_of(row, vault)


async def lost(
    reading: Reading, guild_id: int, user_id: int, *, currency_id: int, since: datetime
) -> int:
    """What somebody lost of a currency since then, below zero where they won.

    What is staked in an open round counts as lost.
    """
    gone = table.c.staked - func.coalesce(table.c.payout, 0)
    query = select(func.sum(gone)).where(
        *_theirs(guild_id, user_id),
        table.c.currency_id == currency_id,
        table.c.started_at > since,
        table.c.state != RoundState.REFUNDED.value,
    )
    return int((await reading.execute(query)).scalar_one() or 0)


async def page(
    reading: Reading, vault: Vault, guild_id: int, user_id: int, number: int
) -> RowPage[CasinoRound]:
    """Somebody's rounds that are over, the newest first."""
    read = partial(round_of, vault=vault)
    return await page_of(reading, _over(guild_id, user_id), number, read)


def due(now: datetime) -> Select[Any]:
    """Ids of open rounds whose time is over, the oldest first."""
    is_due = (table.c.state == RoundState.OPEN.value) & (table.c.due_at <= now)
    return select(table.c.id).where(is_due).order_by(table.c.due_at)


async def end_turns(
    tx: Transaction, guild_id: int, user_ids: Collection[int], now: datetime
) -> bool:
    """The open rounds of these people are due now; whether there are any."""
    theirs = (table.c.guild_id == guild_id) & table.c.user_id.in_(user_ids)
    is_open = table.c.state == RoundState.OPEN.value
    ended = update(table).where(theirs, is_open).values(due_at=now)
    return (await tx.execute(ended)).rowcount > 0


async def postpone(tx: Transaction, due_at: datetime) -> None:
    """Nobody's open round is due before that moment."""
    is_sooner = (table.c.state == RoundState.OPEN.value) & (table.c.due_at < due_at)
    await tx.execute(update(table).where(is_sooner).values(due_at=due_at))


async def forget(tx: Transaction, before: datetime, most: int) -> int:
    """Rounds that ended before that moment go, so many of them; how many went."""
    old = select(table.c.id).where(
        table.c.state != RoundState.OPEN.value, table.c.ended_at < before
    )
    some = old.order_by(table.c.ended_at).limit(most).with_for_update(skip_locked=True).cte("old")
    forgotten = delete(table).where(table.c.id.in_(select(some.c.id))).returning(table.c.id)
    return len((await tx.execute(forgotten)).all())


async def forget_rounds(tx: Transaction, guild_id: int, user_id: int, before: datetime) -> int:
    """Those of somebody's that ended before that moment; how many went."""
    gone = delete(table).where(
        *_theirs(guild_id, user_id),
        table.c.state != RoundState.OPEN.value,
        table.c.ended_at < before,
    )
    return (await tx.execute(gone)).rowcount


async def seal_left(tx: Transaction, vault: Vault, most: int) -> int:
    """Seal what an earlier version left unsealed of rounds to come, so many; how many were."""
    count = 0
    for open_table, is_secret in (
        (casino_player, casino_player.c.seed.is_not(None)),
        (table, (table.c.state == RoundState.OPEN.value) & table.c.seed.is_not(None)),
    ):
        some = select(open_table.c.id, open_table.c.seed).where(is_secret).limit(most)
        for row in (await tx.execute(some.with_for_update())).all():
            values = {"seed": None, "sealed_seed": sealed_seed(vault, bytes(row.seed))}
            await tx.execute(update(open_table).where(open_table.c.id == row.id).values(values))
            count += 1
    return count


def sealed_seed(vault: Vault, seed: bytes) -> bytes:
    """A seed that nobody is to see yet."""
    return vault.seal(seed.hex())


def round_of(row: Row[Any], vault: Vault) -> CasinoRound:
    return from_row(CasinoRound, row, state=RoundState(row.state), seed=_seed(row, vault))


def due_round_of(row: Row[Any]) -> DueRound:
    return from_row(DueRound, row)


def _seed(row: Row[Any], vault: Vault) -> bytes | None:
    """None where no key at hand opens it, and of a round that was given back for that."""
    if row.sealed_seed is None:
        return None if row.seed is None else bytes(row.seed)
    try:
        return bytes.fromhex(vault.open(bytes(row.sealed_seed)))
    except ConfigError:
        return None


def _kept(vault: Vault, seed: bytes | None, state: RoundState) -> dict[str, bytes | None]:
    if state is RoundState.OPEN:
        assert seed is not None  # noqa: S101  without it a round ends
        return {"seed": None, "sealed_seed": sealed_seed(vault, seed)}
    return {"seed": seed, "sealed_seed": None}


def _theirs(guild_id: int, user_id: int) -> tuple[Any, ...]:
    return table.c.guild_id == guild_id, table.c.user_id == user_id


def _over(guild_id: int, user_id: int) -> Select[Any]:
    is_over = table.c.state != RoundState.OPEN.value
    wanted = select(table).where(*_theirs(guild_id, user_id), is_over)
    return wanted.order_by(table.c.number.desc())


async def _one(reading: Reading, vault: Vault, fits: tuple[Any, ...]) -> CasinoRound | None:
    row = (await reading.execute(select(table).where(*fits))).one_or_none()
    return None if row is None else round_of(row, vault)
