"""Question handlers: what the controls of a ticket type's questions do."""

from collections.abc import Callable
from functools import partial
from typing import Any

import discord

from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    reply,
    require,
)
from bot.features.tickets import questionnaire
from bot.features.tickets.questionnaire import Place, Questionnaire
from bot.features.tickets.service import TicketsService
from bot.features.tickets.type_service import Reform
from bot.features.tickets.types import FormQuestion, TicketType
from cogs.tickets import type_views as views
from cogs.tickets.question_form import QuestionForm

_ChangeAt = Callable[[Questionnaire, Place], Questionnaire]


class QuestionHandlers:
    """Questions of types, for whoever manages the server."""

    def __init__(self, tickets: TicketsService) -> None:
        self._types = tickets.types

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old panels."""
        acts = (
            (views.QUESTIONED, self._show),
            (views.QUESTION, self._pick),
            (views.ASK, self._add),
            (views.ALTER, self._edit),
            (views.RAISE, partial(self._change_at, questionnaire.raised)),
            (views.REMOVE, partial(self._change_at, questionnaire.removed)),
        )
        return [control(known_by, act, permission="manage_guild") for known_by, act in acts]

    async def show(self, interaction: Interaction, type_id: int) -> None:
        """The questions of a type, for whoever asked alone."""
        await reply(interaction, views.questions(await self._there(interaction, type_id)))

    async def _there(self, interaction: Interaction, type_id: int) -> TicketType:
        return await self._types.there(actor_of(interaction).guild_id, type_id)

    async def _show(self, interaction: Interaction, press: Press) -> None:
        kind = await self._there(interaction, int(press["type"]))
        await redraw(interaction, views.questions(kind))

    async def _pick(self, interaction: Interaction, press: Press) -> None:
        kind = await self._there(interaction, int(press["type"]))
        place = views.place_of(press.values[0])
        questionnaire.found(kind.form, place)
        await redraw(interaction, views.questions(kind, place.number))

    async def _add(self, interaction: Interaction, press: Press) -> None:
        async def submit(interaction: Interaction, question: FormQuestion) -> None:
            def add(form: Questionnaire) -> Questionnaire:
                return questionnaire.added(form, question)

            await self._reform(interaction, int(press["type"]), add)

        await self._there(interaction, int(press["type"]))
        await interaction.response.send_modal(QuestionForm(submit))

    async def _edit(self, interaction: Interaction, press: Press) -> None:
        place = _place(press)

        async def submit(interaction: Interaction, question: FormQuestion) -> None:
            def change(form: Questionnaire) -> Questionnaire:
                return questionnaire.replaced(form, place, question)

            await self._reform(interaction, int(press["type"]), change)

        kind = await self._there(interaction, int(press["type"]))
        seen = questionnaire.found(kind.form, place)
        await interaction.response.send_modal(QuestionForm(submit, seen))

    async def _change_at(self, change: _ChangeAt, interaction: Interaction, press: Press) -> None:
        place = _place(press)
        await self._reform(interaction, int(press["type"]), lambda form: change(form, place))

    async def _reform(self, interaction: Interaction, type_id: int, change: Reform) -> None:
        require(interaction, manage_guild=True)
        await interaction.response.defer()
        kind = await self._types.reform(actor_of(interaction), type_id, change)
        await redraw(interaction, views.questions(kind))


def _place(press: Press) -> Place:
    return Place(int(press["place"]), press["mark"])
