"""What is offered in the menu of a person or of a message."""

import discord
from discord import app_commands

from bot.client.interactions import Interaction, require
from bot.durations import parse_duration
from bot.features.cases.evidence import Upload
from bot.features.cases.model import Order
from bot.features.cases.queries import CaseQuery
from bot.texts import _
from cogs.cases.handlers import CaseHandlers
from cogs.cases.modals import ReasonModal

Person = discord.User | discord.Member
MODERATES = discord.Permissions(moderate_members=True)


class Menus:
    """Each asks for the reason first; what follows is what the command does."""

    def __init__(self, desk: CaseHandlers) -> None:
        self._desk = desk

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

    async def warn(self, interaction: Interaction, user: Person) -> None:
        require(interaction, moderate_members=True)
        title = _("Warn {name}").format(name=user.name)

        async def submitted(interaction: Interaction, reason: str, _duration: str) -> None:
            await self._desk.order(interaction, Order("warn", user.id, reason))

        await interaction.response.send_modal(ReasonModal(title, submitted))

    async def timeout(self, interaction: Interaction, user: Person) -> None:
        require(interaction, moderate_members=True)
        title = _("Time out {name}").format(name=user.name)

        async def submitted(interaction: Interaction, reason: str, duration: str) -> None:
            order = Order("timeout", user.id, reason, parse_duration(duration))
            await self._desk.order(interaction, order)

        await interaction.response.send_modal(ReasonModal(title, submitted, asks_duration=True))

    async def history(self, interaction: Interaction, user: Person) -> None:
        require(interaction, moderate_members=True)
        await self._desk.list(interaction, CaseQuery(user_id=user.id))

    async def warn_for(self, interaction: Interaction, message: discord.Message) -> None:
        require(interaction, moderate_members=True)
        title = _("Warn {name}").format(name=message.author.name)
        quote = quoted(message)

        async def submitted(interaction: Interaction, reason: str, _duration: str) -> None:
            await self._desk.order(interaction, Order("warn", message.author.id, reason), quote)

        await interaction.response.send_modal(ReasonModal(title, submitted))


def quoted(message: discord.Message) -> Upload:
    """The message as a text, for it may be deleted by the time somebody looks."""
    lines = [
        f"{message.author.name} ({message.author.id}), {message.created_at:%Y-%m-%d %H:%M:%S} UTC",
        message.jump_url,
        "",
        message.content,
        *(f"[{attachment.filename}] {attachment.url}" for attachment in message.attachments),
    ]
    return Upload(f"message-{message.id}.txt", "text/plain", "\n".join(lines).encode())
