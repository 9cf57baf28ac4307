"""What commands, menus and buttons have in common: call the service, and answer."""

from dataclasses import dataclass

import discord

from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.interactions import Interaction, actor_of
from bot.features.cases.evidence import Upload, refuse_upload
from bot.features.cases.model import Order
from bot.features.cases.queries import CaseQuery
from bot.features.cases.records import Changes
from cogs.cases import pages, views
from cogs.cases.services import Services

Evidence = discord.Attachment | Upload | None


@dataclass(frozen=True, slots=True)
class CaseHandlers:
    """Every answer is for the person who asked, and comes after a defer: Discord is asked."""

    services: Services

    async def order(
        self, interaction: Interaction, order: Order, evidence: Evidence = None
    ) -> None:
        """Do what is asked for, keep the evidence with it, say what came of it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        upload = await self._upload(evidence)
        done = await self.services.cases.order(actor, order)
        if upload is not None:
            await self.services.evidence.add(actor, done.case.number, upload)
        await interaction.followup.send(views.done(done), ephemeral=True)

    async def release(self, interaction: Interaction, user_id: int, reason: str | None) -> None:
        """End a quarantine."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        released = await self.services.quarantine.release(actor, user_id, reason=reason)
        await interaction.followup.send(views.released(released), ephemeral=True)

    async def edit(
        self,
        interaction: Interaction,
        number: int,
        changes: Changes,
        evidence: Evidence = None,
    ) -> None:
        """Change what is written of a case, or when it ends; keep more evidence with it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        upload = await self._upload(evidence)
        if changes != Changes():
            await self.services.book.edit(actor, number, changes)
        if upload is not None:
            await self.services.evidence.add(actor, number, upload)
        view = await self.services.book.view(actor.guild_id, number)
        await interaction.followup.send(views.edited(view.case), ephemeral=True)

    async def note(self, interaction: Interaction, number: int, text: str) -> None:
        """Write something down for staff."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        case = await self.services.book.note(actor_of(interaction), number, text)
        await interaction.followup.send(views.noted(case), ephemeral=True)

    async def list(self, interaction: Interaction, query: CaseQuery) -> None:
        """The first page of what fits."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        page = await self.services.book.search(actor_of(interaction).guild_id, query)
        await interaction.followup.send(
            embed=views.listed(page, pages.title(query)),
            view=pages.turns(page, query),
            ephemeral=True,
        )

    async def ask_deletion(self, interaction: Interaction, number: int) -> None:
        """Ask before deleting."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        case = (await self.services.book.view(actor_of(interaction).guild_id, number)).case
        await interaction.followup.send(
            views.deletion(case), view=views.confirmation(case), ephemeral=True
        )

    async def _upload(self, evidence: Evidence) -> Upload | None:
        """The bytes, fetched at once: Discord's link lives about a day."""
        if not isinstance(evidence, discord.Attachment):
            return evidence
        refuse_upload(evidence.size, evidence.content_type)
        async with answered(ANSWER_SECONDS):
            content = await evidence.read()
        return Upload(evidence.filename, evidence.content_type, content)
