"""Handlers of sync, for commands and controls: call the service, and answer."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, redraw, working
from bot.features.sync.model import kinds_of
from bot.features.sync.service import SyncService
from bot.user_text import sought, visible
from cogs.sync import views

MANAGES = "manage_guild"


class SyncHandlers:
    """What commands and controls share; everything is looked up in the server it happened in."""

    def __init__(self, sync: SyncService) -> None:
        self._sync = sync
        self._networks = sync.networks

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(views.ACCEPT, self._accept, permission=MANAGES),
            control(views.SENDS, self._sends, permission=MANAGES),
            control(views.TAKES, self._takes, permission=MANAGES),
        ]

    async def panel(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            await answer(await self._sync.ports.incidents.panel(guild_id, "sync"))

    async def create(self, interaction: Interaction, name: str) -> None:
        async with working(interaction) as answer:
            made = await self._networks.create(actor_of(interaction), name)
            await answer(views.created(made))

    async def invite(self, interaction: Interaction, network_id: int) -> None:
        async with working(interaction) as answer:
            code = await self._networks.invite(actor_of(interaction), network_id)
            await answer(views.invited(code))

    async def ask(self, interaction: Interaction, code: str) -> None:
        """Say what it is before anybody agrees to it."""
        async with working(interaction) as answer:
            await self._sync.ports.require(actor_of(interaction).guild_id)
            name, servers = await self._networks.offered(code)
            await answer(views.offered(code.strip().lower(), name, servers))

    async def kinds(self, interaction: Interaction, network_id: int) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            await answer(views.kinds(await self._networks.known(guild_id, network_id)))

    async def leave(self, interaction: Interaction, network_id: int) -> None:
        async with working(interaction) as answer:
            await answer(views.left(await self._networks.leave(actor_of(interaction), network_id)))

    async def remove(self, interaction: Interaction, network_id: int, number: int) -> None:
        async with working(interaction) as answer:
            name = await self._networks.remove(actor_of(interaction), network_id, number)
            await answer(views.removed(name, number))

    async def status(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            lines = await self._sync.status(guild_id)
            await answer(views.status(await self._networks.seen(guild_id), lines))

    async def suggested(self, guild_id: int, typed: str) -> Sequence[tuple[str, int]]:
        """The networks of a server, those that hold what was typed."""
        found = await self._networks.suggested(guild_id)
        return [(visible(name), one) for name, one in found if sought(typed) in sought(name)]

    async def _accept(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        joined = await self._networks.join(actor_of(interaction), press["code"])
        await redraw(interaction, views.kinds(joined))

    async def _sends(self, interaction: Interaction, press: Press) -> None:
        await self._choose(interaction, press, is_sent=True)

    async def _takes(self, interaction: Interaction, press: Press) -> None:
        await self._choose(interaction, press, is_sent=False)

    async def _choose(self, interaction: Interaction, press: Press, *, is_sent: bool) -> None:
        await interaction.response.defer()
        actor, network_id = actor_of(interaction), int(press["network"])
        now = await self._networks.known(actor.guild_id, network_id)
        chosen = kinds_of(" ".join(press.values))
        sends, takes = (chosen, now.takes) if is_sent else (now.sends, chosen)
        after = await self._networks.choose(actor, network_id, sends=sends, takes=takes)
        await redraw(interaction, views.kinds(after))
