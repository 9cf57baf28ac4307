"""Handlers of `/audit`: read what was typed, call the lookup, answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from bot.client import limits
from bot.client.interactions import Interaction, Press, actor_of, control, redraw, working
from bot.client.ui import Pager
from bot.csv_export import in_parts
from bot.durations import parse_moment
from bot.errors import UserError
from bot.features.audit.lookup import AuditLookup
from bot.features.audit.model import severity_of
from bot.features.audit.queries import AuditPage, AuditQuery
from bot.texts import _
from bot.user_text import clean_line
from cogs.audit import views

SEEN_WITH = "view_audit_log"
_MENTION = re.compile(r"<(?:@[!&]?|#)(\d{1,20})>")


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """Options of a search as they were typed."""

    text: str | None
    actor_id: int | None
    target: str | None
    kind: str | None
    severity: str | None
    since: str | None
    until: str | None

    def read(self, now: datetime) -> AuditQuery:
        """The query; a UserError says what cannot be read."""
        since, until = (
            None if typed is None else parse_moment(typed, now)
            for typed in (self.since, self.until)
        )
        if since is not None and until is not None and since > until:
            raise UserError(_("That ends before it begins: change since or until."))
        target = clean_line(self.target or "")
        mention = _MENTION.fullmatch(target)
        return AuditQuery(
            actor_id=self.actor_id,
            target=(target if mention is None else mention[1]) or None,
            event_type=clean_line(self.kind or "").removesuffix(".*") or None,
            severity=severity_of(self.severity),
            since=since,
            until=until,
            text=clean_line(self.text or "") or None,
        )


class AuditHandlers:
    """What commands and buttons share; everything is looked up in the server it happened in."""

    def __init__(self, lookup: AuditLookup) -> None:
        self._lookup = lookup
        self._pager: Pager[int, AuditPage] = Pager(
            views.TURN,
            write=lambda search_id: {"search": search_id},
            read=lambda press: int(press["search"]),
            find=lookup.page,
            draw=lambda page, _search_id: views.found(page),
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to turn the pages of old messages."""
        return [self._pager.item(SEEN_WITH), control(views.LOOK, self._look, permission=SEEN_WITH)]

    async def search(self, interaction: Interaction, typed: TypedQuery) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            query = typed.read(self._lookup.clock.now())
            search_id = await self._lookup.keep(guild_id, query)
            await answer(await self._pager.page(guild_id, search_id))

    async def view(self, interaction: Interaction, entry_id: int) -> None:
        async with working(interaction) as answer:
            found = await self._lookup.view(actor_of(interaction).guild_id, entry_id)
            await answer(views.whole(found))

    async def export(self, interaction: Interaction, typed: TypedQuery) -> None:
        """As many files as it takes, one after the other."""
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            query = typed.read(self._lookup.clock.now())
            pieces = self._lookup.export(guild_id, query)
            async for count, part in in_parts(pieces, limits.FILE_BYTES):
                await answer(views.exported(part, count))

    async def types(self, guild_id: int, typed: str) -> Sequence[str]:
        return await self._lookup.types(guild_id, typed)

    async def suggested(self, guild_id: int, typed: str) -> Sequence[tuple[str, int]]:
        """Entries in words, by their numbers."""
        found = await self._lookup.suggested(guild_id, typed)
        return [(views.named(one), one.id) for one in found]

    async def _look(self, interaction: Interaction, press: Press) -> None:
        """One of a list is looked at in its place."""
        await interaction.response.defer()
        (chosen,) = press.values
        guild_id = actor_of(interaction).guild_id
        await redraw(interaction, views.whole(await self._lookup.view(guild_id, int(chosen))))
