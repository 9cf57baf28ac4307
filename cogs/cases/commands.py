"""Commands about a person, those that do and those that lift: read, order, answer."""

from collections.abc import Callable
from datetime import timedelta
from inspect import signature

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalogue.cases import CaseType
from bot.client.interactions import Interaction, actor_of, working
from bot.client.ui import Callback, Command, command
from bot.durations import parse_duration
from bot.features.cases.model import KINDS, REASON_LIMIT, Order
from bot.texts import N_
from cogs.cases import views
from cogs.cases.handlers import CaseHandlers
from cogs.cases.suggestions import (
    deletions,
    read_duration,
    reasons,
    spans,
    timeouts,
)

PROOF = N_("A picture, video, text or PDF, kept with the case")
OPTIONS = {
    "user": N_("Who it is about; a user id works too"),
    "users": N_("Ids or mentions, with spaces between"),
    "file": N_("A text file with more of them"),
    "duration": N_("For how long, such as 10m, 2h30m or 7d"),
    "reason": N_("Why; they are told, and it stands in the audit log"),
    "delete": N_("Delete what they wrote in so long, such as 12h; at most 7d"),
    "silent": N_("Do not tell them by direct message"),
    "evidence": PROOF,
    "appealable": N_("Whether they may appeal it; they may, where you choose nothing"),
    "text": N_("What to remember; the person is not told"),
}

Reason = app_commands.Range[str, 1, REASON_LIMIT]
File = discord.Attachment | None
USUAL_DELETION = "1d"  # of a softban


def read_deletion(typed: str | None) -> timedelta:
    """How far back to delete; without anything typed, nothing is."""
    return timedelta() if typed is None else parse_duration(typed)


def orders(type: CaseType, about: str) -> Callable[[Callback], Command]:
    """A command for a case of that type, hidden from whoever may not order one."""

    def made(callback: Callback) -> Command:
        names = signature(callback).parameters
        if "duration" in names:
            app_commands.autocomplete(duration=timeouts if type == "timeout" else spans)(callback)
        if "delete" in names:
            app_commands.autocomplete(delete=deletions)(callback)
        if "reason" in names:
            app_commands.autocomplete(reason=reasons)(callback)
        app_commands.default_permissions(**{KINDS[type].permission: True})(callback)
        options = {name: text for name, text in OPTIONS.items() if name in names}
        return command(about, **options)(callback)

    return made


class PersonCommands(commands.Cog):
    """Commands about somebody; the service checks rank and permission."""

    def __init__(self, handlers: CaseHandlers) -> None:
        self._handlers = handlers

    @orders("warn", N_("Warn a member; warnings count up"))
    async def warn(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason,
        evidence: File = None,
        silent: bool = False,
    ) -> None:
        order = Order("warn", user.id, reason, silent=silent)
        await self._handlers.order(interaction, order, evidence)

    @orders("timeout", N_("Keep a member from writing and speaking, at most 28 days"))
    async def timeout(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: str,
        reason: Reason | None = None,
        evidence: File = None,
        silent: bool = False,
    ) -> None:
        order = Order("timeout", user.id, reason, parse_duration(duration), silent=silent)
        await self._handlers.order(interaction, order, evidence)

    @orders("mute", N_("Give a member the muting role, for any time or for good"))
    async def mute(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: str | None = None,
        reason: Reason | None = None,
        evidence: File = None,
        silent: bool = False,
    ) -> None:
        order = Order("mute", user.id, reason, read_duration(duration), silent=silent)
        await self._handlers.order(interaction, order, evidence)

    @orders("mute", N_("Take a member's roles and give the quarantine role instead"))
    async def quarantine(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: str | None = None,
        reason: Reason | None = None,
        evidence: File = None,
        silent: bool = False,
    ) -> None:
        order = Order(
            "mute", user.id, reason, read_duration(duration), quarantine=True, silent=silent
        )
        await self._handlers.order(interaction, order, evidence)

    @orders("kick", N_("Remove a member, who may come back"))
    async def kick(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason | None = None,
        evidence: File = None,
        silent: bool = False,
    ) -> None:
        order = Order("kick", user.id, reason, silent=silent)
        await self._handlers.order(interaction, order, evidence)

    @orders("softban", N_("Remove a member and what they wrote; they may come back"))
    async def softban(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason | None = None,
        delete: str = USUAL_DELETION,
        evidence: File = None,
        silent: bool = False,
    ) -> None:
        order = Order("softban", user.id, reason, deletes=read_deletion(delete), silent=silent)
        await self._handlers.order(interaction, order, evidence)

    @orders("ban", N_("Ban somebody for good, member or not"))
    async def ban(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason | None = None,
        delete: str | None = None,
        evidence: File = None,
        silent: bool = False,
        appealable: bool = True,
    ) -> None:
        order = Order(
            "ban",
            user.id,
            reason,
            deletes=read_deletion(delete),
            silent=silent,
            is_final=not appealable,
        )
        await self._handlers.order(interaction, order, evidence)

    @orders("tempban", N_("Ban somebody for a time, member or not"))
    async def tempban(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: str,
        reason: Reason | None = None,
        delete: str | None = None,
        evidence: File = None,
        silent: bool = False,
        appealable: bool = True,
    ) -> None:
        order = Order(
            "tempban",
            user.id,
            reason,
            parse_duration(duration),
            read_deletion(delete),
            silent=silent,
            is_final=not appealable,
        )
        await self._handlers.order(interaction, order, evidence)

    @orders("untimeout", N_("End a member's timeout"))
    async def untimeout(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason | None = None,
        silent: bool = False,
    ) -> None:
        await self._handlers.order(interaction, Order("untimeout", user.id, reason, silent=silent))

    @orders("unmute", N_("End a mute, or a quarantine"))
    async def unmute(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason | None = None,
        silent: bool = False,
    ) -> None:
        await self._handlers.order(interaction, Order("unmute", user.id, reason, silent=silent))

    @orders("unmute", N_("End a quarantine and give the roles back"))
    async def release(
        self,
        interaction: Interaction,
        user: discord.User,
        reason: Reason | None = None,
        silent: bool = False,
    ) -> None:
        async with working(interaction) as answer:
            released = await self._handlers.cases.service.release(
                actor_of(interaction), user.id, reason=reason, silent=silent
            )
            await answer(views.released(released))

    @orders("unban", N_("Lift somebody's ban"))
    async def unban(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._handlers.order(interaction, Order("unban", user.id, reason))

    @orders("note", N_("Note something about a person, for staff"))
    async def note(
        self, interaction: Interaction, user: discord.User, text: Reason, evidence: File = None
    ) -> None:
        await self._handlers.order(interaction, Order("note", user.id, text), evidence)

    @orders("clear_warnings", N_("Lift all warnings of somebody"))
    async def clearwarnings(
        self, interaction: Interaction, user: discord.User, reason: Reason | None = None
    ) -> None:
        await self._handlers.order(interaction, Order("clear_warnings", user.id, reason))
