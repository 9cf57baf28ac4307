"""Stories that the drivers bring: what a receiver was told, in order, and how to look at it."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.support.simulated import Told

Stories = dict[str, list[Told]]
Check = Callable[[Stories], bool]


def all_of(story: list[Told], kind: str, **keys: Any) -> list[Mapping[str, Any]]:
    """What the events of that kind say whose keys are so."""
    return [
        data
        for name, data in story
        if name == kind and all(data[key] == value for key, value in keys.items())
    ]


def brings(story: list[Told], kind: str, then: str, **keys: Any) -> bool:
    """Whether each such event is followed at once by the other, about the same person."""
    places = [
        place
        for place, (name, data) in enumerate(story)
        if name == kind and all(data[key] == value for key, value in keys.items())
    ]
    after = [(story[place][1], *story[place + 1]) for place in places]
    return bool(after) and all(
        name == then and data["user_id"] == first["user_id"] for first, name, data in after
    )
