"""Feature: what one declares, what it is built from, and how features reach one another."""

from typing import Protocol, TypeVar

from bot.settings import FeatureSettings

Model = TypeVar("Model", bound=FeatureSettings)


class GuildSettings(Protocol):
    """A guild's choices, as a feature reads them."""

    async def get(self, guild_id: int, model: type[Model]) -> Model:
        """The guild's choices over the defaults."""
        ...
