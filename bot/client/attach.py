"""Attached cogs, also in somebody else's bot: answered by us, none of its own commands touched."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import lost_forms
from bot.client.interactions import Interaction, answer_error, is_refusal, require_bot
from bot.errors import HeraldError
from bot.feature import Feature
from bot.logs import get_logger
from bot.texts import use

Bot = commands.Bot | commands.AutoShardedBot
Top = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

_log = get_logger("herald.attach")


def check_intents(bot: Bot, features: Iterable[Feature[Any]]) -> None:
    """Refuse a bot that would never hear what the cogs listen to; a HeraldError names it."""
    for feature in features:
        missing = [name for name in sorted(feature.intents) if not getattr(bot.intents, name)]
        if missing:
            lines = ", ".join(f"intents.{name} = True" for name in missing)
            portal = (
                ", and tick Server Members Intent in Discord's developer portal"
                if "members" in missing
                else ""
            )
            raise HeraldError(
                f"Herald's cog “{feature.name}” hears nothing without the bot's intents: "
                f"set {lines} before you make the bot{portal}"
            )
        for name in sorted(feature.helpful):
            if not getattr(bot.intents, name):
                _log.warning("attach.intent_missing", cog=feature.name, intent=name)


class AttachedCogs:
    """Cogs added to a bot: their commands answer for themselves, their listeners are awaited.

    Where the bot `is_own`, errors go on to its tree, whose handler answers them.
    """

    def __init__(self, bot: Bot, *, is_own: bool = False) -> None:
        self._bot = bot
        self._is_own = is_own
        self._handling: set[asyncio.Task[Any]] = set()
        self._cogs: set[int] = set()
        self._loaded: list[str] = []

    async def load(self, extensions: Iterable[str]) -> None:
        """Load Herald's extensions, and make what they added answer for itself."""
        before = {id(command) for command in _commands(self._bot)}
        cogs = {id(cog) for cog in self._bot.cogs.values()}
        self._listen()
        self._bot.add_listener(lost_forms.on_interaction)
        for name in extensions:
            await self._bot.load_extension(name)
            self._loaded.append(name)
        self._cogs = {id(cog) for cog in self._bot.cogs.values()} - cogs
        for command in _commands(self._bot):
            if id(command) not in before:
                _only_in_servers(command)
                _answer_for(command, is_own=self._is_own)

    async def unload(self) -> None:
        """Take out again what was loaded."""
        for name in reversed(self._loaded):
            if name in self._bot.extensions:
                await self._bot.unload_extension(name)
        self._loaded.clear()
        self._bot.remove_listener(lost_forms.on_interaction)

    async def handled(self, grace: float) -> None:
        """Return when what came in before is handled: Discord does not tell it again."""
        handling = [task for task in self._handling if task is not asyncio.current_task()]
        if handling:
            await asyncio.wait(handling, timeout=grace)

    def _listen(self) -> None:
        """Remember the tasks of our listeners; those of theirs are theirs."""
        private = cast("Any", self._bot)  # there is no public way to learn of a listener's task
        schedule = private._schedule_event  # noqa: SLF001  see above

        def remembered(
            coro: Callable[..., Coroutine[Any, Any, Any]], *args: Any, **kwargs: Any
        ) -> asyncio.Task[Any]:
            task: asyncio.Task[Any] = schedule(coro, *args, **kwargs)
            if id(getattr(coro, "__self__", None)) in self._cogs:
                self._handling.add(task)
                task.add_done_callback(self._handling.discard)
            return task

        private._schedule_event = remembered  # noqa: SLF001  see above


def _commands(bot: Bot) -> list[Top]:
    kinds = (
        discord.AppCommandType.chat_input,
        discord.AppCommandType.user,
        discord.AppCommandType.message,
    )
    return [one for kind in kinds for one in cast("list[Top]", bot.tree.get_commands(type=kind))]


def _only_in_servers(command: Top) -> None:
    command.allowed_contexts = app_commands.AppCommandContext(
        guild=True, dm_channel=False, private_channel=False
    )
    command.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)


def _answer_for(command: Top, *, is_own: bool) -> None:
    """Answer in the person's language; errors too, and another's `on_error` hears of none."""
    if isinstance(command, app_commands.Group):
        for child in command.commands:
            _answer_for(child, is_own=is_own)
        return
    # Private names: a tree has one handler, and it stays the owner's.
    names = ("_invoke_with_namespace", "_invoke_autocomplete", "_invoke")
    for name in names:
        if hasattr(command, name):
            needs_bot = name != "_invoke_autocomplete"
            answered = _answered(getattr(command, name), is_own=is_own, needs_bot=needs_bot)
            setattr(command, name, answered)


def _answered(
    invoke: Callable[..., Coroutine[Any, Any, Any]], *, is_own: bool, needs_bot: bool
) -> Callable[..., Any]:
    async def answered(interaction: Interaction, *args: Any) -> Any:
        with use(interaction.locale.value):
            try:
                if needs_bot:
                    require_bot(interaction)
                return await invoke(interaction, *args)
            except app_commands.AppCommandError as error:
                # A refusal is an answer; only what is a bug goes on to whoever looks for bugs.
                if is_own and not is_refusal(error):
                    raise
                interaction.command_failed = True
                await answer_error(interaction, error)

    return answered
