"""Suggestions of `/webhook` while somebody types."""

from collections.abc import Callable, Iterable, Sequence

from discord import app_commands

from bot.catalogue import EVENTS
from bot.client.interactions import Interaction, actor_of
from bot.client.ui import Callback, Choices, Command, StaffCog, choices, command
from bot.features.endpoints.event_choices import suggests, suits
from bot.features.endpoints.history import DeliverySummary, ShownState
from bot.features.endpoints.model import suggest_patterns
from bot.features.endpoints.service import Endpoint
from bot.kept_texts import worded
from bot.texts import N_, _
from bot.user_text import visible
from cogs.endpoints.handlers import EndpointHandlers

WHICH = N_("The webhook's name")
MOST_PATTERNS = 625  # of which some do not suit the dialect


class Suggestions(StaffCog):
    """The base of the commands: their handlers, their check, and what their options suggest."""

    def __init__(self, handlers: EndpointHandlers) -> None:
        self._handlers = handlers
        self._webhooks = handlers.webhooks

    async def endpoint_names(self, interaction: Interaction, current: str) -> Choices[str]:
        """The server's webhooks whose name holds what was typed."""
        return named((endpoint.name for endpoint in await self._seen(interaction)), current)

    async def dialect_names(self, interaction: Interaction, current: str) -> Choices[str]:
        """The dialects there are."""
        return named(self._webhooks.service.dialects, current)

    async def event_patterns(self, interaction: Interaction, current: str) -> Choices[str]:
        """What was typed, with its last word completed."""
        dialect = interaction.namespace.dialect or await self._dialect(interaction)
        found = suggest_patterns(current, limit=MOST_PATTERNS)
        return choices(((text, text) for text in found if suits(dialect, text)), current)

    async def event_names(self, interaction: Interaction, current: str) -> Choices[str]:
        """Every event that the webhook's dialect has; of one that has all, `test.ping` too."""
        dialect = await self._dialect(interaction)
        return named((event.type for event in EVENTS if suggests(dialect, event.type)), current)

    async def failed_deliveries(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest failed deliveries of the webhook that was named."""
        return await self._numbers(interaction, current, ShownState.FAILED)

    async def any_deliveries(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest deliveries of the webhook that was named."""
        return await self._numbers(interaction, current)

    async def _found(self, interaction: Interaction, name: str) -> Endpoint:
        """The server's webhook of that name."""
        return await self._webhooks.service.get(actor_of(interaction).guild_id, name)

    async def _seen(self, interaction: Interaction) -> Sequence[Endpoint]:
        """The server's webhooks, as far as who types may see them."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return ()
        return await self._webhooks.service.list(interaction.guild_id)

    async def _named(self, interaction: Interaction) -> Endpoint | None:
        """The one that was named; a name half typed is nobody's yet, and no reason to refuse."""
        name: str = (interaction.namespace.name or "").strip().casefold()
        seen = await self._seen(interaction)
        return next((one for one in seen if one.name.casefold() == name), None)

    async def _dialect(self, interaction: Interaction) -> str:
        """That of the webhook that was named; the default where none is named so."""
        endpoint = await self._named(interaction)
        return endpoint.dialect if endpoint else self._webhooks.service.dialects[0]

    async def _numbers(
        self, interaction: Interaction, current: str, state: ShownState | None = None
    ) -> Choices[int]:
        endpoint = await self._named(interaction)
        if endpoint is None:
            return []
        typed = str(current).strip().lower()  # a whole number comes as one
        found = await self._webhooks.deliveries.suggested(endpoint, typed, state)
        labels = ((f"#{one.id} {one.event_type} ({_came_of_it(one)})", one.id) for one in found)
        return choices((one for one in labels if typed in one[0].lower()), typed)


def _came_of_it(delivery: DeliverySummary) -> str:
    error = delivery.last_error
    return _(delivery.word) if error is None else visible(worded(error))


def one(about: str, **options: str) -> Callable[[Callback], Command]:
    """A command about one webhook, whose name is suggested."""

    def made(callback: Callback) -> Command:
        app_commands.autocomplete(name=Suggestions.endpoint_names)(callback)
        return command(about, name=WHICH, **options)(callback)

    return made


def named(names: Iterable[str], current: str) -> Choices[str]:
    """Those that hold what was typed."""
    typed = current.casefold()
    return choices(((name, name) for name in names if typed in name.casefold()), current)
