"""Ladder of escalation: so many warnings in so many days lead to an action."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.catalogue.cases import CaseType
from bot.durations import parse_duration
from bot.errors import UserError
from bot.features.cases.model import KINDS, LONGEST, SHORTEST
from bot.texts import _

ACTIONS: tuple[CaseType, ...] = ("timeout", "mute", "kick", "tempban", "ban")
DEFAULT = "3 in 14d: timeout 24h"
_RUNG = re.compile(r"(\d{1,3}) in (\S+?): *([a-z]+)(?: +(\S.*))?")


@dataclass(frozen=True, slots=True)
class Rung:
    """At exactly `count` warnings within `within`, this is done."""

    count: int
    within: timedelta
    action: CaseType
    duration: timedelta | None


def parse_ladder(text: str) -> tuple[Rung, ...]:
    """Rungs from `3 in 14d: timeout 24h; 5 in 30d: ban`; empty for no ladder."""
    rungs = tuple(_rung(part) for part in re.split(r"[;\n]", text) if part.strip())
    if len({rung.count for rung in rungs}) != len(rungs):
        raise UserError(_("Each number of warnings can stand on the ladder once."))
    return rungs


def rung_at(rungs: tuple[Rung, ...], counts: dict[timedelta, int]) -> Rung | None:
    """The rung that these counts have just reached, the highest first; `counts` by `within`."""
    reached = [rung for rung in rungs if counts.get(rung.within) == rung.count]
    return max(reached, key=lambda rung: rung.count, default=None)


def _rung(part: str) -> Rung:
    found = _RUNG.fullmatch(" ".join(part.lower().split()))
    actions: list[CaseType] = [one for one in ACTIONS if found and one == found[3]]
    action = actions[0] if actions else None
    if found is None or action is None or not int(found[1]):
        text = _("“{part}” is no step of a ladder. Write for example: {example}")
        raise UserError(text.format(part=" ".join(part.split())[:60], example=DEFAULT))
    duration = parse_duration(found[4]) if found[4] else None
    kind = KINDS[action]
    if duration is None and kind.needs_duration:
        raise UserError(_("Say for how long the {action} is to last.").format(action=action))
    if duration is not None and not kind.takes_duration:
        raise UserError(_("A {action} has no duration: leave it out.").format(action=action))
    if duration is not None and not SHORTEST <= duration <= min(kind.longest, LONGEST):
        raise UserError(
            _("That duration is too short or too long for a {action}.").format(action=action)
        )
    return Rung(int(found[1]), parse_duration(found[2]), action, duration)
