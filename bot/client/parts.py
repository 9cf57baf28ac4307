"""Parts of a bot: a cog's `setup` finds its services here, whoever the bot belongs to."""

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import discord

if TYPE_CHECKING:
    from bot.feature import Parts

_known: "WeakKeyDictionary[discord.Client, Parts]" = WeakKeyDictionary()


def give_parts(bot: discord.Client, parts: "Parts") -> None:
    """Let the cogs of that bot be made of these."""
    _known[bot] = parts


def has_parts(bot: discord.Client) -> bool:
    return bot in _known


def parts_of(bot: discord.Client) -> "Parts":
    """What `HeraldClient` was made with, or `attach` gave to somebody else's bot."""
    try:
        return _known[bot]
    except KeyError:
        raise LookupError("this bot has no Herald: call bot.app.attach first") from None


def take_parts(bot: discord.Client) -> None:
    """Forget them: what they stand on is closed."""
    _known.pop(bot, None)
