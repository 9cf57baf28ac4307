"""Commands about a person, those that do and those that lift: read, order, answer."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.durations import parse_duration
from bot.features.cases.model import REASON_LIMIT, Order
from bot.texts import N_
from cogs.cases.handlers import CaseHandlers
from cogs.cases.suggestions import read_duration, spans, timeouts

WHO = N_("Who it is about; a user id works too")
WHY = N_("Why; they are told, and it stands in the audit log")
PROOF = N_("A picture, video, text or PDF, kept with the case")
LASTS = N_("For how long, such as 10m, 2h30m or 7d")
DELETES = N_("Delete what they wrote in so many days (0 to 7)")

Reason = app_commands.Range[str, 1, REASON_LIMIT]
DeleteDays = app_commands.Range[int, 0, 7]
File = discord.Attachment | None


class PunishCommands(commands.Cog):
    """Commands against somebody; the service checks rank and permission."""

    def __init__(self, handlers: CaseHandlers) -> None:
        self._handlers = handlers

    @app_commands.command(description=N_("Warn a member; warnings count up"))
    @app_commands.describe(user=WHO, reason=WHY, evidence=PROOF)
    @app_commands.default_permissions(moderate_members=True)
    async def warn(
        self, interaction: Interaction, user: discord.User, reason: Reason, evidence: File = None
    ) -> None:
        await self._handlers.order(interaction, Order("warn", user.id, reason), evidence)

    @app_commands.command(
        description=N_("Keep a member from writing and speaking, at most 28 days")
    )
    @app_commands.describe(user=WHO, duration=LASTS, reason=WHY, evidence=PROOF)
    @app_commands.autocomplete(duration=timeouts)
    @app_commands.default_permissions(moderate_members=True)
    async def timeout(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: str,
        reason: Reason | None = None,
        evidence: File = None,
    ) -> None:
        order = Order("timeout", user.id, reason, parse_duration(duration))
        await self._handlers.order(interaction, order, evidence)

    @app_commands.command(description=N_("Give a member the muting role, for any time or for good"))
    @app_commands.describe(user=WHO, duration=LASTS, reason=WHY, evidence=PROOF)
    @app_commands.autocomplete(duration=spans)
    @app_commands.default_permissions(moderate_members=True)
    async def mute(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: str | None = None,
        reason: Reason | None = None,
        evidence: File = None,
    ) -> None:
        order = Order("mute", user.id, reason, read_duration(duration))
        await self._handlers.order(interaction, order, evidence)

    @app_commands.command(
        description=N_("Take a member's roles and give the quarantine role instead")
    )
    @app_commands.describe(user=WHO, duration=LASTS, reason=WHY, evidence=PROOF)
    @app_commands.autocomplete(duration=spans)
    @app_commands.default_permissions(moderate_members=True)
    async def quarantine(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: str | None = None,
        reason: Reason | None = None,
        evidence: File = None,
    ) -> None:
        order = Order("mute", user.id, reason, read_duration(duration), quarantine=True)
        await self._handlers.order(interaction, order, evidence)

    @app_commands.command(description=N_("Remove a member, who may come back"))
    @app_commands.describe(user=WHO, reason=WHY, evidence=PROOF)
    @app_commands.default_permissions(kick_members=True)
    async def kick(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason | None = None,
        evidence: File = None,
    ) -> None:
        await self._handlers.order(interaction, Order("kick", user.id, reason), evidence)

    @app_commands.command(description=N_("Ban somebody for good, member or not"))
    @app_commands.describe(user=WHO, reason=WHY, delete_days=DELETES, evidence=PROOF)
    @app_commands.default_permissions(ban_members=True)
    async def ban(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason | None = None,
        delete_days: DeleteDays = 0,
        evidence: File = None,
    ) -> None:
        order = Order("ban", user.id, reason, delete_days=delete_days)
        await self._handlers.order(interaction, order, evidence)

    @app_commands.command(description=N_("Ban somebody for a time, member or not"))
    @app_commands.describe(
        user=WHO, duration=LASTS, reason=WHY, delete_days=DELETES, evidence=PROOF
    )
    @app_commands.autocomplete(duration=spans)
    @app_commands.default_permissions(ban_members=True)
    async def tempban(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: str,
        reason: Reason | None = None,
        delete_days: DeleteDays = 0,
        evidence: File = None,
    ) -> None:
        order = Order("tempban", user.id, reason, parse_duration(duration), delete_days)
        await self._handlers.order(interaction, order, evidence)


class LiftCommands(commands.Cog):
    """Commands that lift; the service checks rank and permission."""

    def __init__(self, handlers: CaseHandlers) -> None:
        self._handlers = handlers

    @app_commands.command(description=N_("End a member's timeout"))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(moderate_members=True)
    async def untimeout(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._handlers.order(interaction, Order("untimeout", user.id, reason))

    @app_commands.command(description=N_("End a mute, or a quarantine"))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(moderate_members=True)
    async def unmute(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._handlers.order(interaction, Order("unmute", user.id, reason))

    @app_commands.command(description=N_("End a quarantine and give the roles back"))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(moderate_members=True)
    async def release(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._handlers.release(interaction, user.id, reason)

    @app_commands.command(description=N_("Lift somebody's ban"))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(ban_members=True)
    async def unban(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._handlers.order(interaction, Order("unban", user.id, reason))

    @app_commands.command(description=N_("Note something about a person, for staff"))
    @app_commands.describe(
        user=WHO, text=N_("What to remember; the person is not told"), evidence=PROOF
    )
    @app_commands.default_permissions(moderate_members=True)
    async def note(
        self, interaction: Interaction, user: discord.User, text: Reason, evidence: File = None
    ) -> None:
        await self._handlers.order(interaction, Order("note", user.id, text), evidence)

    @app_commands.command(description=N_("Lift all warnings of somebody"))
    @app_commands.describe(user=WHO, reason=WHY)
    @app_commands.default_permissions(moderate_members=True)
    async def clearwarnings(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._handlers.order(interaction, Order("clear_warnings", user.id, reason))
