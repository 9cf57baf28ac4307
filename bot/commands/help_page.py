"""Troubleshooting page, docs/troubleshooting.md: which of its entries a sentence leads to."""

from bot.errors import BackupError, ConfigError, HeraldError

PAGE = "docs/troubleshooting.md"
SECTIONS = frozenset({"database", "discord", "guard", "network", "secrets", "web"})
"""Sections of the settings with an entry of their own."""

TOLD = {
    "discord.token": "token",
    "privileged intents": "intents",
    "newer Herald": "schema",
    "herald port": "moving",
    "egress.ca_file": "authorities",
    "egress.": "proxy",
}
"""What a sentence names, and the entry that says more of it than that of its setting's section."""


def entry(name: str) -> str:
    """The address of an entry, by its heading."""
    return f"{PAGE}#{name.replace(' ', '-')}"


def entry_of(error: HeraldError) -> str:
    """The entry for what keeps a program from starting, or the page."""
    told = next((name for words, name in TOLD.items() if words in str(error)), None)
    if told:
        return entry(told)
    if isinstance(error, ConfigError):
        section = error.setting.partition(".")[0]
        return entry(section if section in SECTIONS else "settings")
    return entry("backups") if isinstance(error, BackupError) else PAGE
