"""Model of the guided panel: which steps there are, and which comes next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from bot.settings import FeatureSettings, SettingKind

FEATURES, DONE = "features", "done"
"""The first step and the last; each of the others is named after the settings that it shows."""

PLACES = frozenset({SettingKind.CHANNEL, SettingKind.CATEGORY, SettingKind.ROLE, SettingKind.ROLES})
"""Kinds of choices that the panel asks for; the rest has defaults that do."""

Turn = Literal["back", "next"]
Model = type[FeatureSettings]


@dataclass(frozen=True, slots=True)
class SetupProgress:
    """Where a server's panel goes on; `wanted` was picked and could not be switched on yet."""

    step: str = FEATURES
    wanted: tuple[str, ...] = ()


def has_switch(model: Model) -> bool:
    """Whether the feature can be switched on and off."""
    return "enabled" in model.model_fields


def steps(models: Iterable[Model], picked: Collection[str]) -> list[str]:
    """All of them in order: what has no switch, and what was picked, where a place is chosen."""
    named = [
        one.feature
        for one in models
        if (one.feature in picked or not has_switch(one))
        and any(one.kind(name) in PLACES for name in one.model_fields)
    ]
    return [FEATURES, *named, DONE]


def neighbour(order: list[str], step: str, way: Turn) -> str:
    """The step on that side; from one that there is no more, the first."""
    if step not in order:
        return FEATURES
    place = order.index(step) + (1 if way == "next" else -1)
    return order[min(max(place, 0), len(order) - 1)]
