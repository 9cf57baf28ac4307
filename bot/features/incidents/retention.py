"""Retention of incidents: they go with the audit's entries; what was said of them stays."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from bot.features.incidents import store
from bot.features.incidents.messages import IncidentMessages
from bot.features.incidents.ports import IncidentsPorts

TOGETHER = 50  # in one transaction, each with its measures


class OldIncidents:
    """Incidents that go by age."""

    def __init__(
        self, ports: IncidentsPorts, messages: IncidentMessages, *, keep: timedelta
    ) -> None:
        self._ports = ports
        self._messages = messages
        self._keep = keep

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some at a time, until the oldest that are left are young enough."""
        gone = 1
        while gone:
            async with self._ports.database.transaction() as tx:
                incident_ids = await store.old(tx, now - self._keep, TOGETHER)
                for one in incident_ids:
                    await self._messages.drop(tx, one)
                await store.remove(tx, incident_ids)
            gone = len(incident_ids)
            yield gone
