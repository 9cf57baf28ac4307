"""Parts of a bot: a cog's `setup` finds its services here, whoever the bot belongs to."""

from weakref import WeakKeyDictionary

import discord

from bot.feature import Parts

PARTS: WeakKeyDictionary[discord.Client, Parts] = WeakKeyDictionary()
"""Those of each bot; they go when what they stand on is closed."""


def parts_of(bot: discord.Client) -> Parts:
    """What `HeraldClient` was made with, or `attach` gave to somebody else's bot."""
    try:
        return PARTS[bot]
    except KeyError:
        raise LookupError("this bot has no Herald: call bot.app.attach first") from None
