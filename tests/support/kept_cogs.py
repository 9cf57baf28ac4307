"""Modules of the cogs, kept from one bot of a test to the next.

discord.py forgets them when a bot closes, so that the next one would compile and run some hundred
modules anew, a quarter of what a test costs. A cog's commands are copied for each of its objects,
so that no bot finds what another did to them; the package itself, which sets up, is run each time.
"""

import sys
from types import ModuleType

_kept: dict[str, ModuleType] = {}


def offer() -> None:
    """Let the bot that starts now find them."""
    sys.modules.update(_kept)


def keep() -> None:
    """Remember what the bot that has started found or made: parts of a package of `cogs`."""
    parts = (name for name in sys.modules if name.startswith("cogs.") and name.count(".") > 1)
    _kept.update({name: sys.modules[name] for name in parts})
