"""Messages of the bot's as people read them, whatever they are made of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from simcord.results import ResponseMessage

BUTTON, TEXT, GALLERY, FILE = 2, 10, 12, 13  # types of components
FIELD = re.compile(r"^\*\*(?P<name>[^*\n]+):\*\* ?", re.MULTILINE)
HEADING = re.compile(r"^### (?P<title>.+)$", re.MULTILINE)

Message = discord.Message | ResponseMessage
Component = Mapping[str, Any]


def components_of(message: Message) -> list[Component]:
    """Every component, those in containers and rows too."""
    if isinstance(message, discord.Message):
        return list(within([one.to_dict() for one in message.components]))
    return list(within(message.components))


def within(components: Sequence[Any]) -> Iterator[Component]:
    """These, and all that they hold."""
    for component in components:
        yield component
        yield from within(component.get("components", ()))


def texts_of(message: Message) -> list[str]:
    """Its texts made of components, in order."""
    return [one["content"] for one in components_of(message) if one["type"] == TEXT]


def text_of(message: Message) -> str:
    """Everything that is written in it, in its embeds and in its components; headings unmarked."""
    parts = [message.content, *map(_drawn, message.embeds), *texts_of(message)]
    return HEADING.sub(lambda found: found["title"], "\n".join(part for part in parts if part))


def read(message: Message) -> str:
    """The same with its fields as `Name: value`."""
    return FIELD.sub(lambda found: f"{found['name']}: ", text_of(message))


def title_of(message: Message) -> str | None:
    """Its heading."""
    found = HEADING.search("\n".join(texts_of(message)))
    return None if found is None else found["title"]


def buttons(message: Message) -> list[str]:
    """The custom ids under a message, in order."""
    return [one["custom_id"] for one in components_of(message) if one.get("custom_id")]


def labels(message: Message) -> list[str]:
    """What its buttons say, in order."""
    return [one["label"] for one in components_of(message) if one["type"] == BUTTON]


def _drawn(embed: discord.Embed) -> str:
    fields = [f"{field.name}: {field.value}" for field in embed.fields]
    parts = [embed.title, embed.description, *fields, embed.footer.text]
    return "\n".join(part for part in parts if part)
