"""Handlers of cases for commands, menus and buttons: call the service, and answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.interactions import (
    ControlAct,
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    require,
    working,
)
from bot.client.ui import Pager, ReasonModal
from bot.controls import Picture, Post
from bot.features.appeals.service import AppealsService
from bot.features.cases import Cases
from bot.features.cases.messages import REASON
from bot.features.cases.model import REASON_LIMIT, Order
from bot.features.cases.queries import CaseQuery
from bot.features.cases.records import Changes
from bot.features.cases.remarks import HISTORY
from bot.texts import _
from bot.uploads import Upload, refuse_upload
from cogs.cases import pages, views
from cogs.cases.quotes import Kept, keep

MODERATES = "moderate_members"

Evidence = discord.Attachment | discord.Message | None


class CaseHandlers:
    """Every answer is for the person who asked, and comes after a defer: Discord is asked."""

    def __init__(self, cases: Cases, appeals: AppealsService) -> None:
        self.cases = cases
        self._appeals = appeals
        self.pager = Pager(
            pages.TURN,
            write=pages.groups_of,
            read=pages.query_of,
            find=cases.records.search,
            draw=views.listed,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages; each checks anew."""

        def numbered(act: Callable[[Interaction, int], Awaitable[None]]) -> ControlAct:
            return lambda interaction, press: act(interaction, int(press["number"]))

        acts = (
            (REASON, numbered(self.ask_reason)),
            (views.REMOVE, numbered(self.ask_deletion)),
            (views.DELETE, self.delete),
            (views.KEEP, self.keep),
            (views.EVIDENCE, self.evidence),
            (HISTORY, self.history),
        )
        items = [control(known_by, act, permission=MODERATES) for known_by, act in acts]
        return [*items, self.pager.item(MODERATES)]

    async def order(
        self, interaction: Interaction, order: Order, evidence: Evidence = None
    ) -> None:
        """Do what is asked for, keep the evidence with it, say what came of it."""
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            kept = await self._kept(interaction, evidence)
            done = await self.cases.service.order(actor, order)
            for upload in kept.uploads:
                await self.cases.evidence.add(actor, done.case.number, upload)
            await answer("\n".join([views.done(done), *views.lost(kept.lost)]))

    async def edit(
        self,
        interaction: Interaction,
        number: int,
        changes: Changes,
        evidence: Evidence = None,
    ) -> None:
        """Change what is written of a case, or when it ends; keep more evidence with it."""
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            kept = await self._kept(interaction, evidence)
            if changes != Changes():
                await self.cases.records.edit(actor, number, changes)
            for upload in kept.uploads:
                await self.cases.evidence.add(actor, number, upload)
            view = await self.cases.records.view(actor.guild_id, number)
            await answer(views.said(views.EDITED, view.case))

    async def ask_reason(self, interaction: Interaction, number: int) -> None:
        """Ask for a case's new reason; a modal cannot follow a defer."""
        case = (await self.cases.records.view(actor_of(interaction).guild_id, number)).case

        async def edit(interaction: Interaction, reason: str) -> None:
            require(interaction, moderate_members=True)
            await self.edit(interaction, number, Changes(reason=reason))

        title = _("Reason of case {number}").format(number=number)
        modal = ReasonModal(title, edit, longest=REASON_LIMIT, reason=case.said or "")
        await interaction.response.send_modal(modal)

    async def view(self, interaction: Interaction, number: int) -> None:
        """Everything that is known of a case."""
        async with working(interaction) as answer:
            view = await self.cases.records.view(actor_of(interaction).guild_id, number)
            appeals = await self._appeals.of_case(view.case.guild_id, view.case.id)
            await answer(views.shown(view, appeals))

    async def list(self, interaction: Interaction, query: CaseQuery) -> None:
        """The first page of what fits."""
        async with working(interaction) as answer:
            await answer(await self.pager.page(actor_of(interaction).guild_id, query))

    async def ask_deletion(self, interaction: Interaction, number: int) -> None:
        """Ask before deleting."""
        async with working(interaction) as answer:
            view = await self.cases.records.view(actor_of(interaction).guild_id, number)
            await answer(views.deletion(view.case))

    async def delete(self, interaction: Interaction, press: Press) -> None:
        """Delete; of two clicks the second finds nothing."""
        await interaction.response.defer()
        number = int(press["number"])
        case = await self.cases.records.delete(actor_of(interaction), number)
        await redraw(interaction, views.said(views.DELETED, case))

    async def keep(self, interaction: Interaction, press: Press) -> None:
        """Leave it as it is."""
        await redraw(interaction, _("Nothing was deleted."))

    async def evidence(self, interaction: Interaction, press: Press) -> None:
        """Hand out one piece of it."""
        async with working(interaction) as answer:
            exhibit, content = await self.cases.evidence.fetch(
                actor_of(interaction).guild_id, int(press["number"]), int(press["piece"])
            )
            await answer(Post(picture=Picture(exhibit.name, content), is_plain=True))

    async def history(self, interaction: Interaction, press: Press) -> None:
        """List everything about one person."""
        await self.list(interaction, CaseQuery(user_id=int(press["user"])))

    async def _kept(self, interaction: Interaction, evidence: Evidence) -> Kept:
        """The bytes, fetched at once: Discord's link lives about a day."""
        if evidence is None:
            return Kept((), ())
        if not isinstance(evidence, discord.Attachment):
            return await keep(interaction, evidence)
        refuse_upload(evidence.size, evidence.content_type)
        async with answered(ANSWER_SECONDS):
            content = await evidence.read()
        return Kept((Upload(evidence.filename, evidence.content_type, content),), ())
