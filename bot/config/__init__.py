"""The settings of an instance: `settings` says what there is, `reading` where it comes from."""

from bot.config.reading import load, variable
from bot.config.settings import (
    DENIED_PORTS,
    Config,
    Database,
    Delivery,
    Discord,
    Endpoints,
    Guard,
    Logging,
    Members,
    Secrets,
)
from bot.config.web import Web

__all__ = [
    "DENIED_PORTS",
    "Config",
    "Database",
    "Delivery",
    "Discord",
    "Endpoints",
    "Guard",
    "Logging",
    "Members",
    "Secrets",
    "Web",
    "load",
    "variable",
]
