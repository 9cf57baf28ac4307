"""Store of pictures: scams are known by what they look like, harmless ones to the byte."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from bot.errors import NotFound
from bot.features.scams.evidence import WIDE, SeenPicture, stored_tiles, tiles_of
from bot.features.scams.resemblance import KnownPicture
from bot.features.scams.tables import picture as table
from bot.scanner.hashes import Fingerprint
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.texts import _

FOREIGN = 5_000  # the newest of other guilds that are looked through

_IS_SCAM = table.c.is_harmless.is_(False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A known picture as a list shows it."""

    id: int
    category: str
    name: str
    added_by_id: int
    added_at: datetime


KnownPage = RowPage[Listed]


async def add(
    tx: Transaction, guild_id: int, seen: SeenPicture, *, is_harmless: bool, **values: Any
) -> int | None:
    """A picture, in the place of what was said of the same file; its number, None for a scam
    that was known.
    """
    is_it = (table.c.guild_id == guild_id) & (table.c.digest == seen.digest)
    was = (await tx.execute(select(table.c.is_harmless).where(is_it))).scalar_one_or_none()
    if was is not None and was == is_harmless:
        return None
    await tx.execute(delete(table).where(is_it))
    known_by = None if is_harmless else seen.print
    row = {
        "guild_id": guild_id,
        "digest": seen.digest,
        "is_harmless": is_harmless,
        "whole": None if known_by is None else known_by.whole.to_bytes(WIDE),
        "tiles": None if known_by is None else stored_tiles(known_by.tiles),
        "thumbnail": None if known_by is None else known_by.thumbnail or None,
        **values,
    }
    return int((await tx.execute(insert(table).values(row).returning(table.c.id))).scalar_one())


async def count(reading: Reading, guild_id: int) -> int:
    """How many scams the guild knows."""
    fits = (table.c.guild_id == guild_id) & _IS_SCAM
    return int((await reading.execute(select(func.count()).where(fits))).scalar_one())


async def scams(reading: Reading, guild_id: int) -> list[KnownPicture]:
    """The guild's, oldest first."""
    fits = (table.c.guild_id == guild_id) & _IS_SCAM & table.c.whole.is_not(None)
    rows = await reading.execute(select(table).where(fits).order_by(table.c.id))
    return [_known(row) for row in rows]


async def digests(reading: Reading, guild_id: int) -> dict[bytes, bool]:
    """The files of which the guild has said something: whether they are harmless."""
    query = select(table.c.digest, table.c.is_harmless).where(table.c.guild_id == guild_id)
    return {bytes(row.digest): row.is_harmless for row in await reading.execute(query)}


async def wholes(reading: Reading) -> list[tuple[int, int]]:
    """Guild and hash of the whole of every guild's newest: a crop is no sign from elsewhere."""
    newest = (
        select(table.c.guild_id, table.c.whole)
        .where(_IS_SCAM, table.c.whole.is_not(None))
        .order_by(table.c.id.desc())
        .limit(FOREIGN)
    )
    return [(row.guild_id, int.from_bytes(row.whole)) for row in await reading.execute(newest)]


async def page(reading: Reading, guild_id: int, number: int) -> KnownPage:
    """That page of the guild's scams, newest first."""
    fits = (table.c.guild_id == guild_id) & _IS_SCAM
    return await page_of(
        reading, select(table).where(fits).order_by(table.c.id.desc()), number, _listed
    )


async def suggested(reading: Reading, guild_id: int, most: int) -> list[Listed]:
    """The guild's newest."""
    fits = (table.c.guild_id == guild_id) & _IS_SCAM
    query = select(table).where(fits).order_by(table.c.id.desc()).limit(most)
    return [_listed(row) for row in await reading.execute(query)]


async def remove(tx: Transaction, guild_id: int, picture_id: int) -> str:
    """Forget the guild's; its name. NotFound where it has none of that number."""
    is_it = (table.c.guild_id == guild_id) & (table.c.id == picture_id) & _IS_SCAM
    name = (
        await tx.execute(delete(table).where(is_it).returning(table.c.name))
    ).scalar_one_or_none()
    if name is None:
        raise NotFound(_("There is no picture {number} in your list.").format(number=picture_id))
    return str(name)


def _known(row: Row[Any]) -> KnownPicture:
    whole, tiles = int.from_bytes(row.whole), tiles_of(bytes(row.tiles))
    known_by = Fingerprint(whole, tiles, bytes(row.thumbnail or b""))
    return KnownPicture(row.id, row.guild_id, known_by, row.category, row.name)


def _listed(row: Row[Any]) -> Listed:
    return Listed(row.id, row.category, row.name, row.added_by_id, row.added_at)
