"""Commands of `/network`: read, call, answer. `appeal` is for everybody, the rest for staff."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, require
from bot.client.ui import Choices, RowNumber, choices, command
from bot.features.network.model import CATEGORIES, EVIDENCE_LIMIT, SEVERITIES
from bot.texts import N_
from cogs.network.handlers import LOOKS, MANAGES, NetworkHandlers, TypedFiling

EvidenceText = app_commands.Range[str, 1, EVIDENCE_LIMIT]
WHO = N_("Who it is about; a user id works too")
NUMBER = N_("The number of the report")


@app_commands.guild_only()
class NetworkCommands(
    commands.GroupCog,
    group_name="network",
    group_description=N_("People whom several servers have reported"),
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: NetworkHandlers) -> None:
        self._handlers = handlers

    async def own(self, interaction: Interaction, current: str) -> Choices[int]:
        """This server's newest reports."""
        if interaction.guild_id is None or not interaction.permissions.moderate_members:
            return []
        typed = str(current).strip()
        return choices(await self._handlers.suggested(interaction.guild_id, typed), typed)

    @command(N_("Switch the network on or off, in shadow, and see how things are"))
    async def panel(self, interaction: Interaction) -> None:
        require(interaction, **{MANAGES: True})
        await self._handlers.panel(interaction)

    @command(
        N_("Report somebody to the servers of the network"),
        user=WHO,
        category=N_("What it is about"),
        severity=N_("How bad it is"),
        evidence=N_("What happened; do not name your server"),
        file=N_("A picture, video, text or PDF that shows it"),
    )
    @app_commands.choices(
        category=[app_commands.Choice(name=name, value=key) for key, name in CATEGORIES.items()],
        severity=[app_commands.Choice(name=name, value=key) for key, name in SEVERITIES.items()],
    )
    async def report(
        self,
        interaction: Interaction,
        user: discord.User,
        category: str,
        severity: str,
        evidence: EvidenceText,
        file: discord.Attachment | None = None,
    ) -> None:
        require(interaction, **{MANAGES: True})
        await self._handlers.report(
            interaction, TypedFiling(user.id, category, severity, evidence, file)
        )

    @command(N_("Take a report of this server back"), report=NUMBER)
    @app_commands.autocomplete(report=own)
    async def withdraw(self, interaction: Interaction, report: RowNumber) -> None:
        require(interaction, **{MANAGES: True})
        await self._handlers.withdraw(interaction, report)

    @command(N_("The reports of this server, newest first"))
    async def list(self, interaction: Interaction) -> None:
        require(interaction, **{LOOKS: True})
        await self._handlers.list_own(interaction)

    @command(N_("One report of this server"), report=NUMBER)
    @app_commands.autocomplete(report=own)
    async def view(self, interaction: Interaction, report: RowNumber) -> None:
        require(interaction, **{LOOKS: True})
        await self._handlers.view(interaction, report)

    @command(N_("What the network knows of somebody, or how things are for this server"), user=WHO)
    async def status(self, interaction: Interaction, user: discord.User | None = None) -> None:
        require(interaction, **{LOOKS: True})
        await self._handlers.status(interaction, None if user is None else user.id)

    @command(N_("Your own page: what is said of you, and how to object"))
    async def appeal(self, interaction: Interaction) -> None:
        await self._handlers.appeal(interaction)
