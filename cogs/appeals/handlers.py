"""What commands, cards and modals have in common: call the service, and answer."""

from dataclasses import dataclass

from bot.client.interactions import Interaction, actor_of, require
from bot.errors import NotFound
from bot.features.appeals.model import Appeal, Decision
from bot.features.appeals.service import AppealsService
from bot.features.cases.model import KINDS
from bot.features.cases.records import RecordsService
from bot.texts import _
from cogs.appeals import views
from cogs.appeals.modals import ReasonModal

PERMISSIONS: dict[str, str] = {kind.type: kind.permission for kind in KINDS.values()}


@dataclass(frozen=True, slots=True)
class AppealHandlers:
    """Every answer is for the person who asked; everything is looked up in their server."""

    appeals: AppealsService
    book: RecordsService

    async def list(self, interaction: Interaction) -> None:
        """The first page of those that wait for a decision."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        page = await self.appeals.open_ones(actor_of(interaction).guild_id)
        await interaction.followup.send(
            embed=views.listed(page), view=views.turns(page), ephemeral=True
        )

    async def view(self, interaction: Interaction, number: int) -> None:
        """The newest appeal of a case, and those before it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = actor_of(interaction).guild_id
        case = (await self.book.view(guild_id, number)).case
        appeals = await self.appeals.of_case(guild_id, case.id)
        if not appeals:
            raise NotFound(_("Case {number} was not appealed.").format(number=number))
        await interaction.followup.send(**views.shown(appeals, case), ephemeral=True)

    async def ask(self, interaction: Interaction, appeal_id: int, decision: Decision) -> None:
        """Ask for the reason, where there is still something to decide; no modal after a defer."""
        await self._require(interaction, appeal_id)
        appeal = await self.appeals.ready(actor_of(interaction), appeal_id)

        async def decide(interaction: Interaction, reason: str) -> None:
            await self._decide(interaction, appeal, decision, reason)

        await interaction.response.send_modal(ReasonModal(appeal, decision, submit=decide))

    async def _decide(
        self, interaction: Interaction, appeal: Appeal, decision: Decision, reason: str
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._require(interaction, appeal.id)
        decided = await self.appeals.decide(actor_of(interaction), appeal.id, decision, reason)
        await interaction.followup.send(views.decided(decided), ephemeral=True)

    async def _require(self, interaction: Interaction, appeal_id: int) -> None:
        appeal = await self.appeals.find(actor_of(interaction).guild_id, appeal_id)
        # What Discord says with the click is newer than what the service remembers of people.
        require(interaction, **{PERMISSIONS[appeal.case_type]: True})
