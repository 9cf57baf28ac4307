"""Modals of an endpoint: its text and headers; its filter and limits; its terms."""

import re
from collections.abc import Sequence

from bot.client.interactions import HeraldModal, Interaction, TextField, actor_of, require, working
from bot.features.endpoints.edits import EditsService, EndpointDraft, Limited
from bot.features.endpoints.headers import KEPT, shown_headers
from bot.features.endpoints.limits import (
    LENGTH_LIMIT,
    THRESHOLD_DIALECT,
    LimitsDraft,
    Preview,
    shown_amount,
)
from bot.features.endpoints.model import DESCRIPTION_LIMIT, NAME_LIMIT
from bot.features.endpoints.service import Endpoint
from bot.features.endpoints.terms import TermsDraft
from bot.kept_texts import worded
from bot.texts import _
from bot.user_text import clip, inline
from cogs.endpoints.views import EDITED, said

NUMBER_LIMIT = 20  # characters of an amount or a rate
NAMES_LIMIT = 350  # characters of one list of events
REASON_LIMIT = 200
DOUBLE_QUOTED = re.compile(r'[=<>]\s*"')  # what is meant as text, most likely


class EditModal(HeraldModal):
    """Modal for name, address, description and headers; what was sealed is not shown."""

    def __init__(self, editing: EditsService, endpoint: Endpoint) -> None:
        super().__init__(_("Edit {name}").format(name=endpoint.name))
        self._editing = editing
        self._seen = endpoint
        name, about = endpoint.name, endpoint.description
        kept = _("One “Name: value” a line; {kept} keeps the value that is stored.")
        headers = shown_headers(dict.fromkeys(editing.header_names(endpoint), ""))
        self._name = self.ask(
            TextField("name", _("Name"), value=name, longest=NAME_LIMIT, is_required=True)
        )
        self._url = self.ask(
            TextField("url", _("Address"), _("Leave it empty to keep the one it has."))
        )
        self._description = self.ask(
            TextField("description", _("Description"), value=about, longest=DESCRIPTION_LIMIT)
        )
        self._headers = self.ask(
            TextField("headers", _("Own headers"), kept.format(kept=KEPT), headers, has_lines=True)
        )

    async def submitted(self, interaction: Interaction) -> None:
        require(interaction, manage_guild=True)
        async with working(interaction) as answer:
            draft = EndpointDraft(
                self._name.value, self._url.value, self._description.value, self._headers.value
            )
            endpoint = await self._editing.edit(actor_of(interaction), self._seen, draft)
            await answer(said(EDITED, endpoint))


class LimitsModal(HeraldModal):
    """Modal for filter, threshold and rate limit; each is there as it is set."""

    def __init__(self, editing: EditsService, endpoint: Endpoint) -> None:
        super().__init__(_("Filter and limits of {name}").format(name=endpoint.name))
        self._editing = editing
        self._seen = endpoint
        threshold = shown_amount(endpoint.threshold) if endpoint.threshold else ""
        rate = str(endpoint.rate_limit or "")
        example = _("JMESPath, such as data.kind == 'kicked'.")
        only = _("Dialect {dialect} only: smaller changes of a balance are kept out.")
        only = only.format(dialect=THRESHOLD_DIALECT)
        most = _("Attempts a minute; empty for no limit.")
        self._filter = self.ask(
            TextField("filter", _("Filter"), example, endpoint.filter, LENGTH_LIMIT, has_lines=True)
        )
        self._threshold = self.ask(
            TextField("threshold", _("Balance threshold"), only, threshold, NUMBER_LIMIT)
        )
        self._rate = self.ask(TextField("rate_limit", _("Rate limit"), most, rate, NUMBER_LIMIT))

    async def submitted(self, interaction: Interaction) -> None:
        require(interaction, manage_guild=True)
        async with working(interaction) as answer:
            draft = LimitsDraft(self._filter.value, self._threshold.value, self._rate.value)
            limited = await self._editing.limit(actor_of(interaction), self._seen, draft)
            await answer(told(limited))


class TermsModal(HeraldModal):
    """Modal for an attempt's seconds, requests at once and order; each is there as it is set."""

    def __init__(self, editing: EditsService, endpoint: Endpoint) -> None:
        super().__init__(_("Timeout and order of {name}").format(name=endpoint.name))
        self._editing = editing
        self._seen = endpoint
        usual = _("Whole seconds for an attempt; empty for what is usual here.")
        most = _("At once at most; empty for what is usual here.")
        order = _("yes: one at a time; what is later waits while one is tried again.")
        seconds, at_once = str(endpoint.answer_seconds or ""), str(endpoint.in_flight or "")
        is_ordered = _("yes") if endpoint.in_order else _("no")
        self._seconds = self.ask(TextField("seconds", _("Timeout"), usual, seconds, NUMBER_LIMIT))
        self._at_once = self.ask(TextField("in_flight", _("Requests"), most, at_once, NUMBER_LIMIT))
        self._order = self.ask(
            TextField("in_order", _("In order"), order, is_ordered, NUMBER_LIMIT)
        )

    async def submitted(self, interaction: Interaction) -> None:
        require(interaction, manage_guild=True)
        async with working(interaction) as answer:
            draft = TermsDraft(self._seconds.value, self._at_once.value, self._order.value)
            endpoint = await self._editing.set_terms(actor_of(interaction), self._seen, draft)
            await answer(said(EDITED, endpoint))


def told(limited: Limited) -> str:
    """That it is done, and what the filter does with the examples."""
    endpoint = limited.endpoint
    done = said(EDITED, endpoint)
    if limited.preview is None:
        return done
    return "\n".join([done, *_seen(endpoint, limited.preview)])


def _seen(endpoint: Endpoint, seen: Preview) -> list[str]:
    text = _("Of the documented examples the filter would let through: {passes}; keep out: {kept}.")
    lines = [text.format(passes=_names(seen.passes), kept=_names(seen.kept))]
    if seen.failed:
        reason = next(iter(seen.failed.values()))
        text = _("It fails on these, which are sent all the same: {failed} ({reason}).")
        lines.append(
            text.format(failed=_names([*seen.failed]), reason=inline(worded(reason), REASON_LIMIT))
        )
    if seen.kept and not (seen.passes or seen.failed):
        text = _("It keeps out every example. If that is not what you want, look at the spelling.")
        lines.append(text)
    if DOUBLE_QUOTED.search(endpoint.filter):
        text = _("Text stands in single quotes; in double quotes stands the name of a field.")
        lines.append(text)
    return lines


def _names(names: Sequence[str]) -> str:
    return clip(", ".join(f"`{name}`" for name in names), NAMES_LIMIT) or _("nothing")
