"""Private links that the bot wrote to people in the simulated Discord."""

from collections.abc import Iterator
from dataclasses import dataclass

import discord
from simcord import Env, UserHandle

from bot.demo.answers import components_of


@dataclass(frozen=True, slots=True)
class PrivateLink:
    """The newest link that somebody has."""

    name: str
    url: str


def letters_in(env: Env) -> dict[int, PrivateLink]:
    """Everybody's who has one, by their id."""
    found: dict[int, PrivateLink] = {}
    for user_id in env.backend.dm_channels:
        user = UserHandle(env, env.backend.get_user(user_id))
        links = [link for one in user.dm_channel.history(viewer=user) for link in _links(one)]
        if links:
            found[user_id] = PrivateLink(user.name, links[-1])
    return found


def _links(message: discord.Message) -> Iterator[str]:
    """The addresses that the buttons under a message lead to."""
    for component in components_of(message):
        if component.get("url"):
            yield component["url"]
