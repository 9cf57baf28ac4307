"""Commands of `/sync`: read, call, answer."""

from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction
from bot.client.ui import Choices, RowNumber, StaffCog, choices, command
from bot.features.sync.model import NAME
from bot.texts import N_
from cogs.sync.handlers import MANAGES, SyncHandlers

WHICH = N_("Which network")
NetworkName = app_commands.Range[str, 1, NAME]
InviteCode = app_commands.Range[str, 4, 32]


class SyncCommands(
    StaffCog,
    commands.GroupCog,
    permission=MANAGES,
    group_name="sync",
    group_description=N_("Share punishments with servers that agree"),
):
    """Answers are seen by whoever asks."""

    def __init__(self, handlers: SyncHandlers) -> None:
        self._handlers = handlers

    async def networks(self, interaction: Interaction, current: str) -> Choices[int]:
        """The networks of this server."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip()  # a whole number comes as one
        return choices(await self._handlers.suggested(interaction.guild_id, typed), typed)

    @command(N_("Switch it on or off, and how things are"))
    async def panel(self, interaction: Interaction) -> None:
        await self._handlers.panel(interaction)

    @command(N_("Make a network that other servers can join"), name=N_("What it is called"))
    async def create(self, interaction: Interaction, name: NetworkName) -> None:
        await self._handlers.create(interaction, name)

    @command(N_("A code with which one more server can join"), network=WHICH)
    @app_commands.autocomplete(network=networks)
    async def invite(self, interaction: Interaction, network: RowNumber) -> None:
        await self._handlers.invite(interaction, network)

    @command(N_("Join a network"), code=N_("The code that its people gave you"))
    async def join(self, interaction: Interaction, code: InviteCode) -> None:
        await self._handlers.ask(interaction, code)

    @command(N_("Choose what this server shares, and what it takes over"), network=WHICH)
    @app_commands.autocomplete(network=networks)
    async def kinds(self, interaction: Interaction, network: RowNumber) -> None:
        await self._handlers.kinds(interaction, network)

    @command(N_("Leave a network at once"), network=WHICH)
    @app_commands.autocomplete(network=networks)
    async def leave(self, interaction: Interaction, network: RowNumber) -> None:
        await self._handlers.leave(interaction, network)

    @command(
        N_("Take another server out of a network that this one made"),
        network=WHICH,
        server=N_("Its number, as /sync status shows it"),
    )
    @app_commands.autocomplete(network=networks)
    async def remove(self, interaction: Interaction, network: RowNumber, server: RowNumber) -> None:
        await self._handlers.remove(interaction, network, server)

    @command(N_("The networks of this server, and who is in them"))
    async def status(self, interaction: Interaction) -> None:
        await self._handlers.status(interaction)
