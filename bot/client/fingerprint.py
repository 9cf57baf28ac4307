"""Fingerprint of a message: its whole text as Discord has it, drawn here or read there."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

WORDS = ("content", "title", "description", "name", "value", "label", "text")
PARTS = ("embeds", "fields", "footer", "components", "component", "accessory")


def of_drawing(drawn: Mapping[str, Any]) -> str:
    """Of what is given to `send`."""
    embed, view = drawn.get("embed"), drawn.get("view")
    return _digest(
        {
            "content": drawn.get("content"),
            "embeds": [embed.to_dict()] if embed is not None else [],
            "components": view.to_components() if view is not None else [],
        }
    )


def of_message(message: discord.Message) -> str:
    """Of a message that was read."""
    return _digest(
        {
            "content": message.content,
            "embeds": [embed.to_dict() for embed in message.embeds],
            "components": [component.to_dict() for component in message.components],
        }
    )


def _digest(message: Mapping[str, Any]) -> str:
    words = " ".join(" ".join(_words(message)).split())  # Discord trims, and folds some
    return hashlib.sha256(words.encode()).hexdigest()


def _words(part: Mapping[str, Any]) -> Iterator[str]:
    """Every text, in the order in which it is read."""
    for name in WORDS:
        if isinstance(text := part.get(name), str):
            yield text
    for name in PARTS:
        below: Sequence[Mapping[str, Any]] | Mapping[str, Any] = part.get(name) or ()
        for one in (below,) if isinstance(below, Mapping) else below:
            yield from _words(one)
