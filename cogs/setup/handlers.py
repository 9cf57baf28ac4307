"""Handlers of the guided panel: steps, picks, and the check of the server."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import discord

from bot.client.choice_acts import ChoiceActs
from bot.client.choice_panel import ChoiceIds, guild_of
from bot.client.grants import grant_url
from bot.client.interactions import Interaction, Press, actor_of, control, redraw
from bot.client.ui import Pager
from bot.controls import WORD, ControlId, Post
from bot.features.settings.service import SettingsService
from bot.features.setup import Setup
from bot.features.setup.model import DONE, FEATURES, PLACES, Turn
from bot.settings import FeatureSettings
from cogs.setup import views

FIELD = {"feature": WORD, "name": WORD}
PICK = ControlId("setup:pick", feature=WORD)
NONE = ControlId("setup:none", **FIELD)
CHOSEN = ControlId("setup:chosen", **FIELD)
IDS = ChoiceIds("feature", PICK, NONE, CHOSEN)
PICKED = ControlId("setup:picked")


class SetupHandlers:
    """The panel as it is drawn, and what its controls do; choices are made by the settings' kit."""

    def __init__(self, bot: discord.Client, setup: Setup, *, settings: SettingsService) -> None:
        self._bot = bot
        self._guide, self._survey = setup.guide, setup.survey

        async def find(guild_id: int, feature: str) -> FeatureSettings:
            return await settings.get(guild_id, settings.model(feature))

        self._panels = ChoiceActs(IDS, find, settings.change, dress=views.with_turns, kinds=PLACES)
        self._check: Pager[None, views.CheckPage] = Pager(
            views.CHECK,
            write=lambda _query: {},
            read=lambda _press: None,
            find=self._looked,
            draw=lambda page, _query: views.checked(page),
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old panels."""
        staff = "manage_guild"
        return [
            *self._panels.items(),
            control(PICKED, self._pick, permission=staff),
            control(views.GO, self._go, permission=staff),
            control(views.AGAIN, self._begin, permission=staff),
            control(views.HERE, self._return, permission=staff),
            self._check.item(staff),
        ]

    async def here(self, interaction: Interaction) -> Post:
        """The step at which it was left."""
        found = await self._guide.where(guild_of(interaction).id)
        return await self._step(interaction, found.step)

    async def _pick(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        picked = await self._guide.pick(actor_of(interaction), press.values)
        await redraw(interaction, await self._step(interaction, picked.step, picked.problems))

    async def _go(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        way = cast("Turn", press["way"])
        found = await self._guide.move(actor_of(interaction), press["step"], way)
        await redraw(interaction, await self._step(interaction, found.step, found.problems))

    async def _begin(self, interaction: Interaction, _press: Press) -> None:
        await interaction.response.defer()
        step = await self._guide.begin(actor_of(interaction).guild_id)
        await redraw(interaction, await self._step(interaction, step))

    async def _return(self, interaction: Interaction, _press: Press) -> None:
        await interaction.response.defer()
        await redraw(interaction, await self.here(interaction))

    async def _step(
        self, interaction: Interaction, step: str, problems: Sequence[str] = ()
    ) -> Post:
        guild_id = guild_of(interaction).id
        if step == FEATURES:
            on = await self._guide.on(guild_id)
            drawn = views.features(self._guide.switches, on, PICKED.of())
        elif step == DONE:
            checkup = await self._survey.look(guild_id)
            has_endpoint = await self._guide.has_endpoint(guild_id)
            drawn = views.done(checkup, has_endpoint=has_endpoint)
        else:
            drawn = await self._panels.drawn(interaction, step)
        return replace(drawn, below=(*drawn.below, *problems)) if problems else drawn

    async def _looked(self, guild_id: int, _query: None, number: int) -> views.CheckPage:
        page = views.page_of(await self._survey.look(guild_id), number)
        guild, application_id = self._bot.get_guild(guild_id), self._bot.application_id
        missing = page.checkup.missing
        if guild is None or application_id is None or not missing:
            return page
        return replace(page, grant_url=grant_url(guild, application_id, missing))
