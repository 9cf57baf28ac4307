"""Interactions that failed are answered here, in one place for commands, views and modals.

A refusal is shown as it stands; anything else is a bug: it is logged with an id, and the person
sees that id.
"""

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import discord
from discord import app_commands

from bot.acts import Actor
from bot.client import layout, limits
from bot.client.command_locks import LOCKS
from bot.client.open_forms import opened, shut
from bot.client.refusals import BotMissing, LockedOut, wording
from bot.controls import ControlId, Post
from bot.errors import UserError
from bot.logs import get_logger
from bot.texts import _, use
from bot.user_text import clip

EXPIRED = frozenset({10015, 10062, 50027})
"""What Discord says of an interaction after 3 s without an answer, or 15 min after it."""

Interaction = discord.Interaction[Any]
Said = str | Post
Say = Callable[[Said], Awaitable[None]]

_log = get_logger("herald.answers")


def new_error_id() -> str:
    """Short enough to be read out, and in the log beside the error."""
    return secrets.token_hex(4)


async def answer_error(interaction: Interaction, error: Exception) -> None:
    """Tell the person what went wrong, whether or not the interaction was answered before."""
    with use(interaction.locale.value):
        cause = _cause(error)
        if isinstance(cause, discord.HTTPException) and cause.code in EXPIRED:
            _log.warning("interaction.expired", **_context(interaction))
            return
        text = wording(cause)
        if text is None:
            text = _bug(interaction, cause)
        else:
            _log.info("interaction.refused", refusal=repr(cause), **_context(interaction))
        await _say(interaction, text)


def is_refusal(error: Exception) -> bool:
    """Whether the person is told in words of ours; anything else is a bug."""
    return wording(_cause(error)) is not None


@asynccontextmanager
async def answering(interaction: Interaction) -> AsyncGenerator[None]:
    """Handle an interaction in the person's language, and answer whatever escapes."""
    with use(interaction.locale.value):
        try:
            yield
        except Exception as error:  # noqa: BLE001 - answered and logged, here and nowhere else
            await answer_error(interaction, error)


def require(interaction: Interaction, **permissions: bool) -> None:
    """Refuse whoever lacks one of the permissions now; a button outlives the command's check."""
    held = interaction.permissions
    missing = [name for name, wanted in permissions.items() if wanted and not getattr(held, name)]
    if missing:
        raise app_commands.MissingPermissions(missing)


def require_bot(interaction: Interaction) -> None:
    """Refuse where the commands were installed into a server without the bot itself.

    And whoever is kept out of them there, for as long as something says so.
    """
    guild_id = interaction.guild_id
    if guild_id is not None and interaction.client.get_guild(guild_id) is None:
        raise BotMissing(interaction.client.application_id)
    for guilds, reason in LOCKS.get(interaction.client, ()):
        if guild_id in guilds and (why := reason(guild_id, interaction.user.id)) is not None:
            raise LockedOut(why)


def actor_of(interaction: Interaction) -> Actor:
    """Who acts, and in which server."""
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return Actor(interaction.guild_id, interaction.user.id, interaction.user.name)


async def reply(interaction: Interaction, said: Said) -> None:
    """Say it to the person alone, in a message of its own."""
    given = layout.sent(_post(said))
    if interaction.response.is_done():
        await interaction.followup.send(**given, ephemeral=True)
    else:
        await interaction.response.send_message(**given, ephemeral=True)


async def show(interaction: Interaction, said: Said) -> None:
    """Say it to everybody in the channel, beside what the person alone was answered."""
    await interaction.followup.send(**layout.sent(_post(said)))


async def redraw(interaction: Interaction, said: Said) -> None:
    """Say it in the place of the message that was clicked, or of the bot's own answer."""
    given = layout.edited(_post(said))
    if interaction.response.is_done():
        await interaction.edit_original_response(**given)
    else:
        await interaction.response.edit_message(**given)


@asynccontextmanager
async def working(interaction: Interaction, *, is_public: bool = False) -> AsyncGenerator[Say]:
    """Promise the person an answer, for what takes more than three seconds now and then.

    `answer` keeps the promise; called again, it says more. An error is answered as everywhere.
    Others see it where it `is_public`.
    """
    await interaction.response.defer(ephemeral=not is_public, thinking=True)
    is_promised = True

    async def answer(said: Said) -> None:
        nonlocal is_promised
        await (redraw if is_promised else reply)(interaction, said)
        is_promised = False

    yield answer
    if is_promised:
        raise RuntimeError("the interaction was promised an answer and got none")


