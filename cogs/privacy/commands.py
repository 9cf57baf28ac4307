"""Command `/mydata`, for everybody: their own data and nobody else's."""

from bot.client.interactions import Interaction
from bot.client.ui import Command, command
from bot.texts import N_
from cogs.privacy.handlers import PrivacyHandlers


def mydata_command(handlers: PrivacyHandlers) -> Command:
    """`/mydata`."""

    @command(N_("What I keep about you here: see it, take it with you, have it deleted"))
    async def mydata(interaction: Interaction) -> None:
        await handlers.look(interaction)

    return mydata
