"""Type handlers: what the controls of a ticket type and of its questions do."""

from functools import partial
from typing import Any

import discord

from bot.acts import Actor
from bot.client.choice_acts import ChoiceActs
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
from bot.features.tickets import questionnaire
from bot.features.tickets.questionnaire import Place
from bot.features.tickets.service import TicketsService
from bot.features.tickets.type_service import Reform
from bot.features.tickets.types import FormQuestion, TicketType, TypeChoices
from bot.texts import _
from bot.user_text import inline
from cogs.tickets import type_views as views
from cogs.tickets.question_form import QuestionForm


class TypeHandlers:
    """Panels of types, for whoever manages the server."""

    def __init__(self, tickets: TicketsService) -> None:
        self.tickets = tickets
        self._types = tickets.types
        self.choices = ChoiceActs(views.IDS, self._find, self._make, views.dressed)

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old panels."""
        acts = (
            (views.TYPE, self._back),
            (views.QUESTIONED, self._show_questions),
            (views.QUESTION, self._pick_question),
            (views.ASK, self._add),
            (views.ALTER, self._edit),
            (views.RAISE, partial(self._moved, questionnaire.raised)),
            (views.REMOVE, partial(self._moved, questionnaire.removed)),
            (views.DELETE, self._delete),
            (views.KEEP, self._keep),
        )
        own = [control(known_by, act, permission="manage_guild") for known_by, act in acts]
        return [*self.choices.items(), *own]

    async def create(self, interaction: Interaction, name: str) -> None:
        """A type with the defaults, and its panel."""
        async with working(interaction) as answer:
            made = await self._types.create(actor_of(interaction), name)
            await answer(await self.choices.drawn(interaction, str(made.id)))

    async def questions(self, interaction: Interaction, type_id: int) -> None:
        await reply(interaction, views.questions(await self.there(interaction, type_id)))

    async def ask_deletion(self, interaction: Interaction, type_id: int) -> None:
        """Ask before a type is deleted."""
        kind = await self.there(interaction, type_id)
        count = await self.tickets.open_of(kind)
        await reply(interaction, views.deletion(kind, count))

    async def there(self, interaction: Interaction, type_id: int) -> TicketType:
        """A type of this server that was not deleted; NotFound without one."""
        return await self._types.there(actor_of(interaction).guild_id, type_id)

    async def _find(self, guild_id: int, type_id: str) -> TypeChoices:
        return (await self._types.there(guild_id, int(type_id))).choices

    async def _make(self, actor: Actor, type_id: str, name: str, value: Any) -> TypeChoices:
        return (await self._types.change(actor, int(type_id), name, value)).choices

    async def _back(self, interaction: Interaction, press: Press) -> None:
        await redraw(interaction, await self.choices.drawn(interaction, press["type"]))

    async def _show_questions(self, interaction: Interaction, press: Press) -> None:
        kind = await self.there(interaction, int(press["type"]))
        await redraw(interaction, views.questions(kind))

    async def _pick_question(self, interaction: Interaction, press: Press) -> None:
        kind = await self.there(interaction, int(press["type"]))
        place = views.place_of(press.values[0])
        questionnaire.found(kind.form, place)
        await redraw(interaction, views.questions(kind, place.number))

    async def _add(self, interaction: Interaction, press: Press) -> None:
        async def submit(interaction: Interaction, question: FormQuestion) -> None:
            def add(form: questionnaire.Form) -> questionnaire.Form:
                return questionnaire.added(form, question)

            await self._reform(interaction, int(press["type"]), add)

        await self.there(interaction, int(press["type"]))
        await interaction.response.send_modal(QuestionForm(submit))

    async def _edit(self, interaction: Interaction, press: Press) -> None:
        place = _place(press)

        async def submit(interaction: Interaction, question: FormQuestion) -> None:
            def change(form: questionnaire.Form) -> questionnaire.Form:
                return questionnaire.replaced(form, place, question)

            await self._reform(interaction, int(press["type"]), change)

        kind = await self.there(interaction, int(press["type"]))
        seen = questionnaire.found(kind.form, place)
        await interaction.response.send_modal(QuestionForm(submit, seen))

    async def _moved(self, change: Any, interaction: Interaction, press: Press) -> None:
        place = _place(press)
        await self._reform(interaction, int(press["type"]), lambda form: change(form, place))

    async def _reform(self, interaction: Interaction, type_id: int, change: Reform) -> None:
        require(interaction, manage_guild=True)
        await interaction.response.defer()
        kind = await self._types.reform(actor_of(interaction), type_id, change)
        await redraw(interaction, views.questions(kind))

    async def _delete(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        gone = await self._types.delete(actor_of(interaction), int(press["type"]))
        text = _("The type “{name}” is deleted.")
        await redraw(interaction, text.format(name=inline(gone.name, 100)))

    async def _keep(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, _("It stays."))


def _place(press: Press) -> Place:
    return Place(int(press["place"]), press["mark"])