class HeraldView(discord.ui.View):
    """A view whose errors are answered; it ends with its message's time or the process."""

    async def on_error(
        self, interaction: Interaction, error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        await answer_error(interaction, error)

    async def _scheduled_task(self, item: discord.ui.Item[Any], interaction: Interaction) -> None:
        with use(interaction.locale.value):
            await super()._scheduled_task(item, interaction)


@dataclass(frozen=True, slots=True)
class TextField:
    """Field of a modal that is typed into; `value` stands in it already."""

    custom_id: str
    heading: str
    about: str = ""
    value: str = ""
    longest: int = limits.INPUT
    is_required: bool = False
    has_lines: bool = False


class HeraldModal(ABC, discord.ui.Modal):
    """A modal whose errors are answered."""

    def __init__(self, title: str) -> None:
        super().__init__(
            title=clip(title, limits.MODAL_TITLE),
            timeout=float(limits.ANSWER_SECONDS),
            custom_id=opened(self),
        )

    async def on_timeout(self) -> None:
        shut(self.custom_id)

    def ask(self, field: TextField) -> discord.ui.TextInput[Any]:
        """Add a field; what was typed is its value."""
        style = discord.TextStyle.paragraph if field.has_lines else discord.TextStyle.short
        typed: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=field.custom_id,
            default=clip(field.value, field.longest) or None,
            required=field.is_required,
            max_length=field.longest,
            style=style,
        )
        about = clip(field.about, limits.LABEL_ABOUT) or None
        heading = clip(field.heading, limits.LABEL)
        self.add_item(discord.ui.Label(text=heading, description=about, component=typed))
        return typed

    async def on_submit(self, interaction: Interaction, /) -> None:
        async with answering(interaction):
            await self.submitted(interaction)

    @abstractmethod
    async def submitted(self, interaction: Interaction) -> None:
        """Act on what was filled in."""

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:
        await answer_error(interaction, error)


@dataclass(frozen=True, slots=True)
class Press:
    """Press of a control: the named groups of its custom id, the values chosen."""

    groups: Mapping[str, str]
    values: tuple[str, ...]

    def __getitem__(self, group: str) -> str:
        return self.groups[group]


ControlAct = Callable[[Interaction, Press], Awaitable[None]]


def control(
    known_by: ControlId, act: ControlAct, *, permission: str | None = None
) -> type[discord.ui.DynamicItem[Any]]:
    """A button or select known by its custom id, so that it still answers after a restart.

    Give it to `client.add_dynamic_items`. Whoever lacks the permission at the click is refused.
    """

    class Control(discord.ui.DynamicItem[discord.ui.Item[Any]], template=known_by.template):
        def __init__(self, item: discord.ui.Item[Any], match: re.Match[str]) -> None:
            super().__init__(item)
            self._groups = match.groupdict()

        @classmethod
        async def from_custom_id(
            cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> "Control":
            return cls(item, match)

        async def callback(self, interaction: Interaction) -> None:
            data = cast("Mapping[str, Any]", interaction.data or {})
            async with answering(interaction):
                require_bot(interaction)
                if permission is not None:
                    require(interaction, **{permission: True})
                await act(interaction, Press(self._groups, tuple(data.get("values", ()))))

    return Control


def _cause(error: Exception) -> Exception:
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.TransformerError):
        return error.__cause__ if isinstance(error.__cause__, UserError) else error
    return error


def _bug(interaction: Interaction, error: Exception) -> str:
    error_id = new_error_id()
    _log.error("interaction.failed", error_id=error_id, exc_info=error, **_context(interaction))
    text = _(
        "Something went wrong on my side. Please tell whoever runs this bot the error id "
        "`{error_id}`: it is in the log."
    )
    return text.format(error_id=error_id)


async def _say(interaction: Interaction, text: str) -> None:
    try:
        await reply(interaction, text)
    except discord.HTTPException as error:
        _log.warning("interaction.unanswered", error=str(error), **_context(interaction))


def _context(interaction: Interaction) -> dict[str, Any]:
    command = interaction.command.qualified_name if interaction.command else None
    data = cast("Mapping[str, Any]", interaction.data or {})
    return {
        "command": command,
        "custom_id": data.get("custom_id"),
        "guild_id": interaction.guild_id,
        "user_id": interaction.user.id,
    }


def _post(said: Said) -> Post:
    return Post(text=said, is_plain=True) if isinstance(said, str) else said
