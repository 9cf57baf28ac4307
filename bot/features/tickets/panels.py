"""Panels: posted messages with a button or an option for each type of ticket."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.acts import Actor
from bot.controls import NUMBER, Button, ControlId, Option, Post, Select, Tone
from bot.errors import UserError
from bot.features.tickets import type_store
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.type_store import Panel
from bot.features.tickets.types import TicketType
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import _
from bot.user_text import clean_line, clean_paragraphs, clip

OPEN = ControlId("ticket:open", type=NUMBER)
CHOOSE = ControlId("ticket:choose", panel=NUMBER)
PANEL = "tickets.panel"
PANELS = 25  # of one server
ON_PANEL = 25
TITLE_LIMIT, TEXT_LIMIT = 100, 2000
FRESH = timedelta(days=1)


class Panels:
    """Made, changed, posted and taken down by whoever manages the server."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(PANEL, self._drawn, FRESH, last=_taken_down))

    async def create(self, actor: Actor, title: str) -> Panel:
        """A panel of every type there is, not posted yet."""
        async with self._ports.database.transaction() as tx:
            if await type_store.panel_count(tx, actor.guild_id) >= PANELS:
                raise UserError(_("A server can have {count} panels.").format(count=PANELS))
            types = await type_store.all_of(tx, actor.guild_id)
            if not types:
                raise UserError(_("Make a type of ticket first, with /ticket type create."))
            made = await type_store.add_panel(
                tx,
                actor.guild_id,
                title=_titled(title),
                text="",
                style="buttons",
                type_ids=[one.id for one in types[:ON_PANEL]],
            )
            await self._ports.audited(tx, actor, "panel", (made.id, made.title), "created")
        return made

    async def change(self, actor: Actor, panel_id: int, **values: Any) -> Panel:
        """Change its title, text, style or type_ids; where it is posted, it is drawn anew."""
        if "title" in values:
            values["title"] = _titled(values["title"])
        if "text" in values:
            values["text"] = clean_paragraphs(values["text"])[:TEXT_LIMIT]
        async with self._ports.database.transaction() as tx:
            await type_store.panel_by_id(tx, actor.guild_id, panel_id, locks=True)
            if "type_ids" in values:
                known = {one.id for one in await type_store.all_of(tx, actor.guild_id)}
                values["type_ids"] = _fitting(values["type_ids"], known)
            panel = await type_store.save_panel(tx, panel_id, **values)
            await self._ports.audited(tx, actor, "panel", (panel.id, panel.title), "changed")
            await self._ports.posts.redraw(tx, PANEL, panel_id)
        return panel

    async def post(self, actor: Actor, panel_id: int, channel_id: int) -> Panel:
        """Write it into a channel; one that it stood in before says that it moved."""
        async with self._ports.database.transaction() as tx:
            seen = await type_store.panel_by_id(tx, actor.guild_id, panel_id, locks=True)
            panel = await type_store.save_panel(tx, panel_id, channel_id=channel_id)
            if seen.channel_id not in (None, channel_id):
                await self._ports.posts.drop(tx, PANEL, panel_id)
            to = Addressee(actor.guild_id, channel_id=channel_id)
            await self._ports.posts.owe(tx, PANEL, panel_id, to)
            await self._ports.audited(tx, actor, "panel", (panel.id, panel.title), "posted")
        return panel

    async def delete(self, actor: Actor, panel_id: int) -> Panel:
        """Take it down: its message says so, and opens nothing any more."""
        async with self._ports.database.transaction() as tx:
            panel = await type_store.panel_by_id(tx, actor.guild_id, panel_id, locks=True)
            await type_store.remove_panel(tx, panel_id)
            await self._ports.posts.drop(tx, PANEL, panel_id, {"title": panel.title})
            await self._ports.audited(tx, actor, "panel", (panel.id, panel.title), "deleted")
        return panel

    async def find(self, guild_id: int, panel_id: int) -> tuple[Panel, list[TicketType]]:
        """The guild's panel and its types in their order; NotFound without one."""
        async with self._ports.database.reading() as reading:
            panel = await type_store.panel_by_id(reading, guild_id, panel_id)
            known = await type_store.all_of(reading, guild_id)
        types = {one.id: one for one in self.drawable(guild_id, known)}
        return panel, [types[one] for one in panel.type_ids if one in types]

    def drawable(self, guild_id: int, types: Iterable[TicketType]) -> list[TicketType]:
        """The types without emoji that were deleted: Discord would refuse the whole message."""
        return [
            one.without_emoji() if self._ports.has_lost(guild_id, one.choices.emoji) else one
            for one in types
        ]

    async def all_of(self, guild_id: int) -> list[Panel]:
        """The guild's panels, oldest first."""
        async with self._ports.database.reading() as reading:
            return await type_store.panels_of(reading, guild_id)

    async def redraw(self, tx: Transaction, one: TicketType) -> None:
        """A type changed: so does every panel that it is on."""
        for panel in await type_store.panels_of(tx, one.guild_id):
            if one.id in panel.type_ids:
                await self._ports.posts.redraw(tx, PANEL, panel.id)

    async def on_remade(
        self, tx: Transaction, guild_id: int, new_ids: Mapping[int, int]
    ) -> list[str]:
        """A panel whose channel was made anew is posted into that."""
        followed = list[str]()
        for panel in await type_store.panels_of(tx, guild_id):
            channel_id = new_ids.get(panel.channel_id or 0)
            if channel_id is not None:
                await type_store.save_panel(tx, panel.id, channel_id=channel_id)
                await self._ports.posts.drop(tx, PANEL, panel.id)
                to = Addressee(guild_id, channel_id=channel_id)
                await self._ports.posts.owe(tx, PANEL, panel.id, to)
                followed.append(_("ticket panel {name}").format(name=panel.title))
        return followed

    async def _drawn(self, guild: GuildSeen, panel_id: int) -> Post:
        return drawn(*await self.find(guild.guild_id, panel_id))


def drawn(panel: Panel, types: list[TicketType]) -> Post:
    """The panel as members see it; its preview too."""
    if not types:
        return Post(panel.title, panel.text, footer=_("No tickets can be opened here now."))
    if panel.style == "select":
        chooser = Select(CHOOSE.of(panel=panel.id), options(types), _("What is it about?"))
        return Post(panel.title, panel.text, selects=(chooser,))
    buttons = tuple(
        Button(
            one.name,
            custom_id=OPEN.of(type=one.id),
            tone=Tone.NEXT,
            emoji=one.choices.emoji or None,
        )
        for one in types
    )
    about = tuple((one.name, one.choices.about) for one in types if one.choices.about)
    return Post(panel.title, panel.text, fields=about, buttons=buttons)


def options(types: Sequence[TicketType]) -> tuple[Option, ...]:
    """The types as the options of a select."""
    return tuple(
        Option(one.name, str(one.id), one.choices.about, one.choices.emoji or None)
        for one in types[:ON_PANEL]
    )


def _titled(typed: str) -> str:
    if not clean_paragraphs(typed):
        raise UserError(_("A panel needs a title that can be seen."))
    return clip(clean_line(typed), TITLE_LIMIT)


def _fitting(type_ids: Sequence[int], known: Collection[int]) -> list[int]:
    fitting = [one for one in type_ids if one in known]
    if not fitting:
        raise UserError(_("A panel needs a type of ticket at least."))
    if len(fitting) > ON_PANEL:
        raise UserError(_("A panel has room for {count} types.").format(count=ON_PANEL))
    return fitting


def _taken_down(about: Any) -> Post:
    return Post(about["title"], _("Tickets are not opened here any more."))
