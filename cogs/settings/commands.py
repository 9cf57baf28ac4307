"""Command `/settings`: the choices of a feature on a panel."""

from collections.abc import Iterable

from discord import app_commands

from bot.client.choice_acts import ChoiceActs
from bot.client.interactions import Interaction
from bot.client.ui import Command, command
from bot.settings import FeatureSettings
from bot.texts import N_


def settings_command(panels: ChoiceActs, models: Iterable[type[FeatureSettings]]) -> Command:
    """`/settings feature:`, with a choice for each model."""
    choices = [app_commands.Choice(name=model.title, value=model.feature) for model in models]

    @command(
        N_("See and change what the bot does in this server"),
        feature=N_("The part of the bot to look at"),
    )
    @app_commands.choices(feature=choices)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def settings(interaction: Interaction, feature: str) -> None:
        await panels.show(interaction, feature)

    return settings
