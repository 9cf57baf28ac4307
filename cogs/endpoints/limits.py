"""How an endpoint's filter, balance threshold and rate limit are set, and what they come to."""

import re
from collections.abc import Sequence

from discord import ui

from bot.client.interactions import HeraldModal, Interaction, actor_of, require
from bot.features.endpoints.edits import EditsService, Failing, Limited
from bot.features.endpoints.limits import (
    LENGTH_LIMIT,
    THRESHOLD_DIALECT,
    LimitsDraft,
    Preview,
    shown_amount,
)
from bot.features.endpoints.service import Endpoint
from bot.texts import _
from bot.user_text import APART, clip, inline
from cogs.endpoints.edit_modal import MODAL_SECONDS, TITLE_LIMIT, edited, text_input
from cogs.endpoints.views import ago

NUMBER_LIMIT = 20  # characters of an amount or a rate
NAMES_LIMIT = 500  # characters of one list of events
REASON_LIMIT = 200
DOUBLE_QUOTED = re.compile(r'[=<>]\s*"')  # what is meant as text, most likely


class LimitsModal(HeraldModal):
    """Asks for filter, threshold and rate limit; each is there as it is set."""

    def __init__(self, editing: EditsService, endpoint: Endpoint) -> None:
        title = _("Filter and limits of {name}").format(name=endpoint.name)
        super().__init__(title=clip(title, TITLE_LIMIT), timeout=MODAL_SECONDS)
        self._editing = editing
        self._seen = endpoint
        threshold = shown_amount(endpoint.threshold) if endpoint.threshold else ""
        self._filter = text_input("filter", endpoint.filter, LENGTH_LIMIT, lines=True)
        self._threshold = text_input("threshold", threshold, NUMBER_LIMIT)
        self._rate = text_input("rate_limit", str(endpoint.rate_limit or ""), NUMBER_LIMIT)
        only = _("Dialect {dialect} only: smaller changes of a balance are kept out.")
        for text, about, component in (
            (_("Filter"), _("JMESPath, such as data.kind == 'kicked'."), self._filter),
            (_("Balance threshold"), only.format(dialect=THRESHOLD_DIALECT), self._threshold),
            (_("Rate limit"), _("Attempts a minute; empty for no limit."), self._rate),
        ):
            self.add_item(ui.Label(text=text, description=about, component=component))

    async def submitted(self, interaction: Interaction) -> None:
        require(interaction, manage_guild=True)
        await interaction.response.defer(ephemeral=True, thinking=True)
        draft = LimitsDraft(self._filter.value, self._threshold.value, self._rate.value)
        limited = await self._editing.limit(actor_of(interaction), self._seen, draft)
        await interaction.followup.send(told(limited), ephemeral=True)


def told(limited: Limited) -> str:
    """That it is done, and what the filter does with the examples."""
    endpoint = limited.endpoint
    done = edited(endpoint)
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
            text.format(failed=_names([*seen.failed]), reason=inline(reason, REASON_LIMIT))
        )
    if seen.kept and not (seen.passes or seen.failed):
        text = _("It keeps out every example. If that is not what you want, look at the spelling.")
        lines.append(text)
    if DOUBLE_QUOTED.search(endpoint.filter):
        text = _("Text stands in single quotes; in double quotes stands the name of a field.")
        lines.append(text)
    return lines


def shown(endpoint: Endpoint, failing: Failing | None) -> list[str]:
    """The panel's lines about limits; none where none is set."""
    lines: list[str] = []
    if endpoint.filter:
        # Nothing else in it is marked, so that it can be copied as it is.
        unfenced = endpoint.filter.replace("```", f"``{APART}`")
        lines.append(f"**{_('Filter')}:**\n```\n{unfenced}\n```")
    if failing:
        text = _("⚠️ The filter fails since {when}: {reason} (`{event}`). Such events are sent.")
        reason = inline(failing.reason, REASON_LIMIT)
        when = ago(failing.since)
        lines.append(text.format(when=when, reason=reason, event=failing.event_type))
    if endpoint.threshold:
        lines.append(f"**{_('Balance threshold')}:** {shown_amount(endpoint.threshold)}")
    if endpoint.rate_limit is not None:
        rate = _("{count} attempts a minute").format(count=endpoint.rate_limit)
        lines.append(f"**{_('Rate limit')}:** {rate}")
    return lines


def _names(names: Sequence[str]) -> str:
    return clip(", ".join(f"`{name}`" for name in names), NAMES_LIMIT) or _("nothing")
