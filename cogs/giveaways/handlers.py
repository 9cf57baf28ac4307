"""Handlers of giveaways, for commands and controls: call the service, and answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.client.choice_panel import guild_of
from bot.client.choice_refusals import refuse_channel
from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    reply,
    require,
    working,
)
from bot.client.ui import Pager
from bot.features.giveaways.messages import ENTER, LEAVE, NEEDED, VERIFY
from bot.features.giveaways.model import Entrant, Giveaway, Terms
from bot.features.giveaways.plans import GiveawayEdit, GiveawayPlan
from bot.features.giveaways.service import GiveawaysService
from bot.features.giveaways.store import GiveawayPage
from bot.texts import _
from cogs.giveaways import views
from cogs.giveaways.terms import TypedTerms

STAFF = "manage_guild"


class GiveawayHandlers:
    """What commands and buttons share; everything is looked up in the server it happened in."""

    def __init__(self, giveaways: GiveawaysService) -> None:
        self.giveaways = giveaways
        self.pager: Pager[bool, GiveawayPage] = Pager(
            views.PAGE,
            write=lambda is_whole: {"all": int(is_whole)},
            read=lambda press: press["all"] == "1",
            find=lambda guild_id, is_whole, number: giveaways.page(
                guild_id, number, is_whole=is_whole
            ),
            draw=views.listed,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(ENTER, self._enter),
            control(LEAVE, self._leave),
            control(VERIFY, self._verify),
            control(views.SURE, self._sure, permission=STAFF),
            control(views.KEEP, self._keep),
            self.pager.item(STAFF),
        ]

    async def create(self, interaction: Interaction, plan: GiveawayPlan, terms: TypedTerms) -> None:
        """Set one up, and say what came of its message."""
        guild = guild_of(interaction)
        refuse_channel(guild, plan.channel_id, NEEDED)
        async with working(interaction) as answer:
            named = terms.over(Terms(), guild)
            made = await self.giveaways.create(actor_of(interaction), plan, named)
            await answer(views.created(made, await self.giveaways.shown(made)))

    async def edit(
        self,
        interaction: Interaction,
        giveaway_id: int,
        edit: Callable[[Terms | None], GiveawayEdit],
        terms: TypedTerms,
    ) -> None:
        """Change one."""
        async with working(interaction) as answer:
            actor = actor_of(interaction)
            seen = await self.giveaways.known(actor.guild_id, giveaway_id)
            changes = edit(terms.over(seen.terms, guild_of(interaction)))
            changed = await self.giveaways.transitions.edit(actor, giveaway_id, changes)
            await answer(views.changed(changed))

    async def list(self, interaction: Interaction, *, is_whole: bool) -> None:
        async with working(interaction) as answer:
            await answer(await self.pager.page(actor_of(interaction).guild_id, is_whole))

    async def show(self, interaction: Interaction, giveaway_id: int) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            await answer(views.shown(await self.giveaways.overview(guild_id, giveaway_id)))

    async def ask(self, interaction: Interaction, giveaway_id: int, act: views.SureAct) -> None:
        """Ask whether it is really to be ended or cancelled."""
        seen = await self.giveaways.known(actor_of(interaction).guild_id, giveaway_id)
        await reply(interaction, views.question(seen, act))

    async def change(
        self, interaction: Interaction, change: Callable[[], Awaitable[Giveaway]], said: str
    ) -> None:
        """Do it, and say that it was."""
        async with working(interaction) as answer:
            await answer(views.done(await change(), said))

    async def reroll(
        self, interaction: Interaction, giveaway_id: int, instead_of: int | None
    ) -> None:
        async with working(interaction) as answer:
            drawn, won = await self.giveaways.reroll(
                actor_of(interaction), giveaway_id, instead_of=instead_of
            )
            await answer(views.rerolled(drawn, won))

    async def verify(self, interaction: Interaction, giveaway_id: int) -> None:
        """Draw again from what is kept, say whether it agrees, and hand out the proof."""
        async with working(interaction) as answer:
            book = await self.giveaways.book(actor_of(interaction).guild_id, giveaway_id)
            problems = await book.problems()
            await answer(views.verified(book, problems, self.giveaways.url(book)))

    async def _enter(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            entrant = entrant_of(interaction)
            entered = await self.giveaways.entries.enter(entrant, int(press["giveaway"]))
            await answer(views.entered(entered))

    async def _leave(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            await self.giveaways.entries.leave(entrant_of(interaction), int(press["giveaway"]))
            await answer(_("You are not in it any more."))

    async def _verify(self, interaction: Interaction, press: Press) -> None:
        await self.verify(interaction, int(press["giveaway"]))

    async def _sure(self, interaction: Interaction, press: Press) -> None:
        """The answer to a question takes its place."""
        require(interaction, **{STAFF: True})
        await interaction.response.defer()
        actor, giveaway_id = actor_of(interaction), int(press["giveaway"])
        if press["act"] == "end":
            await redraw(interaction, views.shown(await self.giveaways.end(actor, giveaway_id)))
        else:
            cancelled = await self.giveaways.transitions.cancel(actor, giveaway_id)
            await redraw(interaction, views.done(cancelled, views.CANCELLED))

    async def _keep(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, _("It goes on."))


def entrant_of(interaction: Interaction) -> Entrant:
    """Who presses a button, with what Discord sent along."""
    actor, user = actor_of(interaction), interaction.user
    is_member = isinstance(user, discord.Member)
    roles = frozenset(role.id for role in user.roles) if is_member else frozenset[int]()
    joined_at = user.joined_at if is_member else None
    return Entrant(actor.guild_id, actor.user_id, actor.name, roles, joined_at)
