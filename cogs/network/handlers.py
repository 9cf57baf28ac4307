"""Handlers of the network for its commands: call the service, and answer."""

from dataclasses import dataclass
from typing import Any, cast

import discord

from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.interactions import Interaction, actor_of, reply, working
from bot.client.ui import Pager
from bot.feature import Incidents
from bot.features.network import SharedNetwork
from bot.features.network.model import ReportCategory, ReportSeverity
from bot.features.network.reports import Filing
from bot.features.network.store import ReportPage
from bot.uploads import Upload, refuse_upload
from bot.user_text import sought
from cogs.network import views

MANAGES, LOOKS = "manage_guild", "moderate_members"


@dataclass(frozen=True, slots=True)
class TypedFiling:
    """A report as it was typed."""

    user_id: int
    category: str
    severity: str
    evidence: str
    file: discord.Attachment | None


class NetworkHandlers:
    """Every answer is for the person who asked; reports are looked up in their server."""

    def __init__(self, network: SharedNetwork, incidents: Incidents) -> None:
        self._network = network
        self._incidents = incidents
        reports = network.reports
        self._pager: Pager[None, ReportPage] = Pager(
            views.LIST,
            write=lambda _query: {},
            read=lambda _press: None,
            find=lambda guild_id, _query, number: reports.page(guild_id, number),
            draw=views.listed,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [self._pager.item(LOOKS)]

    async def panel(self, interaction: Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        await reply(interaction, await self._incidents.panel(guild_id, "network"))

    async def report(self, interaction: Interaction, typed: TypedFiling) -> None:
        """The bytes are fetched at once: Discord's link lives about a day, and names a channel."""
        async with working(interaction) as answer:
            upload = None
            if typed.file is not None:
                refuse_upload(typed.file.size, typed.file.content_type)
                async with answered(ANSWER_SECONDS):
                    content = await typed.file.read()
                upload = Upload(typed.file.filename, typed.file.content_type, content)
            filing = Filing(
                typed.user_id,
                cast("ReportCategory", typed.category),
                cast("ReportSeverity", typed.severity),
                typed.evidence,
                upload,
            )
            filed = await self._network.reports.file(actor_of(interaction), filing)
            await answer(views.filed(filed))

    async def withdraw(self, interaction: Interaction, report_id: int) -> None:
        async with working(interaction) as answer:
            withdrawn = await self._network.reports.withdraw(actor_of(interaction), report_id)
            await answer(views.withdrawn(withdrawn))

    async def list_own(self, interaction: Interaction) -> None:
        await reply(interaction, await self._pager.page(actor_of(interaction).guild_id, None))

    async def view(self, interaction: Interaction, report_id: int) -> None:
        found = await self._network.reports.known(actor_of(interaction).guild_id, report_id)
        await reply(interaction, views.shown(found))

    async def status(self, interaction: Interaction, user_id: int | None) -> None:
        guild_id = actor_of(interaction).guild_id
        if user_id is None:
            standing = await self._network.reports.standing(guild_id)
            is_ready = self._network.ports.review.is_ready
            await reply(interaction, views.standing(standing, is_ready=is_ready))
            return
        known = await self._network.reports.assessment(guild_id, user_id)
        await reply(interaction, views.assessed(user_id, known))

    async def appeal(self, interaction: Interaction) -> None:
        """The link is for the person alone."""
        async with working(interaction) as answer:
            user_id = actor_of(interaction).user_id
            await answer(views.handed(await self._network.objections.link(user_id)))

    async def suggested(self, guild_id: int, typed: str) -> list[tuple[str, int]]:
        """The newest whose words hold what was typed."""
        rows = await self._network.reports.suggested(guild_id, typed)
        found = [(views.named(one), one.id) for one in rows]
        return [one for one in found if sought(typed) in sought(one[0])]
