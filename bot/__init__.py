"""Herald: a Discord bot whose every happening leaves as a signed webhook."""

__version__ = "0.1.0"
