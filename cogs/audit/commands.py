"""Commands of `/audit`: what was changed, by whom, and when."""

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.client.ui import Choices, RowNumber, StaffCog, choices, command
from bot.texts import N_
from cogs.audit.handlers import AuditHandlers, TypedQuery

TypedMoment = app_commands.Range[str, 1, 60]
SINCE = N_("From then on, such as 2h, 7d, 2026-05-24 11:30 (UTC) or a message's link")
UNTIL = N_("Until then, in the same forms")
LEAST = N_("What matters at least that much")
SEVERITIES = [
    Choice(name=N_("everything"), value="info"),
    Choice(name=N_("what deserves a look"), value="warn"),
    Choice(name=N_("what is dangerous"), value="critical"),
]


class AuditCommands(
    StaffCog,
    commands.GroupCog,
    permission="view_audit_log",
    group_name="audit",
    group_description=N_("What was changed in this server, by whom, and when"),
):
    """Answers are seen by whoever asks; they hold no secrets."""

    def __init__(self, handlers: AuditHandlers) -> None:
        self._handlers = handlers

    async def types(self, interaction: Interaction, current: str) -> Choices[str]:
        """The types of entries that there are in this server."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip()
        found = await self._handlers.types(interaction.guild_id, typed)
        return choices(((one, one) for one in found), typed)

    async def known(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest entries that hold what is typed; any other number can be typed."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip()  # a whole number comes as one
        return choices(await self._handlers.suggested(interaction.guild_id, typed), typed)

    @command(
        N_("Find entries; with nothing given, the newest"),
        text=N_("A part of what it says, or of a name"),
        actor=N_("By whom"),
        target=N_("To whom or what: a mention, an id, or a setting such as cases.ladder"),
        kind=N_("Of this type, such as endpoint.created, or endpoint for all of them"),
        severity=LEAST,
        since=SINCE,
        until=UNTIL,
    )
    @app_commands.choices(severity=SEVERITIES)
    @app_commands.autocomplete(kind=types)
    async def search(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, 100] | None = None,
        actor: discord.User | None = None,
        target: app_commands.Range[str, 1, 100] | None = None,
        kind: app_commands.Range[str, 1, 60] | None = None,
        severity: str | None = None,
        since: TypedMoment | None = None,
        until: TypedMoment | None = None,
    ) -> None:
        actor_id = None if actor is None else actor.id
        query = TypedQuery(text, actor_id, target, kind, severity, since, until)
        await self._handlers.search(interaction, query)

    @command(N_("One entry, with all that it holds"), entry=N_("The number of the entry"))
    @app_commands.autocomplete(entry=known)
    async def view(self, interaction: Interaction, entry: RowNumber) -> None:
        await self._handlers.view(interaction, entry)

    @command(
        N_("Entries as a CSV file, the oldest first"),
        kind=N_("Of this type, such as endpoint.created, or endpoint for all of them"),
        severity=LEAST,
        since=SINCE,
        until=UNTIL,
    )
    @app_commands.choices(severity=SEVERITIES)
    @app_commands.autocomplete(kind=types)
    async def export(
        self,
        interaction: Interaction,
        kind: app_commands.Range[str, 1, 60] | None = None,
        severity: str | None = None,
        since: TypedMoment | None = None,
        until: TypedMoment | None = None,
    ) -> None:
        query = TypedQuery(None, None, None, kind, severity, since, until)
        await self._handlers.export(interaction, query)
