"""Messages of the bot, read as the person does who sees them."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from simcord import ChannelHandle, Env, InteractionResult, UserHandle

TEXT_DISPLAY = 10
AWAITED_SECONDS = 30.0
LOOK_SECONDS = 0.02

Component = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PrivateLink:
    """The newest link that somebody has."""

    name: str
    url: str


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


async def awaited(channel: ChannelHandle, custom_id: str) -> discord.Message:
    """The newest message with a control whose id begins so; it comes a moment after its cause."""
    async with asyncio.timeout(AWAITED_SECONDS):
        while True:
            for message in reversed(channel.history()):
                ids = [one.get("custom_id") or "" for one in components_of(message)]
                if any(one.startswith(custom_id) for one in ids):
                    return message
            await asyncio.sleep(LOOK_SECONDS)  # nobody tells what a bot writes, one can only ask


def letters_in(env: Env) -> dict[int, PrivateLink]:
    """The private link of everybody whom the bot wrote one, by their id."""
    found: dict[int, PrivateLink] = {}
    for user_id in env.backend.dm_channels:
        user = UserHandle(env, env.backend.get_user(user_id))
        for message in user.dm_channel.history(viewer=user):
            for component in components_of(message):
                if url := component.get("url"):
                    found[user_id] = PrivateLink(user.name, url)
    return found


def _within(components: Iterable[Any]) -> Iterator[Component]:
    for component in components:
        yield component
        yield from _within(component.get("components", ()))
