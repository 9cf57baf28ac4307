"""Handlers of automod, for commands and controls: call the service, and answer."""

from typing import Any

import discord

from bot.client.activity import place_of, roles_of
from bot.client.choice_panel import guild_of
from bot.client.discord_calls import ANSWER_SECONDS, answered
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
from bot.errors import UserError
from bot.feature import Incidents
from bot.features.automod.import_file import LARGEST, read_rules
from bot.features.automod.model import gone
from bot.features.automod.ports import FEATURE
from bot.features.automod.service import AutomodService
from bot.features.automod.store import RulePage
from bot.features.automod.terms import TERMS, AnyTerms, Category
from bot.message_content import MessageContent
from bot.texts import _
from cogs.automod import views
from cogs.automod.modals import RuleModal
from cogs.automod.options import TypedRule

STAFF = "manage_guild"


class AutomodHandlers:
    """What commands and buttons share; everything is looked up in the server it happened in."""

    def __init__(self, automod: AutomodService, incidents: Incidents) -> None:
        self.automod = automod
        self._incidents = incidents
        self._rulebook = automod.rulebook
        self._pager: Pager[None, RulePage] = Pager(
            views.PAGE,
            write=lambda _query: {},
            read=lambda _press: None,
            find=lambda guild_id, _query, number: automod.rulebook.page(guild_id, number),
            draw=views.listed,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            self._pager.item(STAFF),
            control(views.DELETE, self._delete, permission=STAFF),
            control(views.KEEP, self._keep),
        ]

    async def panel(self, interaction: Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        await reply(interaction, await self._incidents.panel(guild_id, FEATURE))

    async def add(self, interaction: Interaction, category: Category, typed: TypedRule) -> None:
        """Ask what it is to look for, then make it."""
        typed.made(guild_of(interaction), _empty(category))  # before anybody fills in a form

        async def submit(interaction: Interaction, terms: AnyTerms) -> None:
            async with working(interaction) as answer:
                draft = typed.made(guild_of(interaction), terms)
                rule = await self._rulebook.add(actor_of(interaction), draft)
                chosen = await self.automod.ports.chosen(rule.guild_id)
                await answer(views.added(rule, is_on=chosen.enabled))

        await interaction.response.send_modal(RuleModal(_empty(category), submit))

    async def edit(self, interaction: Interaction, rule_id: int, typed: TypedRule) -> None:
        """Change what was given; where nothing was, ask what it is to look for."""
        rule = await self._rulebook.known(actor_of(interaction).guild_id, rule_id)
        draft = rule.draft
        if draft is None:
            return

        async def submit(interaction: Interaction, terms: AnyTerms) -> None:
            async with working(interaction) as answer:
                made = draft.model_copy(update={"terms": terms})
                changed = await self._rulebook.change(actor_of(interaction), rule_id, made)
                await answer(views.changed(changed))

        if typed.is_empty:
            await interaction.response.send_modal(RuleModal(draft.terms, submit))
            return
        made = typed.over(guild_of(interaction), draft)
        async with working(interaction) as answer:
            changed = await self._rulebook.change(actor_of(interaction), rule_id, made)
            await answer(views.changed(changed))

    async def list(self, interaction: Interaction) -> None:
        await reply(interaction, await self._pager.page(actor_of(interaction).guild_id, None))

    async def show(self, interaction: Interaction, rule_id: int) -> None:
        guild_id = actor_of(interaction).guild_id
        rule = await self._rulebook.known(guild_id, rule_id)
        seen = self.automod.ports.acts.surroundings(guild_id)
        await reply(interaction, views.shown(rule, gone(rule, seen) if seen else ()))

    async def switch(self, interaction: Interaction, rule_id: int, *, on: bool) -> None:
        async with working(interaction) as answer:
            await answer(
                views.switched(await self._rulebook.switch(actor_of(interaction), rule_id, on=on))
            )

    async def delete(self, interaction: Interaction, rule_id: int) -> None:
        """Ask whether it is really to go."""
        rule = await self._rulebook.known(actor_of(interaction).guild_id, rule_id)
        await reply(interaction, views.question(rule))

    async def push(self, interaction: Interaction, rule_id: int) -> None:
        async with working(interaction) as answer:
            rule = await self.automod.native.push(actor_of(interaction), rule_id)
            await answer(views.pushed(rule))

    async def test(
        self,
        interaction: Interaction,
        text: str,
        channel: discord.abc.Snowflake | None,
        member: discord.Member | None,
    ) -> None:
        """What each rule says to a text, in this channel and from whoever asks unless named."""
        guild = guild_of(interaction)
        where, who = channel or interaction.channel, member or interaction.user
        content = MessageContent(
            guild_id=guild.id,
            place=(0,) if where is None else place_of(where),
            user_id=who.id,
            message_id=1,
            role_ids=roles_of(who) if isinstance(who, discord.Member) else frozenset(),
            content=text,
            is_bot=who.bot,
        )
        async with working(interaction) as answer:
            await answer(views.tested(await self.automod.test(content)))

    async def take_over(
        self, interaction: Interaction, file: discord.Attachment, *, is_dry: bool
    ) -> None:
        """Rules from a file: all of them, or none."""
        if file.size > LARGEST:
            raise UserError(_("That file is too large: 4 MB is the most."))
        async with working(interaction) as answer:
            async with answered(ANSWER_SECONDS):
                read = read_rules(await file.read())
            actor = actor_of(interaction)
            made = []
            if read.is_whole and is_dry:
                await self._rulebook.may_bring_in(actor.guild_id, read)
            elif read.is_whole:
                made = await self._rulebook.bring_in(actor, read)
            await answer(views.imported(read, made, is_dry=is_dry))

    async def export(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            content = await self._rulebook.export(actor_of(interaction).guild_id)
            await answer(views.exported(content))

    async def _delete(self, interaction: Interaction, press: Press) -> None:
        require(interaction, **{STAFF: True})
        await interaction.response.defer()
        rule = await self._rulebook.delete(actor_of(interaction), int(press["rule"]))
        await redraw(interaction, views.deleted(rule))

    async def _keep(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, _("It stays."))


def _empty(category: Category) -> Any:
    """What a form of that category begins with."""
    return TERMS[category]()
