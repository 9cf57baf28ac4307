"""Handlers of levels: what commands and buttons share."""

from typing import Any

import discord

from bot.client.activity import place_of
from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    reply,
    working,
)
from bot.client.ui import Pager
from bot.controls import Post
from bot.errors import UserError
from bot.features.levels.boards import BoardSpan
from bot.features.levels.pictures import LevelPicture
from bot.features.levels.reasons import Earner
from bot.features.levels.service import LevelsService
from bot.people import Face
from bot.texts import _
from cogs.levels import views
from cogs.levels.views import BoardQuery

MANAGES = "manage_guild"


class LevelHandlers:
    """Reads the interaction, asks the service, answers."""

    def __init__(self, levels: LevelsService) -> None:
        self.levels = levels
        self._pager: Pager[BoardQuery, LevelPicture] = Pager(
            views.TURN,
            write=views.groups_of,
            read=views.query_of,
            find=self._page,
            draw=views.board,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            self._pager.item(None),
            control(views.WHY, self._why),
            control(views.RESET, self._reset, permission=MANAGES),
            control(views.KEEP, self._keep, permission=MANAGES),
        ]

    async def rank(self, interaction: Interaction, user: discord.Member | discord.User) -> None:
        """Show somebody's card to everybody."""
        guild_id = actor_of(interaction).guild_id
        if user.bot:
            raise UserError(_("Bots earn no XP: name a person."))
        await self.refuse_off(guild_id)
        async with working(interaction, is_public=True) as answer:
            url = user.display_avatar.replace(size=256, format="png").url
            face = Face(user.id, user.display_name, url)
            await answer(views.card(await self.levels.pictures.card(guild_id, face)))

    async def board(self, interaction: Interaction, span: BoardSpan, page: int) -> None:
        """Show a board to everybody."""
        actor = actor_of(interaction)
        await self.refuse_off(actor.guild_id)
        async with working(interaction, is_public=True) as answer:
            await answer(await self._pager.page(actor.guild_id, (span, actor.user_id), page))

    async def why(self, interaction: Interaction, user: discord.Member | discord.User) -> None:
        """Say to whoever asks why somebody earns nothing."""
        roles = user.roles if isinstance(user, discord.Member) else ()
        held = frozenset(role.id for role in roles if not role.is_default())
        channel = interaction.channel
        place = () if channel is None else place_of(channel)
        earner = Earner(user.id, user.bot, held)
        lines = await self.levels.reasons.of(actor_of(interaction).guild_id, earner, place)
        await reply(interaction, Post(text="\n".join(f"- {one}" for one in lines), is_plain=True))

    async def refuse_off(self, guild_id: int) -> None:
        """Refuse where levels are switched off."""
        if not (await self.levels.ports.chosen(guild_id)).enabled:
            raise UserError(
                _("Levels are switched off in this server; its staff can switch them on.")
            )

    async def _page(self, guild_id: int, query: BoardQuery, number: int) -> LevelPicture:
        span, user_id = query
        return await self.levels.pictures.board(guild_id, span, number, mine=user_id)

    async def _why(self, interaction: Interaction, _press: Press) -> None:
        await self.why(interaction, interaction.user)

    async def _reset(self, interaction: Interaction, _press: Press) -> None:
        await interaction.response.defer()
        count = await self.levels.corrections.reset_all(actor_of(interaction))
        await redraw(interaction, Post(text=views.was_reset(count), is_plain=True))

    async def _keep(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, Post(text=_("Everybody keeps their XP."), is_plain=True))
