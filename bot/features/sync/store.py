"""Store of networks: who is in which, and the invites into them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from bot.errors import NotFound
from bot.features.sync.model import Membership, SharedKind, kinds_of, written
from bot.features.sync.tables import invite, membership, network, share
from bot.storage.database import Reading, Transaction
from bot.texts import _

_JOINED = membership.join(network, membership.c.network_id == network.c.id)


def _memberships() -> Select[Any]:
    return select(membership, network.c.name, network.c.founder_id).select_from(_JOINED)


async def found(tx: Transaction, guild_id: int, name: str, now: datetime) -> int:
    """Make a network with this guild in it, which shares nothing yet; its number."""
    values = {"name": name, "founder_id": guild_id, "created_at": now}
    made = await tx.execute(insert(network).values(values).returning(network.c.id))
    network_id = int(made.scalar_one())
    await join(tx, network_id, guild_id, now)
    return network_id


async def join(tx: Transaction, network_id: int, guild_id: int, now: datetime) -> None:
    """Let a guild in; it sends and takes nothing before it says so."""
    await tx.execute(
        insert(membership).values(
            network_id=network_id, guild_id=guild_id, sends="", takes="", joined_at=now
        )
    )


async def of_guild(reading: Reading, guild_id: int) -> list[Membership]:
    """The guild's, oldest first."""
    query = _memberships().where(membership.c.guild_id == guild_id).order_by(membership.c.id)
    return [membership_of(row) for row in await reading.execute(query)]


async def of_networks(reading: Reading, network_ids: Collection[int]) -> list[Membership]:
    """Everybody's in these."""
    query = _memberships().where(membership.c.network_id.in_(network_ids))
    return [membership_of(row) for row in await reading.execute(query.order_by(membership.c.id))]


async def known(
    reading: Reading, guild_id: int, network_id: int, *, locks: bool = False
) -> Membership:
    """The guild's in that network; NotFound where it has none, whoever else has."""
    is_it = (membership.c.guild_id == guild_id) & (membership.c.network_id == network_id)
    query = _memberships().where(is_it)
    locked = query.with_for_update(of=membership) if locks else query
    row = (await reading.execute(locked)).one_or_none()
    if row is None:
        raise NotFound(_("This server is in no such network: /sync status lists its own."))
    return membership_of(row)


async def tick(
    tx: Transaction,
    seen: Membership,
    *,
    sends: Collection[SharedKind],
    takes: Collection[SharedKind],
) -> None:
    """Choose what is shared."""
    values = {"sends": written(sends), "takes": written(takes)}
    await tx.execute(update(membership).where(membership.c.id == seen.id).values(**values))


async def leave(tx: Transaction, network_id: int, guild_id: int) -> bool:
    """Take a guild out, with everything that was shared with it; false where it was not in it.

    The last one takes the network with it; else the longest in it is the founder from then on.
    """
    is_it = (membership.c.guild_id == guild_id) & (membership.c.network_id == network_id)
    if not (await tx.execute(delete(membership).where(is_it))).rowcount:
        return False
    is_about = (share.c.guild_id == guild_id) | (share.c.origin_guild_id == guild_id)
    await tx.execute(delete(share).where((share.c.network_id == network_id) & is_about))
    left = await of_networks(tx, [network_id])
    if not left:
        await tx.execute(delete(network).where(network.c.id == network_id))
    elif left[0].founder_id == guild_id:
        heir = update(network).where(network.c.id == network_id)
        await tx.execute(heir.values(founder_id=left[0].guild_id))
    return True


async def count(reading: Reading, network_id: int) -> int:
    """How many guilds are in it."""
    query = select(func.count()).where(membership.c.network_id == network_id)
    return int((await reading.execute(query)).scalar_one())


async def add_invite(tx: Transaction, network_id: int, code: str, until: datetime) -> None:
    await tx.execute(insert(invite).values(code=code, network_id=network_id, expires_at=until))


async def invited(reading: Reading, code: str, now: datetime) -> tuple[int, str] | None:
    """Number and name of the network that a code leads into."""
    joined = invite.join(network, invite.c.network_id == network.c.id)
    query = select(network.c.id, network.c.name).select_from(joined)
    fits = (invite.c.code == code) & (invite.c.expires_at > now)
    row = (await reading.execute(query.where(fits))).one_or_none()
    return None if row is None else (int(row.id), str(row.name))


async def use_invite(tx: Transaction, code: str, now: datetime) -> int | None:
    """The network that it led into; of two who use it at once one does."""
    fits = (invite.c.code == code) & (invite.c.expires_at > now)
    used = await tx.execute(delete(invite).where(fits).returning(invite.c.network_id))
    found_id = used.scalar_one_or_none()
    return None if found_id is None else int(found_id)


async def remove_old_invites(tx: Transaction, now: datetime) -> None:
    await tx.execute(delete(invite).where(invite.c.expires_at <= now))


def membership_of(row: Row[Any]) -> Membership:
    """A whole row as a membership."""
    return Membership(
        row.id,
        row.network_id,
        row.guild_id,
        row.name,
        row.founder_id,
        kinds_of(row.sends),
        kinds_of(row.takes),
    )
