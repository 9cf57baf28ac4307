"""Modal of a rule: what it looks for, in the fields of its category."""

from collections.abc import Awaitable, Callable

from bot.client.interactions import HeraldModal, Interaction, TextField
from bot.features.automod.form import FORMS, LONGEST, read_terms, written
from bot.features.automod.model import CATEGORIES
from bot.features.automod.terms import AnyTerms, RuleTerms
from bot.texts import _

TermsTyped = Callable[[Interaction, AnyTerms], Awaitable[None]]
SHORT = 200  # characters of a field without lines


class RuleModal(HeraldModal):
    """Modal with what stands there now; what was typed is handed on as terms."""

    def __init__(self, terms: RuleTerms, submit: TermsTyped) -> None:
        category = terms.category
        super().__init__(_("Rule about {category}").format(category=_(CATEGORIES[category])))
        self._category, self._submit = category, submit
        values = written(terms)
        self._typed = {
            field.name: self.ask(
                TextField(
                    field.name,
                    _(field.heading),
                    _(field.about),
                    values[field.name],
                    LONGEST if field.has_lines else SHORT,
                    has_lines=field.has_lines,
                )
            )
            for field in FORMS[category]
        }

    async def submitted(self, interaction: Interaction) -> None:
        typed = {name: field.value for name, field in self._typed.items()}
        await self._submit(interaction, read_terms(self._category, typed))
