"""Every feature as the composition root builds it, on a test's emitter and port to Discord."""

import copy
from collections.abc import Sequence
from typing import Any

from bot.acts import Acts
from bot.clock import Clock
from bot.config import Config, NetworkConfig, SecretsConfig
from bot.delivery.doctor import GuardedDoor
from bot.delivery.emitter import Emitter
from bot.delivery.failures import Deadlines
from bot.feature import Core, Feature, Parts
from bot.features.settings import SETTINGS
from bot.features.settings.service import SettingsService
from bot.posts.posts import Posts
from bot.settings import FeatureSettings
from bot.wiring import FEATURES, assemble
from tests.support.emitter_setup import KEY, alone


def features_on(
    emitter: Emitter,
    clock: Clock,
    *,
    acts: Acts,
    public_url: str | None = None,
    features: Sequence[Feature[Any]] = FEATURES,
    network: NetworkConfig | None = None,
) -> Parts:
    """What one process would hold in memory; nothing of it is started."""
    return assemble(
        Core(
            config=Config(
                secrets=SecretsConfig.model_validate({"key": KEY}),
                network=network or NetworkConfig(),
            ),
            clock=clock,
            database=emitter.database,
            outbox=emitter.outbox,
            registry=emitter.registry,
            vault=emitter.vault,
            acts=acts,
            posts=Posts(emitter.database, acts, clock=clock),
            guard=emitter.guard,
            door=GuardedDoor(emitter.guard, Deadlines()),
            public_url=public_url,
            fleet=alone(emitter),
        ),
        features,
    )


def with_core(parts: Parts, **changes: Any) -> Parts:
    """The same features, for cogs that find other things in the core."""
    other = copy.copy(parts)
    other.core = copy.copy(parts.core)
    for name, value in changes.items():
        setattr(other.core, name, value)
    return other


def with_settings(parts: Parts, models: Sequence[type[FeatureSettings]]) -> Parts:
    """The same features, with settings of these models alone."""
    settings = copy.copy(parts[SETTINGS])
    settings.service = SettingsService(parts.core.database, parts.core.audit, models=models)
    other = copy.copy(parts)
    other._built = {**parts._built, "settings": settings}  # pyright: ignore[reportPrivateUsage] - no bot swaps one
    return other
