"""Terms of an endpoint, without I/O: seconds, requests at once and order, as they were typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.config import DeliveryConfig
from bot.errors import UserError
from bot.outbox.endpoint_registry import DeliveryTerms
from bot.outbox.endpoints import Endpoint
from bot.texts import _

YES, NO = frozenset({"yes", "y"}), frozenset({"", "no", "n"})
DIGITS = 4


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """Draft of terms as typed; empty text is what the instance has."""

    seconds: str
    in_flight: str
    in_order: str


@dataclass(frozen=True, slots=True)
class TermsBounds:
    """Bounds within which an endpoint's terms may lie, as the instance sets them."""

    usual_seconds: float = 10.0
    longest: int = 30  # seconds
    most: int = 16  # requests at once

    def within(self, seconds: int | None) -> int | None:
        """Stored seconds as they count now: the instance's bounds may have changed since."""
        return None if seconds is None else min(seconds, self.longest)

    @classmethod
    def of(cls, settings: DeliveryConfig) -> "TermsBounds":
        """Those of an instance."""
        longest = max(int(settings.longest_timeout), 1)
        return cls(settings.total_timeout, longest, settings.per_endpoint_in_flight)


def parse_terms(draft: TermsDraft, bounds: TermsBounds) -> DeliveryTerms:
    """The terms as they are stored; a UserError says what to type instead."""
    seconds = _number(draft.seconds, bounds.longest)
    if draft.seconds.strip() and seconds is None:
        text = _(
            "Write how many whole seconds an attempt may take, from 1 to {most}, or leave it "
            "empty for {usual:g}."
        )
        raise UserError(text.format(most=bounds.longest, usual=bounds.usual_seconds))
    in_flight = _number(draft.in_flight, bounds.most)
    if draft.in_flight.strip() and in_flight is None:
        text = _("Write how many requests it gets at once at most, from 1 to {most}, or nothing.")
        raise UserError(text.format(most=bounds.most))
    return DeliveryTerms(seconds, in_flight, _is_yes(draft.in_order))


def term_changes(endpoint: Endpoint, terms: DeliveryTerms) -> dict[str, Any]:
    """What becomes of each term that is not what it was, for the audit log."""
    pairs: Mapping[str, tuple[Any, Any]] = {
        "answer_seconds": (endpoint.answer_seconds, terms.answer_seconds),
        "in_flight": (endpoint.in_flight, terms.in_flight),
        "in_order": (endpoint.in_order, terms.in_order),
    }
    return {name: {"old": old, "new": new} for name, (old, new) in pairs.items() if old != new}


def _number(text: str, most: int) -> int | None:
    """A whole number from 1 to `most`; None where it is none."""
    typed = text.strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS):
        return None
    return int(typed) if 1 <= int(typed) <= most else None


def _is_yes(text: str) -> bool:
    typed = text.strip().casefold()
    if typed in YES or typed == _("yes").casefold():
        return True
    if typed in NO or typed == _("no").casefold():
        return False
    raise UserError(_("Write yes or no: whether its deliveries go one at a time, in order."))
