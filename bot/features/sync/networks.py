"""Networks: made, joined by a code, chosen for, left at any moment."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import NotFound, UserError
from bot.features.sync import store
from bot.features.sync.model import GUILDS, INVITE_LASTS, NAME, NETWORKS, Membership, SharedKind
from bot.features.sync.ports import SyncPorts
from bot.storage.database import Transaction
from bot.texts import _
from bot.user_text import clean_line, clip


@dataclass(frozen=True, slots=True)
class NetworkSeen:
    """A network as one of its guilds sees it: the others by number and by what they show."""

    mine: Membership
    others: tuple[tuple[Membership, str], ...] = field(default_factory=tuple)


class GuildNetworks:
    """Everything that managers decide; each of their own guild."""

    def __init__(self, ports: SyncPorts) -> None:
        self._ports = ports

    async def create(self, actor: Actor, name: str) -> Membership:
        """A new network with this guild alone in it."""
        await self._ports.require(actor.guild_id)
        shown = clip(clean_line(name), NAME)
        if not shown:
            raise UserError(_("Give the network a name."))
        async with self._ports.database.transaction() as tx:
            await self._refuse_many(tx, actor.guild_id)
            network_id = await store.found(tx, actor.guild_id, shown, self._ports.clock.now())
            await self._written(tx, actor, "sync.created", network_id, shown)
            return await store.known(tx, actor.guild_id, network_id)

    async def invite(self, actor: Actor, network_id: int) -> str:
        """A code that lets one more guild in, within a day."""
        code = secrets.token_hex(8)
        async with self._ports.database.transaction() as tx:
            seen = await store.known(tx, actor.guild_id, network_id)
            until = self._ports.clock.now() + INVITE_LASTS
            await store.remove_old_invites(tx, self._ports.clock.now())
            await store.add_invite(tx, network_id, code, until)
            await self._written(tx, actor, "sync.invited", network_id, seen.name)
        return code

    async def offered(self, code: str) -> tuple[str, int]:
        """Name and size of the network that a code leads into; NotFound without one."""
        async with self._ports.database.reading() as reading:
            found = await store.invited(reading, code.strip().lower(), self._ports.clock.now())
            if found is None:
                raise _no_invite()
            return found[1], await store.count(reading, found[0])

    async def join(self, actor: Actor, code: str) -> Membership:
        """Accept an invite; nothing is shared before kinds are chosen."""
        await self._ports.require(actor.guild_id)
        async with self._ports.database.transaction() as tx:
            await self._refuse_many(tx, actor.guild_id)
            now = self._ports.clock.now()
            network_id = await store.use_invite(tx, code.strip().lower(), now)
            if network_id is None:
                raise _no_invite()
            mine = [one.network_id for one in await store.of_guild(tx, actor.guild_id)]
            if network_id in mine:
                raise UserError(_("This server is in that network already."))
            if await store.count(tx, network_id) >= GUILDS:
                raise UserError(_("That network has {count} servers already.").format(count=GUILDS))
            await store.join(tx, network_id, actor.guild_id, now)
            seen = await store.known(tx, actor.guild_id, network_id)
            await self._written(tx, actor, "sync.joined", network_id, seen.name)
            return seen

    async def choose(
        self,
        actor: Actor,
        network_id: int,
        *,
        sends: Collection[SharedKind],
        takes: Collection[SharedKind],
    ) -> Membership:
        """Say which kinds are sent and taken."""
        async with self._ports.database.transaction() as tx:
            seen = await store.known(tx, actor.guild_id, network_id, locks=True)
            await store.tick(tx, seen, sends=sends, takes=takes)
            said = {"sends": sorted(sends), "takes": sorted(takes)}
            await self._written(tx, actor, "sync.chosen", network_id, seen.name, **said)
            return await store.known(tx, actor.guild_id, network_id)

    async def leave(self, actor: Actor, network_id: int) -> str:
        """Leave at once; what is still owed to it or by it is forgotten. The network's name."""
        async with self._ports.database.transaction() as tx:
            seen = await store.known(tx, actor.guild_id, network_id, locks=True)
            await store.leave(tx, network_id, actor.guild_id)
            await self._written(tx, actor, "sync.left", network_id, seen.name)
        return seen.name

    async def remove(self, actor: Actor, network_id: int, number: int) -> str:
        """Take another guild out, by its number in the list, as the founder; the network's name."""
        async with self._ports.database.transaction() as tx:
            seen = await store.known(tx, actor.guild_id, network_id)
            if not seen.is_founder:
                raise UserError(_("Only the server that made a network removes others from it."))
            others = await store.of_networks(tx, [network_id])
            found = next((one for one in others if one.id == number), None)
            if found is None or found.guild_id == actor.guild_id:
                raise NotFound(_("There is no other server {number} in it.").format(number=number))
            await store.leave(tx, network_id, found.guild_id)
            await self._written(tx, actor, "sync.removed", network_id, seen.name)
        return seen.name

    async def seen(self, guild_id: int) -> list[NetworkSeen]:
        """The guild's networks, with the others as they show themselves."""
        async with self._ports.database.reading() as reading:
            mine = await store.of_guild(reading, guild_id)
            all_ = await store.of_networks(reading, [one.network_id for one in mine])
        return [
            NetworkSeen(
                one,
                tuple(
                    [
                        (other, await self._ports.name_of(other.guild_id))
                        for other in all_
                        if other.network_id == one.network_id and other.guild_id != guild_id
                    ]
                ),
            )
            for one in mine
        ]

    async def known(self, guild_id: int, network_id: int) -> Membership:
        """The guild's own place in it; NotFound without one."""
        async with self._ports.database.reading() as reading:
            return await store.known(reading, guild_id, network_id)

    async def suggested(self, guild_id: int) -> list[tuple[str, int]]:
        """The guild's networks by name."""
        async with self._ports.database.reading() as reading:
            found = await store.of_guild(reading, guild_id)
        return [(one.name, one.network_id) for one in found]

    async def _refuse_many(self, tx: Transaction, guild_id: int) -> None:
        if len(await store.of_guild(tx, guild_id)) >= NETWORKS:
            text = _("A server is in {count} networks at most: leave one first.")
            raise UserError(text.format(count=NETWORKS))

    async def _written(
        self,
        tx: Transaction,
        actor: Actor,
        event_type: str,
        network_id: int,
        name: str,
        **more: list[SharedKind],
    ) -> None:
        done = event_type.partition(".")[2]
        await self._ports.audit.write(
            tx,
            AuditDraft(
                guild_id=actor.guild_id,
                event_type=event_type,
                summary=f"{actor.name} has {done} the network of servers “{name}”.",
                target_type="sync_network",
                target_id=str(network_id),
                actor_id=actor.user_id,
                actor_name=actor.name,
                severity="warn",
                context={"name": name, **more},
            ),
        )


def _no_invite() -> NotFound:
    return NotFound(_("That code leads nowhere: it was used, or is older than a day."))
