"""Suggestions of `/webhook` while somebody types."""

from collections.abc import Iterable

from discord.app_commands import locale_str

from bot.catalogue import EVENTS
from bot.client.interactions import Interaction
from bot.client.ui import Choices, StaffCog, choices
from bot.clock import Clock
from bot.features.endpoints.event_choices import has, suits
from bot.features.endpoints.history import ShownState
from bot.features.endpoints.model import suggest_patterns
from bot.texts import N_
from bot.user_text import visible
from cogs.endpoints.services import EndpointServices

WHICH = locale_str(N_("The webhook's name"))
MOST_PATTERNS = 625  # of which some do not suit the dialect


class Suggestions(StaffCog):
    """The base of the commands: their services, their check, and what their options suggest."""

    def __init__(self, services: EndpointServices, clock: Clock) -> None:
        self._services = services
        self._clock = clock
        self._endpoints = services.endpoints
        self._deliveries = services.deliveries

    async def endpoint_names(self, interaction: Interaction, current: str) -> Choices[str]:
        """The server's webhooks whose name holds what was typed."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        found = await self._endpoints.list(interaction.guild_id)
        names = (endpoint.name for endpoint in found)
        return named(names, current)

    async def dialect_names(self, interaction: Interaction, current: str) -> Choices[str]:
        """The dialects there are."""
        known = self._endpoints.dialects
        return named(known, current)

    async def event_patterns(self, interaction: Interaction, current: str) -> Choices[str]:
        """What was typed, with its last word completed."""
        dialect = interaction.namespace.dialect or await self._dialect(interaction)
        found = suggest_patterns(current, limit=MOST_PATTERNS)
        return choices(((text, text) for text in found if suits(dialect, text)), current)

    async def event_names(self, interaction: Interaction, current: str) -> Choices[str]:
        """Every event that the webhook's dialect has; of one that has all, `test.ping` too."""
        dialect = await self._dialect(interaction)
        return named((event.type for event in EVENTS if has(dialect, event.type)), current)

    async def failed_deliveries(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest failed deliveries of the webhook that was named."""
        return await self._numbers(interaction, current, ShownState.FAILED.value)

    async def any_deliveries(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest deliveries of the webhook that was named."""
        return await self._numbers(interaction, current, None)

    async def _dialect(self, interaction: Interaction) -> str:
        """That of the webhook that was named; the default where none is named so."""
        name: str = (interaction.namespace.name or "").strip().casefold()
        if interaction.guild_id is not None and self.may_see(interaction):
            for endpoint in await self._endpoints.list(interaction.guild_id):
                if endpoint.name.casefold() == name:
                    return endpoint.dialect
        return self._endpoints.dialects[0]

    async def _numbers(
        self, interaction: Interaction, current: str, state: str | None
    ) -> Choices[int]:
        name: str | None = interaction.namespace.name
        if interaction.guild_id is None or not (name and self.may_see(interaction)):
            return []
        # A name half typed is nobody's yet, and no reason to answer with a refusal.
        found = await self._endpoints.list(interaction.guild_id)
        if name.strip().casefold() not in {endpoint.name.casefold() for endpoint in found}:
            return []
        page = await self._deliveries.deliveries(interaction.guild_id, name, state=state)
        labels = (
            (f"#{d.id} {d.event_type} ({visible(d.last_error or d.word)})", d.id)
            for d in page.deliveries
        )
        return choices((one for one in labels if current in one[0]), current)


def named(names: Iterable[str], current: str) -> Choices[str]:
    """Those that hold what was typed."""
    typed = current.casefold()
    return choices(((name, name) for name in names if typed in name.casefold()), current)
