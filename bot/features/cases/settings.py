"""Settings of cases: what a guild chooses about them, and the ladder as it is written there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from bot.catalogue.cases import CaseType
from bot.durations import in_words, parse_duration
from bot.errors import UserError
from bot.features.cases.model import KINDS, LONGEST, SHORTEST, Order
from bot.settings import ChannelId, FeatureSettings, HarmlessRoleId, MutingRoleId
from bot.texts import N_, _
from bot.user_text import clean_line

ACTIONS: tuple[CaseType, ...] = ("timeout", "mute", "kick", "tempban", "ban")
DEFAULT_LADDER = "3 in 14d: timeout 24h"
REASONS, REASON_LENGTH = 25, 100  # Discord suggests no more, and none that is longer
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


def parse_reasons(text: str) -> tuple[str, ...]:
    """Reasons to choose from, in their order; they stand on lines or with `;` between."""
    parts: list[str] = re.split(r"[;\n]", text)
    reasons = tuple(dict.fromkeys(one for part in parts if (one := clean_line(part))))
    if len(reasons) > REASONS or any(len(one) > REASON_LENGTH for one in reasons):
        text = _("There can be {count} reasons of {length} characters each, with “;” between.")
        raise UserError(text.format(count=REASONS, length=REASON_LENGTH))
    return reasons


def parse_kinds(text: str) -> frozenset[CaseType]:
    """Kinds of cases of which people can be told, from `kick, unmute`."""
    told: dict[str, CaseType] = {one: one for one, kind in KINDS.items() if kind.tells != "never"}
    named = text.lower().replace(",", " ").replace(";", " ").split()
    for one in named:
        if one not in told:
            message = _("“{name}” is no kind of which people are told. There are: {known}.")
            raise UserError(message.format(name=one[:60], known=", ".join(told)))
    return frozenset(told[one] for one in named)


def rung_at(rungs: tuple[Rung, ...], counts: dict[timedelta, int]) -> Rung | None:
    """The rung that these counts have just reached, the highest first; `counts` by `within`."""
    reached = [rung for rung in rungs if counts.get(rung.within) == rung.count]
    return max(reached, key=lambda rung: rung.count, default=None)


class CasesSettings(FeatureSettings):
    """What the feature does in one guild."""

    feature = "cases"
    title = N_("Moderation cases")

    enabled: bool = Field(default=True, description=N_("Offer the moderation commands"))
    log_channel_id: ChannelId = Field(
        default=None, description=N_("Where each case is logged; none for no log")
    )
    log_by_hand: bool = Field(
        default=True, description=N_("Log also what is done by hand: bans, kicks, timeouts")
    )
    return_channel_id: ChannelId = Field(
        default=None,
        description=N_("Where staff are told that somebody with cases came back"),
    )
    letters: bool = Field(
        default=True, description=N_("Tell people by direct message what was decided, and why")
    )
    silent_kinds: str | None = Field(
        default=None,
        max_length=200,
        description=N_("Kinds of which people are not told, such as “kick, unmute”"),
    )
    reasons: str | None = Field(
        default=None,
        max_length=1000,
        description=N_("Reasons to choose from while typing, with “;” between"),
    )
    reason_required: bool = Field(
        default=False, description=N_("Refuse to do anything to anybody without a reason")
    )
    mute_role_id: MutingRoleId = Field(
        default=None, description=N_("The role that keeps muted people from writing and speaking")
    )
    keep_muted: bool = Field(
        default=True, description=N_("Keep the muting role up: it denies writing in new channels")
    )
    quarantine_role_id: HarmlessRoleId = Field(
        default=None, description=N_("The one role of people in quarantine")
    )
    ladder: str = Field(
        default=DEFAULT_LADDER,
        max_length=400,
        description=N_(
            "What follows on warnings, such as “3 in 14d: timeout 24h; 5 in 30d: ban”; or nothing"
        ),
    )

    def asks(self, permission: str) -> bool:
        """Roles are given only where there is one to give."""
        is_given = self.mute_role_id is not None or self.quarantine_role_id is not None
        return is_given or permission != "manage_roles"

    @field_validator("ladder", "silent_kinds", "reasons")
    @classmethod
    def _readable(cls, text: str | None, about: ValidationInfo) -> str | None:
        try:
            READERS[about.field_name or ""](text or "")
        except UserError as error:
            raise PydanticCustomError("unread", "{message}", {"message": str(error)}) from None
        return text

    @property
    def logs_by_hand(self) -> bool:
        """Whether there is a log, and what is done by hand stands in it."""
        return self.log_by_hand and self.log_channel_id is not None

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return parse_ladder(self.ladder)

    @property
    def untold(self) -> frozenset[CaseType]:
        """The kinds of which people are not told, where they are told of others."""
        return parse_kinds(self.silent_kinds or "")

    @property
    def offered(self) -> tuple[str, ...]:
        """The reasons to choose from."""
        return parse_reasons(self.reasons or "")

    def role_for(self, order: Order) -> int | None:
        """The role that a mute gives."""
        return self.quarantine_role_id if order.quarantine else self.mute_role_id


READERS: dict[str, Callable[[str], object]] = {
    "ladder": parse_ladder,
    "silent_kinds": parse_kinds,
    "reasons": parse_reasons,
}
"""Settings that are read each time they are used: one that cannot be is refused."""


def _rung(part: str) -> Rung:
    found = _RUNG.fullmatch(" ".join(part.lower().split()))
    actions: list[CaseType] = [one for one in ACTIONS if found and one == found[3]]
    action = actions[0] if actions else None
    if found is None or action is None or not int(found[1]):
        text = _("“{part}” is no step of a ladder. Write for example: {example}")
        raise UserError(text.format(part=" ".join(part.split())[:60], example=DEFAULT_LADDER))
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
    within = parse_duration(found[2])
    if not SHORTEST <= within <= LONGEST:
        text = _("Count warnings over {least} to {most}, not over “{within}”.")
        raise UserError(
            text.format(least=in_words(SHORTEST), most=in_words(LONGEST), within=found[2][:20])
        )
    return Rung(int(found[1]), within, action, duration)
