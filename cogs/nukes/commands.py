"""Commands of `/antinuke`: read, call, answer."""

from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, reply, working
from bot.client.ui import StaffCog, command
from bot.controls import Post
from bot.features.nukes.service import NukesService
from bot.protection import Incidents
from bot.texts import N_, _

STAFF = "administrator"


class NukeCommands(
    StaffCog,
    commands.GroupCog,
    group_name="antinuke",
    group_description=N_("What is done when somebody tears the server down"),
    permission=STAFF,
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, nukes: NukesService, incidents: Incidents) -> None:
        self._nukes = nukes
        self._incidents = incidents

    @command(N_("Switch it on, try it out in shadow, and choose its limits"))
    async def panel(self, interaction: Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        await reply(interaction, await self._incidents.panel(guild_id, "nukes"))

    @command(N_("Whether my role is high enough, and what happened last"))
    async def status(self, interaction: Interaction) -> None:
        lines = await self._nukes.lines(actor_of(interaction).guild_id)
        await reply(interaction, Post(title=_("Nukes"), fields=tuple(lines)))

    @command(N_("Open my commands again, once my token is reset"))
    async def unlock(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await self._nukes.unlock(actor_of(interaction))
            await answer(_("My commands are open again."))
