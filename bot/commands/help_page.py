"""Troubleshooting page, docs/troubleshooting.md: which of its entries a sentence leads to."""

from bot.errors import ConfigError, HeraldError

PAGE = "docs/troubleshooting.md"
SECTIONS = frozenset({"database", "discord", "guard", "network", "secrets", "web"})
"""Sections of the settings with an entry of their own."""

TOLD = {"discord.token": "token", "privileged intents": "intents"}
"""What a sentence about the connection to Discord names, and its entry."""


def entry(name: str) -> str:
    """The address of an entry, by its heading."""
    return f"{PAGE}#{name.replace(' ', '-')}"


def entry_of(error: HeraldError) -> str:
    """The entry for what keeps a program from starting, or the page."""
    if isinstance(error, ConfigError):
        section = error.setting.partition(".")[0]
        return entry(section if section in SECTIONS else "settings")
    return next((entry(name) for words, name in TOLD.items() if words in str(error)), PAGE)
