"""Actions of a rule: what is done to a message and to whoever wrote it, in order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from bot.durations import SECONDS, in_words, parse_duration
from bot.errors import UserError
from bot.texts import N_, _
from bot.user_text import repeated

MOST_ACTIONS = 6
LONGEST_TIMEOUT = timedelta(days=28)  # source: Discord's reference, "Modify Guild Member"
LONGEST = timedelta(days=5 * 365)


class ActionKind(StrEnum):
    """Kinds of action, the mildest first."""

    LOG_ONLY = "log_only"
    ALERT = "alert"
    DELETE = "delete"
    WARN = "warn"
    TIMEOUT = "timeout"
    MUTE = "mute"
    KICK = "kick"
    BAN = "ban"

    @property
    def severity(self) -> int:
        """Which of two rules that fit acts: the one with the greater."""
        return list(ActionKind).index(self)

    @property
    def is_sanction(self) -> bool:
        """Whether it is done to the person."""
        return self.severity >= ActionKind.WARN.severity


TIMED = frozenset({ActionKind.TIMEOUT, ActionKind.MUTE, ActionKind.BAN})
WORDS: dict[ActionKind, str] = {
    ActionKind.LOG_ONLY: N_("only write it into the log"),
    ActionKind.ALERT: N_("call the staff"),
    ActionKind.DELETE: N_("delete the message"),
    ActionKind.WARN: N_("warn"),
    ActionKind.TIMEOUT: N_("time out"),
    ActionKind.MUTE: N_("mute"),
    ActionKind.KICK: N_("kick"),
    ActionKind.BAN: N_("ban"),
}


@dataclass(frozen=True, slots=True)
class RuleAction:
    """One action; it is written `delete`, `timeout 10m` or `ban 7d`."""

    kind: ActionKind
    duration: timedelta | None = None

    @classmethod
    def read(cls, typed: str) -> "RuleAction":
        """What was written; a UserError says how it is."""
        name, _gap, rest = typed.strip().partition(" ")
        try:
            kind = ActionKind(name.casefold().replace("-", "_"))
        except ValueError:
            text = _("“{typed}” is no action: write {known}.")
            known = ", ".join(ActionKind)
            raise UserError(text.format(typed=repeated(typed), known=known)) from None
        duration = parse_duration(rest) if rest.strip() else None
        return cls(kind, _fitting(kind, duration))

    def __str__(self) -> str:
        if self.duration is None:
            return self.kind.value
        return f"{self.kind.value} {_compact(self.duration)}"

    @property
    def words(self) -> str:
        """As people read it."""
        words = _(WORDS[self.kind])
        if self.duration is None:
            return words
        return _("{action} for {duration}").format(action=words, duration=in_words(self.duration))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """In JSON it is its written form."""
        typed = core_schema.no_info_plain_validator_function(
            cls._validated, serialization=core_schema.to_string_ser_schema()
        )
        return core_schema.json_or_python_schema(
            json_schema=core_schema.chain_schema([core_schema.str_schema(), typed]),
            python_schema=typed,
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def _validated(cls, given: object) -> "RuleAction":
        if isinstance(given, RuleAction):
            return given
        try:
            return cls.read(str(given))
        except UserError as error:
            raise ValueError(str(error)) from None


def read_actions(typed: str) -> tuple[RuleAction, ...]:
    """Actions one after the other, with commas between them."""
    return tuple(RuleAction.read(one) for one in typed.split(",") if one.strip())


def joined(kinds: Sequence[ActionKind]) -> str:
    """What was done, as events say it: `delete_and_warn`; `log_only` where nothing was."""
    return "_and_".join(kinds) or ActionKind.LOG_ONLY.value


def severest(actions: Sequence[RuleAction]) -> int:
    """How much the strongest of them does."""
    return max((one.kind.severity for one in actions), default=0)


def _fitting(kind: ActionKind, duration: timedelta | None) -> timedelta | None:
    if kind is ActionKind.TIMEOUT and duration is None:
        raise UserError(_("Say for how long: timeout 10m."))
    if duration is None:
        return None
    if kind not in TIMED:
        text = _("{action} has no duration: write it alone.")
        raise UserError(text.format(action=kind.value))
    longest = LONGEST_TIMEOUT if kind is ActionKind.TIMEOUT else LONGEST
    if not timedelta(seconds=1) <= duration <= longest:
        text = _("{action} lasts from a second to {longest}.")
        raise UserError(text.format(action=kind.value, longest=in_words(longest)))
    return duration


def _compact(duration: timedelta) -> str:
    seconds, parts = int(duration.total_seconds()), list[str]()
    for unit in ("d", "h", "m", "s"):
        count, seconds = divmod(seconds, SECONDS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)
