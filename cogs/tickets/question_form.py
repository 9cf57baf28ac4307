"""Question form: one question of a ticket type, written or changed in a modal."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.client.interactions import HeraldModal, Interaction, TextField
from bot.features.tickets import questionnaire
from bot.features.tickets.questionnaire import KINDS, OPTION_LIMIT
from bot.features.tickets.types import OPTIONS, FormQuestion, QuestionKind
from bot.texts import _

SubmitQuestion = Callable[[Interaction, FormQuestion], Awaitable[None]]
TEXT_LIMIT, ABOUT_LIMIT = 45, 100


class QuestionForm(HeraldModal):
    """Modal of a question's text, meaning, kind, options, and whether it must be answered."""

    def __init__(self, submit: SubmitQuestion, seen: FormQuestion | None = None) -> None:
        super().__init__(_("Question"))
        self._submit = submit
        now = seen or FormQuestion(text="?")
        text = "" if seen is None else seen.text
        self._text = self.ask(
            TextField("text", _("Question"), _("What is asked"), text, TEXT_LIMIT, is_required=True)
        )
        self._about = self.ask(
            TextField("about", _("Meaning"), _("A line below it"), now.about, ABOUT_LIMIT)
        )
        self._kind = ui.Select[Any](
            custom_id="kind",
            options=[
                discord.SelectOption(label=_(text), value=kind.value, default=kind is now.kind)
                for kind, text in KINDS.items()
            ],
        )
        self.add_item(ui.Label(text=_("How it is answered"), component=self._kind))
        about = _("One in each line, for a menu, buttons or boxes")
        longest = OPTIONS * (OPTION_LIMIT + 1)
        self._options = self.ask(
            TextField("options", _("Options"), about, "\n".join(now.options), longest, False, True)
        )
        self._needed = ui.Checkbox[Any](custom_id="needed", default=now.is_required)
        self.add_item(ui.Label(text=_("Must be answered"), component=self._needed))

    async def submitted(self, interaction: Interaction) -> None:
        kind = self._kind.values[0] if self._kind.values else QuestionKind.SHORT.value
        question = questionnaire.made(
            self._text.value,
            self._about.value,
            kind,
            self._options.value,
            is_required=self._needed.value,
        )
        await self._submit(interaction, question)
