"""Commands of `/antiraid`: read, call, answer."""

from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, reply, working
from bot.client.ui import StaffCog, command
from bot.features.raids.service import RaidsService
from bot.protection import Incidents
from bot.texts import N_
from cogs.raids import views

STAFF = "manage_guild"


class RaidCommands(
    StaffCog,
    commands.GroupCog,
    group_name="antiraid",
    group_description=N_("What is done when many people join at once"),
    permission=STAFF,
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, raids: RaidsService, incidents: Incidents) -> None:
        self._raids = raids
        self._incidents = incidents

    @command(N_("Switch it on, try it out in shadow, and choose its limits"))
    async def panel(self, interaction: Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        await reply(interaction, await self._incidents.panel(guild_id, "raids"))

    @command(N_("The raid that lasts, or the last one, and how far it was dealt with"))
    async def status(self, interaction: Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        await reply(interaction, views.shown(await self._raids.lines(guild_id)))

    @command(N_("Say that there is a raid: everyone who joins from now on belongs to it"))
    async def start(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await answer(views.started(await self._raids.start(actor_of(interaction))))

    @command(N_("End the raid and its lockdown; what was done about its people stays"))
    async def end(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await answer(views.ended(await self._raids.end(actor_of(interaction))))

    @command(N_("End the raid, and let go everyone who was put in quarantine or banned with it"))
    async def release(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            done = await self._raids.end(actor_of(interaction), releases=True)
            await answer(views.released(done))
