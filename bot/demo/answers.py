"""Reading the bot's answer to a command as the person does who sees it."""

from collections.abc import Iterator
from typing import Any, cast

from simcord import InteractionResult

TEXT_DISPLAY = 10


def texts(result: InteractionResult) -> Iterator[str]:
    """Every text of an answer, wherever in its layout it stands."""
    for message in (result.response, *result.followups):
        if message is None:
            continue
        if message.content:
            yield message.content
        yield from _in_components(message.components)
        for embed in message.embeds:
            yield " ".join(filter(None, (embed.title, embed.description)))
            yield from (str(field.value) for field in embed.fields)


def _in_components(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for inner in cast("list[object]", node):
            yield from _in_components(inner)
    elif isinstance(node, dict):
        component = cast("dict[str, Any]", node)
        if component.get("type") == TEXT_DISPLAY:
            yield str(component.get("content", ""))
        yield from _in_components(list(component.values()))
