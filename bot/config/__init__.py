"""Config of an instance: `settings` says what there is, `loader` where it comes from."""

from bot.config.egress import EgressConfig
from bot.config.loader import load, variable
from bot.config.settings import (
    DENIED_PORTS,
    Config,
    DatabaseConfig,
    DeliveryConfig,
    DiscordConfig,
    GuardConfig,
    MembersConfig,
    NetworkConfig,
    ScamsConfig,
    SecretsConfig,
)
from bot.config.web import WebConfig

__all__ = [
    "DENIED_PORTS",
    "Config",
    "DatabaseConfig",
    "DeliveryConfig",
    "DiscordConfig",
    "EgressConfig",
    "GuardConfig",
    "MembersConfig",
    "NetworkConfig",
    "ScamsConfig",
    "SecretsConfig",
    "WebConfig",
    "load",
    "variable",
]
