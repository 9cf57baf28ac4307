"""Menus of a person and of a message: warn, look up, keep as evidence."""

import discord
from discord import app_commands

from bot.client.interactions import HeraldModal, Interaction, TextField, require
from bot.client.ui import ReasonModal
from bot.durations import parse_duration
from bot.features.cases.model import REASON_LIMIT, Order
from bot.features.cases.queries import CaseQuery
from bot.texts import _
from cogs.cases.handlers import CaseHandlers

AnyUser = discord.User | discord.Member
USUAL = "1h"
MODERATES = discord.Permissions(moderate_members=True)


class Menus:
    """Each asks for the reason first; what follows is what the command does."""

    def __init__(self, handlers: CaseHandlers) -> None:
        self._handlers = handlers

    def all(self) -> list[app_commands.ContextMenu]:
        """What the tree is to offer."""
        menus: list[app_commands.ContextMenu] = [
            app_commands.ContextMenu(name="Warn…", callback=self.warn),
            app_commands.ContextMenu(name="Timeout…", callback=self.timeout),
            app_commands.ContextMenu(name="Case history", callback=self.history),
            app_commands.ContextMenu(name="Warn for this message", callback=self.warn_for),
        ]
        for menu in menus:
            menu.default_permissions = MODERATES
        return menus

    async def warn(self, interaction: Interaction, user: AnyUser) -> None:
        await self._ask_to_warn(interaction, user)

    async def timeout(self, interaction: Interaction, user: AnyUser) -> None:
        require(interaction, moderate_members=True)
        title = _("Time out {name}").format(name=user.name)
        modal = TimeoutModal(title, user_id=user.id, handlers=self._handlers)
        await interaction.response.send_modal(modal)

    async def history(self, interaction: Interaction, user: AnyUser) -> None:
        require(interaction, moderate_members=True)
        await self._handlers.list(interaction, CaseQuery(user_id=user.id))

    async def warn_for(self, interaction: Interaction, message: discord.Message) -> None:
        await self._ask_to_warn(interaction, message.author, message)

    async def _ask_to_warn(
        self, interaction: Interaction, user: AnyUser, quote: discord.Message | None = None
    ) -> None:
        require(interaction, moderate_members=True)
        title = _("Warn {name}").format(name=user.name)

        async def submitted(interaction: Interaction, reason: str) -> None:
            await self._handlers.order(interaction, Order("warn", user.id, reason), quote)

        await interaction.response.send_modal(ReasonModal(title, submitted, longest=REASON_LIMIT))


class TimeoutModal(HeraldModal):
    """Modal that asks for how long and why."""

    def __init__(self, title: str, *, user_id: int, handlers: CaseHandlers) -> None:
        super().__init__(title)
        self._user_id, self._handlers = user_id, handlers
        about = _("Such as 10m, 2h30m or 7d; at most 28 days")
        lasts = TextField(
            "duration", _("Duration"), about, value=USUAL, longest=40, is_required=True
        )
        why = TextField(
            "reason", _("Reason"), longest=REASON_LIMIT, is_required=True, has_lines=True
        )
        self._duration, self._reason = self.ask(lasts), self.ask(why)

    async def submitted(self, interaction: Interaction) -> None:
        lasts = parse_duration(self._duration.value)
        order = Order("timeout", self._user_id, self._reason.value, lasts)
        await self._handlers.order(interaction, order)
