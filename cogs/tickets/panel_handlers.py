"""Panel handlers: what the controls of a panel's editor do."""

from typing import Any, Literal, cast

import discord

from bot.client.choice_panel import guild_of
from bot.client.choice_refusals import refuse_channel
from bot.client.interactions import (
    HeraldModal,
    Interaction,
    Press,
    TextField,
    actor_of,
    control,
    redraw,
    reply,
    require,
    working,
)
from bot.features.tickets.check import WRITES
from bot.features.tickets.panels import TEXT_LIMIT, TITLE_LIMIT
from bot.features.tickets.service import TicketsService
from bot.features.tickets.type_store import Panel
from bot.texts import _
from bot.user_text import inline
from cogs.tickets import panel_views as views


class PanelHandlers:
    """Panels, for whoever manages the server."""

    def __init__(self, tickets: TicketsService) -> None:
        self.tickets = tickets
        self._panels = tickets.panels

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old editors."""
        acts = (
            (views.WORDS, self._write),
            (views.STYLE, self._choose_style),
            (views.TYPES, self._choose_types),
            (views.PLACE, self._choose_place),
            (views.POST, self._post),
            (views.DELETE, self._delete),
            (views.KEEP, self._keep),
        )
        return [control(known_by, act, permission="manage_guild") for known_by, act in acts]

    async def create(self, interaction: Interaction, title: str) -> None:
        """A panel of every type, and its editor."""
        async with working(interaction) as answer:
            made = await self._panels.create(actor_of(interaction), title)
            await answer(await self._editor(interaction, made.id))

    async def edit(self, interaction: Interaction, panel_id: int) -> None:
        await reply(interaction, await self._editor(interaction, panel_id))

    async def preview(self, interaction: Interaction, panel_id: int, channel_id: int) -> None:
        """The panel as it will be, with the button that posts it."""
        guild = guild_of(interaction)
        refuse_channel(guild, channel_id, WRITES)
        panel, types = await self._panels.find(guild.id, panel_id)
        await reply(interaction, views.preview(panel, types, channel_id))

    async def ask_deletion(self, interaction: Interaction, panel_id: int) -> None:
        panel, _types = await self._panels.find(actor_of(interaction).guild_id, panel_id)
        await reply(interaction, views.deletion(panel))

    async def _editor(self, interaction: Interaction, panel_id: int) -> Any:
        guild_id = actor_of(interaction).guild_id
        panel, types = await self._panels.find(guild_id, panel_id)
        return views.editor(panel, types, await self.tickets.types.all_of(guild_id))

    async def _write(self, interaction: Interaction, press: Press) -> None:
        panel, _types = await self._panels.find(actor_of(interaction).guild_id, int(press["panel"]))
        await interaction.response.send_modal(WordsForm(self, panel))

    async def _choose_style(self, interaction: Interaction, press: Press) -> None:
        style = cast("Literal['buttons', 'select']", press.values[0])
        if style in views.STYLES:
            await self.change(interaction, int(press["panel"]), style=style)

    async def _choose_types(self, interaction: Interaction, press: Press) -> None:
        guild_id, panel_id = actor_of(interaction).guild_id, int(press["panel"])
        panel, _types = await self._panels.find(guild_id, panel_id)
        offered = views.part_of(await self.tickets.types.all_of(guild_id), int(press["part"]))
        chosen = {int(one) for one in press.values}
        kept = [one for one in panel.type_ids if one not in {type.id for type in offered} - chosen]
        kept += [one.id for one in offered if one.id in chosen and one.id not in kept]
        await self.change(interaction, panel_id, type_ids=kept)

    async def _choose_place(self, interaction: Interaction, press: Press) -> None:
        await self.preview(interaction, int(press["panel"]), int(press.values[0]))

    async def _post(self, interaction: Interaction, press: Press) -> None:
        refuse_channel(guild_of(interaction), int(press["channel"]), WRITES)
        async with working(interaction) as answer:
            place = int(press["panel"]), int(press["channel"])
            panel = await self._panels.post(actor_of(interaction), *place)
            await answer(views.posted(panel))

    async def _delete(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        gone = await self._panels.delete(actor_of(interaction), int(press["panel"]))
        text = _("The panel “{title}” is deleted.").format(title=inline(gone.title, 100))
        await redraw(interaction, text)

    async def _keep(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, _("It stays."))

    async def change(self, interaction: Interaction, panel_id: int, **values: Any) -> None:
        """Change it, and draw its editor anew."""
        require(interaction, manage_guild=True)
        await interaction.response.defer()
        await self._panels.change(actor_of(interaction), panel_id, **values)
        await redraw(interaction, await self._editor(interaction, panel_id))


class WordsForm(HeraldModal):
    """Modal of a panel's title and text."""

    def __init__(self, handlers: PanelHandlers, panel: Panel) -> None:
        super().__init__(_("Title and text"))
        self._handlers, self._panel_id = handlers, panel.id
        self._title = self.ask(
            TextField("title", _("Title"), "", panel.title, TITLE_LIMIT, is_required=True)
        )
        self._text = self.ask(
            TextField(
                "text",
                _("Text"),
                _("What members read above the buttons; Markdown may be used"),
                panel.text,
                TEXT_LIMIT,
                has_lines=True,
            )
        )

    async def submitted(self, interaction: Interaction) -> None:
        words = {"title": self._title.value, "text": self._text.value}
        await self._handlers.change(interaction, self._panel_id, **words)
