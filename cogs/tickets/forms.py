"""Forms: the questions of a ticket type as a modal, and what was answered."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from discord import ui

from bot.client import limits
from bot.client.interactions import HeraldModal, Interaction, TextField
from bot.features.tickets.types import FormQuestion, QuestionKind, TicketType
from bot.user_text import clip

ANSWER_LIMIT = 1000
FILES = 5
Answers = Mapping[str, str]
Uploads = tuple[discord.Attachment, ...]
Submit = Callable[[Interaction, Answers, Uploads], Awaitable[None]]


class TicketForm(HeraldModal):
    """Modal of up to five questions."""

    def __init__(self, kind: TicketType, submit: Submit) -> None:
        super().__init__(kind.name)
        self._submit = submit
        self._fields = {one.text: self._field(number, one) for number, one in enumerate(kind.form)}

    async def submitted(self, interaction: Interaction) -> None:
        answers, uploads = dict[str, str](), list[discord.Attachment]()
        for question, field in self._fields.items():
            if isinstance(field, ui.FileUpload):
                uploads += field.values
                answers[question] = ", ".join(one.filename for one in field.values)
            else:
                answers[question] = answered(field)
        await self._submit(interaction, answers, tuple(uploads))

    def _field(self, number: int, question: FormQuestion) -> ui.Item[Any]:
        custom_id = f"q{number}"
        if question.kind in (QuestionKind.SHORT, QuestionKind.LONG):
            return self.ask(
                TextField(
                    custom_id,
                    question.text,
                    question.about,
                    longest=ANSWER_LIMIT,
                    is_required=question.is_required,
                    has_lines=question.kind is QuestionKind.LONG,
                )
            )
        field = _chooser(custom_id, question)
        self.add_item(
            ui.Label(
                text=clip(question.text, limits.LABEL),
                description=clip(question.about, limits.LABEL_ABOUT) or None,
                component=field,
            )
        )
        return field


def answered(field: ui.Item[Any]) -> str:
    """What was typed or chosen, in words."""
    if isinstance(field, ui.TextInput | ui.RadioGroup):
        return field.value or ""
    return ", ".join(getattr(field, "values", ()))


def _chooser(custom_id: str, question: FormQuestion) -> ui.Item[Any]:
    """What offers the options; Discord takes two radio buttons at least, so one is a select."""
    needed, options = question.is_required, question.options
    match question.kind:
        case QuestionKind.FILES:
            return ui.FileUpload(
                custom_id=custom_id,
                required=needed,
                min_values=1 if needed else 0,
                max_values=FILES,
            )
        case QuestionKind.RADIO if len(options) > 1:
            radio = ui.RadioGroup[Any](custom_id=custom_id, required=needed)
            for one in options:
                radio.add_option(label=clip(one, limits.OPTION), value=clip(one, limits.OPTION))
            return radio
        case QuestionKind.BOXES:
            boxes = ui.CheckboxGroup[Any](
                custom_id=custom_id,
                required=needed,
                min_values=1 if needed else 0,
                max_values=len(options),
            )
            for one in options:
                boxes.add_option(label=clip(one, limits.OPTION), value=clip(one, limits.OPTION))
            return boxes
        case _:
            return ui.Select(
                custom_id=custom_id,
                required=needed,
                min_values=1 if needed else 0,
                options=[discord.SelectOption(label=clip(one, limits.OPTION)) for one in options],
            )
