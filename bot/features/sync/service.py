"""Sync service: networks by what their managers decide, and the fan-out of cases between them."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.sync import share_store
from bot.features.sync.fan_out import CaseFanOut
from bot.features.sync.networks import GuildNetworks
from bot.features.sync.ports import SyncPorts
from bot.texts import _

TOGETHER = 200  # in one transaction


@dataclass(eq=False)
class SyncService:
    """The feature's services by name."""

    ports: SyncPorts

    def __post_init__(self) -> None:
        self.networks = GuildNetworks(self.ports)
        self.fan_out = CaseFanOut(self.ports)
        self.sweep = self.fan_out.sweep

    async def status(self, guild_id: int) -> Sequence[tuple[str, str]]:
        """How things are, for the panel."""
        async with self.ports.database.reading() as reading:
            counts = await share_store.counts(reading, guild_id)
        seen = await self.networks.seen(guild_id)
        servers = sum(len(one.others) for one in seen)
        networks = _("{networks}, with {servers} other servers")
        came = _("{done} taken over, {owed} on their way, {refused} not done")
        return (
            (_("Networks"), networks.format(networks=len(seen), servers=servers)),
            (
                _("Shared with this server"),
                came.format(
                    done=counts.get("done", 0),
                    owed=counts.get("owed", 0),
                    refused=counts.get("refused", 0),
                ),
            ),
        )


class OldShares:
    """Shares of long ago; the cases that came of them stay."""

    def __init__(self, ports: SyncPorts, *, keep: timedelta) -> None:
        self._ports = ports
        self._keep = keep

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self._ports.database.transaction() as tx:
                gone = await share_store.remove_old(tx, now - self._keep, TOGETHER)
            yield gone
