"""Admission of people to appeals, by staff: handlers that call the service, and answer."""

from typing import Any

import discord

from bot.client.interactions import Interaction, actor_of, require, working
from bot.client.ui import Pager
from bot.features.appeals.model import APPEALABLE
from bot.features.appeals.service import AppealsService
from bot.features.cases.model import KINDS, Case
from bot.features.cases.records import RecordsService
from bot.texts import _
from bot.user_text import clip, escaped
from cogs.appeals import views


class AdmissionHandlers:
    """Every answer is for the person who asked."""

    def __init__(self, appeals: AppealsService, records: RecordsService) -> None:
        self._appeals = appeals
        self._records = records
        self.pager = Pager(
            views.BLOCKED,
            write=lambda _query: {},
            read=lambda _press: None,
            find=lambda guild_id, _query, number: appeals.blocks.page(guild_id, number),
            draw=views.blocked,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [self.pager.item("ban_members")]

    async def link(self, interaction: Interaction, number: int) -> None:
        """The private link of a case, to be handed over."""
        async with working(interaction) as answer:
            case = await self._case(interaction, number)
            url = await self._appeals.hand_over(actor_of(interaction), case)
            await answer(views.handed(case, url))

    async def finalise(self, interaction: Interaction, number: int, *, is_final: bool) -> None:
        """Say whether a case can be appealed."""
        async with working(interaction) as answer:
            case = await self._case(interaction, number)
            await self._appeals.finalise(actor_of(interaction), case, is_final=is_final)
            text = (
                _("Case {number} cannot be appealed any more. An open appeal is still decided.")
                if is_final
                else _("Case {number} can be appealed; hand over the link with /appeals link.")
            )
            await answer(text.format(number=number))

    async def block(self, interaction: Interaction, user: discord.User, reason: str | None) -> None:
        """Take no appeal from somebody."""
        require(interaction, ban_members=True)
        async with working(interaction) as answer:
            await self._appeals.blocks.add(actor_of(interaction), user.id, reason)
            text = _("{name} cannot appeal here. An open appeal of theirs is still decided.")
            await answer(text.format(name=_name(user)))

    async def unblock(self, interaction: Interaction, user: discord.User) -> None:
        """Take appeals from them again."""
        require(interaction, ban_members=True)
        async with working(interaction) as answer:
            await self._appeals.blocks.remove(actor_of(interaction), user.id)
            await answer(_("{name} can appeal again.").format(name=_name(user)))

    async def blocked(self, interaction: Interaction) -> None:
        """The block list."""
        require(interaction, ban_members=True)
        async with working(interaction) as answer:
            await answer(await self.pager.page(actor_of(interaction).guild_id, None))

    async def _case(self, interaction: Interaction, number: int) -> Case:
        case = (await self._records.view(actor_of(interaction).guild_id, number)).case
        if case.type in APPEALABLE:
            # What Discord says with the command is newer than what the service remembers.
            require(interaction, **{KINDS[case.type].permission: True})
        return case


def _name(user: discord.User) -> str:
    return escaped(clip(user.name, views.NAME_SHOWN))
