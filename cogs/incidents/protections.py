"""Panel handlers of the protections: on, off, in shadow, and on to their choices."""

from typing import Any

import discord

from bot.client.choice_acts import ChoiceActs
from bot.client.interactions import Interaction, Press, actor_of, control, redraw
from bot.features.incidents.panels import END_SHADOW, LIMITS, SHADOW, SWITCH
from bot.features.incidents.service import IncidentsService
from bot.features.settings.service import SettingsService

MANAGES = "manage_guild"


class ProtectionHandlers:
    """What the panels' controls do; each protection's own keeper is asked as well."""

    def __init__(
        self, incidents: IncidentsService, settings: SettingsService, *, choices: ChoiceActs
    ) -> None:
        self._incidents = incidents
        self._settings = settings
        self._choices = choices

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old panels."""
        acts = {SWITCH: self._switch, SHADOW: self._shadow, LIMITS: self._limits}
        return [control(one, act, permission=MANAGES) for one, act in acts.items()]

    async def _switch(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        actor, feature = actor_of(interaction), press["feature"]
        model = self._incidents.ports.protection(feature).settings
        await self._settings.change(actor, model.feature, "enabled", press["to"] == "on")
        await self._redraw(interaction, feature)

    async def _shadow(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        actor, feature, (chosen,) = actor_of(interaction), press["feature"], press.values
        shadows = self._incidents.shadows
        if chosen == END_SHADOW:
            await shadows.end(actor, feature)
        else:
            await shadows.begin(actor, feature, int(chosen))
        await self._redraw(interaction, feature)

    async def _limits(self, interaction: Interaction, press: Press) -> None:
        model = self._incidents.ports.protection(press["feature"]).settings
        await self._choices.show(interaction, model.feature)

    async def _redraw(self, interaction: Interaction, feature: str) -> None:
        guild_id = actor_of(interaction).guild_id
        await redraw(interaction, await self._incidents.panel(guild_id, feature))
