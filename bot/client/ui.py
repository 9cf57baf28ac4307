"""UI kit of the panels: the pages, questions and modals that features share.

What is drawn here is answered by `control`, so that it still is after a restart; a modal alone
lives no longer than the process.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import limits
from bot.client.interactions import (
    HeraldModal,
    Interaction,
    Press,
    TextField,
    actor_of,
    control,
    redraw,
    require,
)
from bot.controls import Button, ControlId, Post, Tone
from bot.texts import _

Q = TypeVar("Q")
T = TypeVar("T", str, int)
Choices = list[app_commands.Choice[T]]
RowNumber = app_commands.Range[int, 1, 2_147_483_647]
Callback = Callable[..., Coroutine[Any, Any, None]]
Command = app_commands.Command[Any, ..., None]


def confirm(question: str, yes: Button, no: Button) -> Post:
    """A question that is not lightly said yes to."""
    return Post(text=question, buttons=(replace(yes, tone=Tone.BAD), no), is_plain=True)


def choices(named: Iterable[tuple[str, T]], typed: str) -> Choices[T]:
    """Suggestions as many and as long as Discord takes; one that is just what was typed leads."""
    wanted = typed.strip().casefold()
    fitting = [(name, value) for name, value in named if len(str(value)) <= limits.CHOICE]
    fitting.sort(key=lambda one: wanted not in (one[0].casefold(), str(one[1]).casefold()))
    return [
        app_commands.Choice(name=name[: limits.CHOICE], value=value)
        for name, value in fitting[: limits.CHOICES]
    ]


class Page(Protocol):
    """Page of a list, as a service gives it."""

    @property
    def number(self) -> int: ...

    @property
    def has_more(self) -> bool: ...


P = TypeVar("P", bound=Page)
FindPage = Callable[[int, Q, int], Awaitable[P]]
DrawPage = Callable[[P, Q], Post]


class Pager(Generic[Q, P]):
    """List whose pages are turned by Back and Next, which carry the query in their ids.

    `find(guild_id, query, number)` gives a page and `draw(page, query)` shows it. The id has a
    group `page`, those that `write(query)` fills and `read(press)` reads, and, where two pages
    could have one number, a group `way`.
    """

    def __init__(
        self,
        known_by: ControlId,
        *,
        write: Callable[[Q], Mapping[str, object]],
        read: Callable[[Press], Q],
        find: FindPage[Q, P],
        draw: DrawPage[P, Q],
        first: int = 1,
    ) -> None:
        self._known_by = known_by
        self._write, self._read = write, read
        self._find, self._draw = find, draw
        self._first = first

    def item(self, permission: str | None) -> type[discord.ui.DynamicItem[Any]]:
        """What the client must know to turn the pages of old messages."""
        return control(self._known_by, self._turn, permission=permission)

    async def page(self, guild_id: int, query: Q, number: int | None = None) -> Post:
        """One page with its buttons; the first, where none is named."""
        page = await self._find(guild_id, query, self._first if number is None else number)
        drawn = self._draw(page, query)
        back, further = page.number > self._first, page.has_more
        turns = (
            self._button(_("Back"), query, "back", page.number - 1, is_disabled=not back),
            self._button(_("Next"), query, "next", page.number + 1, is_disabled=not further),
        )
        return replace(drawn, buttons=(*drawn.buttons, *turns))

    def _button(self, label: str, query: Q, way: str, number: int, *, is_disabled: bool) -> Button:
        written = self._write(query)
        custom_id = self._known_by.of(**written, page=max(number, 0), way=way)
        return Button(label, custom_id=custom_id, is_disabled=is_disabled)

    async def _turn(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        guild_id = actor_of(interaction).guild_id
        page = await self.page(guild_id, self._read(press), int(press["page"]))
        await redraw(interaction, page)


class ReasonModal(HeraldModal):
    """Modal that asks for a reason and hands it on."""

    def __init__(
        self,
        title: str,
        submit: Callable[[Interaction, str], Awaitable[None]],
        *,
        longest: int,
        reason: str = "",
        about: str = "",
        is_required: bool = True,
    ) -> None:
        super().__init__(title)
        self._submit = submit
        self._reason = self.ask(
            TextField("reason", _("Reason"), about, reason, longest, is_required, has_lines=True)
        )

    async def submitted(self, interaction: Interaction) -> None:
        await self._submit(interaction, self._reason.value)


def command(about: str, **options: str) -> Callable[[Callback], Command]:
    """A command, with what people read of it and of its options."""

    def made(callback: Callback) -> Command:
        app_commands.describe(**options)(callback)
        return app_commands.command(description=about)(callback)

    return made


class StaffCog(commands.Cog):
    """Commands for whoever holds a permission: of a GroupCog, what is hidden and checked.

    Discord hides them from others by default; a server may show them to anyone.
    """

    permission: str

    def __init_subclass__(cls, permission: str | None = None, **more: Any) -> None:
        super().__init_subclass__(**more)
        if permission is not None:
            cls.permission = permission
            app_commands.guild_only()(cls)
            app_commands.default_permissions(**{permission: True})(cls)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require(interaction, **{self.permission: True})
        return True

    def may_see(self, interaction: Interaction) -> bool:
        """Whether suggestions may be made, for which Discord checks nothing."""
        return interaction.guild_id is not None and getattr(
            interaction.permissions, self.permission
        )
