"""Handlers of cases for commands, menus and buttons: call the service, and answer."""

import discord

from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.interactions import Interaction, actor_of, require, working
from bot.client.ui import Pager, ReasonModal
from bot.features.cases.evidence import Upload, refuse_upload
from bot.features.cases.model import REASON_LIMIT, Order
from bot.features.cases.queries import CaseQuery
from bot.features.cases.records import Changes
from bot.texts import _
from cogs.cases import pages, views
from cogs.cases.services import CaseServices

Evidence = discord.Attachment | Upload | None


class CaseHandlers:
    """Every answer is for the person who asked, and comes after a defer: Discord is asked."""

    def __init__(self, services: CaseServices) -> None:
        self.services = services
        self.pager = Pager(
            pages.TURN,
            write=pages.groups_of,
            read=pages.query_of,
            find=services.records.search,
            draw=views.listed,
        )

    async def order(
        self, interaction: Interaction, order: Order, evidence: Evidence = None
    ) -> None:
        """Do what is asked for, keep the evidence with it, say what came of it."""
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            upload = await self._upload(evidence)
            done = await self.services.cases.order(actor, order)
            if upload is not None:
                await self.services.evidence.add(actor, done.case.number, upload)
            await answer(views.done(done))

    async def release(self, interaction: Interaction, user_id: int, reason: str | None) -> None:
        """End a quarantine."""
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            released = await self.services.cases.release(actor, user_id, reason)
            await answer(views.released(released))

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
            upload = await self._upload(evidence)
            if changes != Changes():
                await self.services.records.edit(actor, number, changes)
            if upload is not None:
                await self.services.evidence.add(actor, number, upload)
            view = await self.services.records.view(actor.guild_id, number)
            await answer(views.edited(view.case))

    async def ask_reason(self, interaction: Interaction, number: int) -> None:
        """Ask for a case's new reason; a modal cannot follow a defer."""
        case = (await self.services.records.view(actor_of(interaction).guild_id, number)).case

        async def edit(interaction: Interaction, reason: str) -> None:
            require(interaction, moderate_members=True)
            await self.edit(interaction, number, Changes(reason=reason))

        title = _("Reason of case {number}").format(number=number)
        modal = ReasonModal(title, edit, longest=REASON_LIMIT, reason=case.reason or "")
        await interaction.response.send_modal(modal)

    async def note(self, interaction: Interaction, number: int, text: str) -> None:
        """Write something down for staff."""
        async with working(interaction) as answer:
            case = await self.services.records.note(actor_of(interaction), number, text)
            await answer(views.noted(case))

    async def view(self, interaction: Interaction, number: int) -> None:
        """Everything that is known of a case."""
        async with working(interaction) as answer:
            view = await self.services.records.view(actor_of(interaction).guild_id, number)
            appeals = await self.services.appeals.of_case(view.case.guild_id, view.case.id)
            await answer(views.shown(view, appeals))

    async def list(self, interaction: Interaction, query: CaseQuery) -> None:
        """The first page of what fits."""
        async with working(interaction) as answer:
            await answer(await self.pager.page(actor_of(interaction).guild_id, query))

    async def ask_deletion(self, interaction: Interaction, number: int) -> None:
        """Ask before deleting."""
        async with working(interaction) as answer:
            view = await self.services.records.view(actor_of(interaction).guild_id, number)
            await answer(views.deletion(view.case))

    async def _upload(self, evidence: Evidence) -> Upload | None:
        """The bytes, fetched at once: Discord's link lives about a day."""
        if not isinstance(evidence, discord.Attachment):
            return evidence
        refuse_upload(evidence.size, evidence.content_type)
        async with answered(ANSWER_SECONDS):
            content = await evidence.read()
        return Upload(evidence.filename, evidence.content_type, content)
