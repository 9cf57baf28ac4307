"""Incidents service: what protections write down, and what staff look up and undo."""

from dataclasses import dataclass, replace

from bot.feature import Protection, Undo
from bot.features.incidents import store
from bot.features.incidents.drawings import IncidentFacts
from bot.features.incidents.messages import IncidentMessages
from bot.features.incidents.model import Incident
from bot.features.incidents.panels import ProtectionPanels
from bot.features.incidents.ports import IncidentsPorts
from bot.features.incidents.shadows import Shadows
from bot.features.incidents.undo import UndoService
from bot.incident import Finding, Measure
from bot.storage.database import Reading, Transaction
from bot.storage.sweep import Sweep
from bot.user_text import clip

TITLE, LABEL = 1000, 500  # characters that are kept


@dataclass(eq=False)
class IncidentsService:
    """The one writer of incidents."""

    ports: IncidentsPorts

    def __post_init__(self) -> None:
        ports = self.ports
        ready = ports.acts
        self.messages = IncidentMessages(ports)
        self.sweep = Sweep(
            "incidents", ports.database, clock=ports.clock, ready=lambda: ready.is_connected
        )
        self.undo = UndoService(ports, self.messages, sweep=self.sweep)
        self.shadows = Shadows(ports, self.messages, sweep=self.sweep)
        self._panels = ProtectionPanels(ports, self.shadows)
        self.panel, self.log_channel = self._panels.panel, ports.log_channel

    async def is_shadow(self, guild_id: int, feature: str) -> bool:
        """Whether it only says what it would have done; from memory. Ask before a transaction."""
        return await self.shadows.ends_at(guild_id, feature) is not None

    async def open(self, tx: Transaction, finding: Finding) -> int:
        """Write down what was found, with the log post owed; the incident's number."""
        kept = replace(finding, title=clip(finding.title, TITLE))
        incident_id = await store.add(tx, kept, self.ports.clock.now())
        await self.messages.owe(tx, finding.guild_id, incident_id)
        return incident_id

    async def did(self, tx: Transaction, incident_id: int, *measures: Measure) -> None:
        """Add what was done, or would have been; the post is drawn anew, every few seconds."""
        if not measures:
            return
        seen = await store.counted(tx, incident_id, len(measures))
        kept = [replace(one, label=clip(one.label, LABEL)) for one in measures]
        await store.add_measures(tx, seen, kept, self.ports.undoable)
        await self.messages.redraw(tx, incident_id)
        if seen.is_undone:
            tx.on_commit(self.sweep.wake)

    async def is_undone(self, reading: Reading, incident_id: int) -> bool:
        """Whether somebody wants it undone."""
        found = await store.by_id(reading, incident_id)
        return found is not None and found.is_undone

    def undoes(self, kind: str, undo: Undo) -> None:
        """Measures of that kind are undone so; of any other kind they cannot be."""
        self.ports.undoes[kind] = undo

    def protect(self, protection: Protection) -> None:
        """Make a protection known."""
        self.ports.protections[protection.name] = protection

    async def known(self, guild_id: int, incident_id: int) -> Incident:
        """The guild's incident; NotFound without one."""
        async with self.ports.database.reading() as reading:
            return await store.known(reading, guild_id, incident_id)

    async def drawn(self, guild_id: int, incident_id: int) -> IncidentFacts:
        """The same with all that a drawing of it says."""
        found = await self.known(guild_id, incident_id)
        drawn = await self.messages.drawn(incident_id)
        return drawn or IncidentFacts(found, self.ports.title(found.feature), (), {})

    async def page(self, guild_id: int, number: int, *, feature: str | None) -> store.IncidentPage:
        """The guild's, newest first, or those of one protection."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, number, feature=feature)

    async def measures(self, guild_id: int, incident_id: int, number: int) -> store.MeasurePage:
        """What was done in one incident of the guild's."""
        async with self.ports.database.reading() as reading:
            await store.known(reading, guild_id, incident_id)
            return await store.measure_page(reading, incident_id, number)

    async def suggested(self, guild_id: int, typed: str) -> list[Incident]:
        """The newest, and first the one whose number is typed."""
        async with self.ports.database.reading() as reading:
            return await store.suggested(reading, guild_id, typed)
