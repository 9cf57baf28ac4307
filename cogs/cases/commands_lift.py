"""The commands that lift what was done, and those that only write something down."""

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.features.cases.model import Order
from bot.texts import N_
from cogs.cases.commands import PROOF, WHO, WHY, File, Reason
from cogs.cases.handlers import CaseHandlers


class LiftCommands(commands.Cog):
    """What is done for somebody; the service checks rank and permission."""

    def __init__(self, desk: CaseHandlers) -> None:
        self._desk = desk

    @app_commands.command(description=locale_str(N_("End a member's timeout")))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(moderate_members=True)
    async def untimeout(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._desk.order(interaction, Order("untimeout", user.id, reason))

    @app_commands.command(description=locale_str(N_("End a mute, or a quarantine")))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(moderate_members=True)
    async def unmute(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._desk.order(interaction, Order("unmute", user.id, reason))

    @app_commands.command(description=locale_str(N_("End a quarantine and give the roles back")))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(moderate_members=True)
    async def release(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._desk.release(interaction, user.id, reason)

    @app_commands.command(description=locale_str(N_("Lift somebody's ban")))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(ban_members=True)
    async def unban(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._desk.order(interaction, Order("unban", user.id, reason))

    @app_commands.command(description=locale_str(N_("Note something about a person, for staff")))
    @app_commands.describe(
        user=WHO, text=locale_str(N_("What to remember; the person is not told")), evidence=PROOF
    )
    @app_commands.default_permissions(moderate_members=True)
    async def note(
        self, interaction: Interaction, user: discord.User, text: Reason, evidence: File = None
    ) -> None:
        await self._desk.order(interaction, Order("note", user.id, text), evidence)

    @app_commands.command(description=locale_str(N_("Lift all warnings of somebody")))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(moderate_members=True)
    async def clearwarnings(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._desk.order(interaction, Order("clear_warnings", user.id, reason))
