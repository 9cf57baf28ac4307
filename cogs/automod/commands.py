"""Commands of `/automod`: read, call, answer."""

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.client.ui import Choices, RowNumber, StaffCog, choices, command
from bot.features.automod.model import CATEGORIES
from bot.features.automod.terms import LONGEST_NAME, Category, ScopeKind
from bot.texts import N_
from bot.user_text import visible
from cogs.automod.handlers import STAFF, AutomodHandlers
from cogs.automod.options import TypedRule

RuleName = app_commands.Range[str, 1, LONGEST_NAME]
WrittenIn = (
    discord.TextChannel
    | discord.VoiceChannel
    | discord.StageChannel
    | discord.ForumChannel
    | discord.Thread
)
TestedText = app_commands.Range[str, 1, 4000]

WHICH = N_("Which rule")
OPTIONS = {
    "name": N_("What the staff call it"),
    "actions": N_("What it does, in order: delete, timeout 10m, alert"),
    "scope": N_("Where it holds"),
    "channels": N_("Which channels the scope means: #general #memes; or none"),
    "exempt": N_("Roles whose members it leaves alone: @Member @Regular; or none"),
    "bots": N_("Whether it holds for bots and webhooks too"),
}
SCOPES = [
    Choice(name=N_("everywhere"), value=ScopeKind.ALL.value),
    Choice(name=N_("only in the channels named"), value=ScopeKind.INCLUDE.value),
    Choice(name=N_("everywhere but in the channels named"), value=ScopeKind.EXCLUDE.value),
]
ABOUT = [Choice(name=name, value=category.value) for category, name in CATEGORIES.items()]


class AutomodCommands(
    StaffCog,
    commands.GroupCog,
    permission=STAFF,
    group_name="automod",
    group_description=N_("Rules that look at what is written, and act by themselves"),
):
    """Each answer is seen by nobody but the person who asks."""

    rule = app_commands.Group(name="rule", description=N_("The rules of this server"))

    def __init__(self, handlers: AutomodHandlers) -> None:
        self._handlers = handlers

    async def known(self, interaction: Interaction, current: str) -> Choices[int]:
        """The rules of this server."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current)
        found = await self._handlers.automod.rulebook.suggested(interaction.guild_id, typed)
        return choices(((f"{one.id}: {visible(one.name)}", one.id) for one in found), typed)

    @command(N_("Switch automod on or off, put it in shadow, see how things are"))
    async def panel(self, interaction: Interaction) -> None:
        await self._handlers.panel(interaction)

    @command(
        N_("What every rule says to a text; nothing is done"),
        text=N_("The text"),
        channel=N_("As if it stood there; here, where you name none"),
        member=N_("As if they had written it; you, where you name nobody"),
    )
    async def test(
        self,
        interaction: Interaction,
        text: TestedText,
        channel: WrittenIn | None = None,
        member: discord.Member | None = None,
    ) -> None:
        await self._handlers.test(interaction, text, channel, member)

    @app_commands.command(name="import", description=N_("Take over rules from a file"))
    @app_commands.describe(
        file=N_("Rules as JSON, as /automod export writes them"),
        dry_run=N_("Only say whether the file is right"),
    )
    async def take_over(
        self, interaction: Interaction, file: discord.Attachment, *, dry_run: bool = False
    ) -> None:
        await self._handlers.take_over(interaction, file, is_dry=dry_run)

    @command(N_("All rules as a file"))
    async def export(self, interaction: Interaction) -> None:
        await self._handlers.export(interaction)

    @command(N_("Lay a rule about keywords at Discord's own AutoMod"), rule=WHICH)
    @app_commands.autocomplete(rule=known)
    async def push(self, interaction: Interaction, rule: RowNumber) -> None:
        await self._handlers.push(interaction, rule)

    @rule.command(name="add", description=N_("Make a rule; a form asks what it looks for"))
    @app_commands.describe(category=N_("What it looks for"), **OPTIONS)
    @app_commands.choices(category=ABOUT, scope=SCOPES)
    async def rule_add(
        self,
        interaction: Interaction,
        category: str,
        name: RuleName,
        actions: str = "delete",
        scope: str | None = None,
        channels: str | None = None,
        exempt: str | None = None,
        bots: bool | None = None,
    ) -> None:
        typed = TypedRule(name, actions, scope, channels, exempt, bots)
        await self._handlers.add(interaction, Category(category), typed)

    @rule.command(
        name="edit", description=N_("Change a rule; without options a form asks what it looks for")
    )
    @app_commands.describe(rule=WHICH, **OPTIONS)
    @app_commands.choices(scope=SCOPES)
    @app_commands.autocomplete(rule=known)
    async def rule_edit(
        self,
        interaction: Interaction,
        rule: RowNumber,
        name: RuleName | None = None,
        actions: str | None = None,
        scope: str | None = None,
        channels: str | None = None,
        exempt: str | None = None,
        bots: bool | None = None,
    ) -> None:
        typed = TypedRule(name, actions, scope, channels, exempt, bots)
        await self._handlers.edit(interaction, rule, typed)

    @rule.command(name="list", description=N_("The rules of this server"))
    async def rule_list(self, interaction: Interaction) -> None:
        await self._handlers.list(interaction)

    @rule.command(name="show", description=N_("All of a rule"))
    @app_commands.describe(rule=WHICH)
    @app_commands.autocomplete(rule=known)
    async def rule_show(self, interaction: Interaction, rule: RowNumber) -> None:
        await self._handlers.show(interaction, rule)

    @rule.command(name="delete", description=N_("Delete a rule"))
    @app_commands.describe(rule=WHICH)
    @app_commands.autocomplete(rule=known)
    async def rule_delete(self, interaction: Interaction, rule: RowNumber) -> None:
        await self._handlers.delete(interaction, rule)

    @rule.command(name="enable", description=N_("Let a rule act"))
    @app_commands.describe(rule=WHICH)
    @app_commands.autocomplete(rule=known)
    async def rule_enable(self, interaction: Interaction, rule: RowNumber) -> None:
        await self._handlers.switch(interaction, rule, on=True)

    @rule.command(name="disable", description=N_("Let a rule rest"))
    @app_commands.describe(rule=WHICH)
    @app_commands.autocomplete(rule=known)
    async def rule_disable(self, interaction: Interaction, rule: RowNumber) -> None:
        await self._handlers.switch(interaction, rule, on=False)
