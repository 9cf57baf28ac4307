"""Command `/tripwire`, which answers with the protection's panel."""

from bot.client import HeraldClient, parts_of
from bot.client.interactions import Interaction, actor_of, reply
from bot.client.ui import command


async def setup(bot: HeraldClient) -> None:
    incidents = parts_of(bot).core.incidents

    @command("The panel of the tripwire")
    async def tripwire(interaction: Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        await reply(interaction, await incidents.panel(guild_id, "tripwire"))

    bot.tree.add_command(tripwire)
