"""Handlers of incidents, for commands and the log's buttons: call the service, and answer."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, reply, working
from bot.client.ui import Pager
from bot.features.incidents.drawings import ALL, UNDO, WHY, log_post, why_post
from bot.features.incidents.service import IncidentsService
from bot.features.incidents.store import IncidentPage, MeasurePage
from bot.features.incidents.undo import begun
from bot.texts import _
from bot.user_text import sought
from cogs.incidents import views

SEEN_WITH = "moderate_members"
"""Permission of whoever may look incidents up; the settings say who may undo."""


class IncidentHandlers:
    """What commands and buttons share; everything is looked up in the server it happened in."""

    def __init__(self, incidents: IncidentsService) -> None:
        self._incidents = incidents
        self._pager: Pager[str, IncidentPage] = Pager(
            views.LIST,
            write=lambda feature: {"feature": feature},
            read=lambda press: press["feature"],
            find=lambda guild_id, feature, number: incidents.page(
                guild_id, number, feature=feature or None
            ),
            draw=lambda page, _feature: views.listed(page, self._titles()),
        )
        self._measures: Pager[int, MeasurePage] = Pager(
            views.MEASURES,
            write=lambda incident_id: {"incident": incident_id},
            read=lambda press: int(press["incident"]),
            find=incidents.measures,
            draw=views.measured,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(UNDO, self._undo),
            control(WHY, self._why, permission=SEEN_WITH),
            control(ALL, self._all, permission=SEEN_WITH),
            self._pager.item(SEEN_WITH),
            self._measures.item(SEEN_WITH),
        ]

    async def list(self, interaction: Interaction, feature: str | None) -> None:
        guild_id = actor_of(interaction).guild_id
        if feature is not None:
            self._incidents.ports.protection(feature)
        await reply(interaction, await self._pager.page(guild_id, feature or ""))

    async def view(self, interaction: Interaction, incident_id: int) -> None:
        drawn = await self._incidents.drawn(actor_of(interaction).guild_id, incident_id)
        await reply(interaction, log_post(drawn))

    def protections(self, typed: str) -> Sequence[tuple[str, str]]:
        """The protections whose names hold what was typed."""
        return [
            (title, name)
            for name, title in self._titles().items()
            if sought(typed) in sought(title)
        ]

    async def suggested(self, guild_id: int, typed: str) -> Sequence[tuple[str, int]]:
        """The newest whose words hold what was typed."""
        rows, titles = await self._incidents.suggested(guild_id, typed), self._titles()
        found = [
            (views.named(one.id, titles.get(one.feature, one.feature), one.title), one.id)
            for one in rows
        ]
        return [one for one in found if sought(typed) in sought(one[0])]

    def _titles(self) -> views.Titles:
        return {name: _(one.title) for name, one in self._incidents.ports.protections.items()}

    async def _undo(self, interaction: Interaction, press: Press) -> None:
        """Who may is asked by the service: the server chooses it."""
        async with working(interaction) as answer:
            count = await self._incidents.undo.begin(actor_of(interaction), int(press["incident"]))
            await answer(begun(count))

    async def _why(self, interaction: Interaction, press: Press) -> None:
        guild_id = actor_of(interaction).guild_id
        seen = await self._incidents.known(guild_id, int(press["incident"]))
        await reply(interaction, why_post(seen, self._incidents.ports.title(seen.feature)))

    async def _all(self, interaction: Interaction, press: Press) -> None:
        guild_id = actor_of(interaction).guild_id
        await reply(interaction, await self._measures.page(guild_id, int(press["incident"])))
