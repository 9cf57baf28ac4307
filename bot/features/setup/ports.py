"""Ports of the set-up: what it reads of every feature, and how choices are made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.acts import Actor, Acts
from bot.feature import GuildSettings, Parts
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.settings import FeatureSettings
from bot.storage.database import Database

ChangeSetting = Callable[[Actor, str, str, Any], Awaitable[FeatureSettings]]


@dataclass(slots=True)
class SetupPorts:
    """Ports; `parts` and `change` are there once all features are joined."""

    database: Database
    settings: GuildSettings
    acts: Acts
    registry: EndpointRegistry
    parts: Parts = field(init=False)
    change: ChangeSetting = field(init=False)
