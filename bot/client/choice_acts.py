"""Choice acts: what a click on a choice panel does: read, change, draw anew."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord

from bot.acts import Actor
from bot.client.choice_panel import (
    OFFERED,
    SWITCHED,
    ChoiceIds,
    ValueModal,
    guild_of,
    panel,
)
from bot.client.choice_refusals import refuse_chosen, refuse_harmful_role, unmuted
from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    reply,
    require,
)
from bot.controls import Post
from bot.errors import NotFound
from bot.settings import FeatureSettings, SettingKind
from bot.texts import _

FindChoices = Callable[[int, str], Awaitable[FeatureSettings]]
MakeChoice = Callable[[Actor, str, str, Any], Awaitable[FeatureSettings]]
Dress = Callable[[Post, str], Post]


@dataclass(frozen=True, slots=True)
class ChoiceActs:
    """Panels of one kind, for whoever manages the server.

    `find(guild_id, key)` reads choices and `make(actor, key, name, value)` changes one of them;
    `dress` adds to what is drawn, which are choices of these `kinds` alone.
    """

    ids: ChoiceIds
    find: FindChoices
    make: MakeChoice
    dress: Dress = lambda post, _key: post
    kinds: frozenset[SettingKind] = frozenset(SettingKind)

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old panels."""
        ids = self.ids
        chosen = dict.fromkeys((*ids.own.values(), ids.chosen), self._choose)
        acts = {ids.pick: self._pick, **chosen, ids.none: self._choose_none}
        return [control(one, act, permission="manage_guild") for one, act in acts.items()]

    async def drawn(self, interaction: Interaction, key: str, *, picked: str = "") -> Post:
        """The panel as it is now."""
        guild = guild_of(interaction)
        return self._drawn(guild, key, await self.find(guild.id, key), picked)

    async def show(self, interaction: Interaction, key: str) -> None:
        """The panel, for whoever asked alone."""
        await reply(interaction, await self.drawn(interaction, key))

    async def _pick(self, interaction: Interaction, press: Press) -> None:
        """A choice was picked: a switch changes at once, the rest gets its control."""
        key, guild = press[self.ids.key], guild_of(interaction)
        name, _separator, wanted = press.values[0].partition("=")
        if wanted in SWITCHED:
            await self._change(interaction, key, name, SWITCHED[wanted])
            return
        settings = await self._known(guild, key, name)
        if settings.kind(name) in OFFERED:
            await redraw(interaction, self._drawn(guild, key, settings, name))
        else:
            await interaction.response.send_modal(
                ValueModal(key, settings, name=name, change=self._change)
            )

    async def _choose(self, interaction: Interaction, press: Press) -> None:
        key, name, guild = press[self.ids.key], press["name"], guild_of(interaction)
        settings = await self._known(guild, key, name)
        kind = settings.kind(name)
        if kind is SettingKind.CHOICE:
            await self._change(interaction, key, name, press.values[0])
            return
        chosen = tuple(map(int, press.values))
        refuse_chosen(guild, interaction.user, kind, chosen, settings.needs(name))
        if settings.harmless(name):
            refuse_harmful_role(guild, chosen[0])
        value = chosen if kind is SettingKind.ROLES else chosen[0]
        await self._change(interaction, key, name, value)
        if settings.mutes(name):
            for warning in unmuted(guild, chosen[0]):
                await reply(interaction, warning)

    async def _choose_none(self, interaction: Interaction, press: Press) -> None:
        key, name = press[self.ids.key], press["name"]
        settings = await self._known(guild_of(interaction), key, name)
        value = () if settings.kind(name) is SettingKind.ROLES else None
        await self._change(interaction, key, name, value)

    async def _change(self, interaction: Interaction, key: str, name: str, value: Any) -> None:
        require(interaction, manage_guild=True)
        guild = guild_of(interaction)
        await interaction.response.defer()
        settings = await self.make(actor_of(interaction), key, name, value)
        await redraw(interaction, self._drawn(guild, key, settings, ""))

    async def _known(self, guild: discord.Guild, key: str, name: str) -> FeatureSettings:
        """The choices; NotFound where an old panel names one that there is no more."""
        settings = await self.find(guild.id, key)
        if name not in type(settings).model_fields:
            raise NotFound(_("There is no setting “{name}”.").format(name=name))
        return settings

    def _drawn(self, guild: discord.Guild, key: str, settings: FeatureSettings, name: str) -> Post:
        drawn = panel(self.ids, key, settings, guild, picked=name, kinds=self.kinds)
        return self.dress(drawn, key)
