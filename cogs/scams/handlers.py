"""Handlers of scams, for commands, the menu and buttons: call the service, and answer."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.client.content import message_content
from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    reply,
    require,
    working,
)
from bot.client.ui import Pager
from bot.errors import UserError
from bot.features.scams.inspection import addresses
from bot.features.scams.messages import CONFIRM, DISMISS
from bot.features.scams.picture_store import KnownPage
from bot.features.scams.service import ScamsService
from bot.texts import _
from bot.user_text import sought, visible
from cogs.scams import views

STAFF = "moderate_members"


class ScamHandlers:
    """What commands and buttons share; everything is looked up in the server it happened in."""

    def __init__(self, scams: ScamsService) -> None:
        self._scams = scams
        self._reviews = scams.reviews
        self._pager: Pager[None, KnownPage] = Pager(
            views.PAGE,
            write=lambda _query: {},
            read=lambda _press: None,
            find=lambda guild_id, _query, number: self._reviews.page(guild_id, number),
            draw=lambda page, _query: views.listed(page),
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(CONFIRM, self._confirm, permission=STAFF),
            control(DISMISS, self._dismiss, permission=STAFF),
            self._pager.item(STAFF),
        ]

    async def panel(self, interaction: Interaction) -> None:
        require(interaction, manage_guild=True)
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            await answer(await self._scams.ports.incidents.panel(guild_id, "scams"))

    async def status(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            settings = await self._scams.ports.chosen(guild_id)
            lines = await self._scams.status(guild_id)
            reasons = self._scams.ports.tools.counts
            await answer(views.status(lines, reasons, is_on=settings.enabled))

    async def list(self, interaction: Interaction) -> None:
        await reply(interaction, await self._pager.page(actor_of(interaction).guild_id, None))

    async def suggested(self, guild_id: int, typed: str) -> Sequence[tuple[str, int]]:
        """The pictures of the list, those that hold what was typed."""
        named = [(views.named(one), one.id) for one in await self._reviews.suggested(guild_id)]
        return [(visible(name), one) for name, one in named if sought(typed) in sought(name)]

    async def add(self, interaction: Interaction, picture: discord.Attachment, name: str) -> None:
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            await answer(views.added(await self._reviews.add(actor, [picture.url], name)))

    async def mark(self, interaction: Interaction, message: discord.Message) -> None:
        """Know the pictures of a message; the message itself stays, for staff to deal with."""
        require(interaction, **{STAFF: True})
        async with working(interaction) as answer:
            content = message_content(message)
            urls = [] if content is None else addresses(content)
            await answer(views.added(await self._reviews.add(actor_of(interaction), urls, "")))

    async def remove(self, interaction: Interaction, picture_id: int) -> None:
        async with working(interaction) as answer:
            name = await self._reviews.remove(actor_of(interaction).guild_id, picture_id)
            await answer(views.removed(picture_id, name))

    async def test(self, interaction: Interaction, picture: discord.Attachment) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            inspected, verdict = await self._scams.tried(guild_id, [picture.url])
            await answer(views.verdict(inspected, verdict))

    async def export(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            lines = await self._reviews.exported(actor_of(interaction).guild_id)
            if not lines:
                raise UserError(_("This server knows no pictures yet."))
            await answer(views.exported(lines))

    async def _confirm(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            found = await self._reviews.confirm(actor_of(interaction), int(press["finding"]))
            await answer(views.confirmed(found))

    async def _dismiss(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            found = await self._reviews.dismiss(actor_of(interaction), int(press["finding"]))
            await answer(views.dismissed(found))
