"""Answers of the bot, read from its messages as the person does who sees them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import discord
from simcord import InteractionResult

TEXT_DISPLAY = 10

Component = Mapping[str, Any]


def texts(result: InteractionResult) -> Iterator[str]:
    """Every text of an answer, wherever in its layout it stands."""
    for message in (result.response, *result.followups):
        if message is None:
            continue
        if message.content:
            yield message.content
        for component in _within(message.components):
            if component["type"] == TEXT_DISPLAY:
                yield component["content"]


def components_of(message: discord.Message) -> Iterator[Component]:
    """Every component of a message, those in containers and rows too."""
    return _within(component.to_dict() for component in message.components)


def _within(components: Iterable[Any]) -> Iterator[Component]:
    for component in components:
        yield component
        yield from _within(component.get("components", ()))
