"""Herald's bot: every happening of a Discord server leaves it as a signed webhook."""

__version__ = "0.1.0"
