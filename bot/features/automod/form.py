"""Form of a rule: its terms as fields that are typed into, and read again. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from pydantic import ValidationError

from bot.errors import UserError
from bot.features.automod.problems import problem_of
from bot.features.automod.terms import TERMS, AnyTerms, Category, RuleTerms
from bot.numbers import parse_number
from bot.texts import N_, _
from bot.user_text import repeated

LONGEST = 4000  # characters of a field, source: Discord's reference, "Text Input"
YES = frozenset({"yes", "y", "on", "true", "1"})
NO = frozenset({"no", "n", "off", "false", "0", ""})
_BETWEEN = re.compile(r"[,;\n]")


class FieldKind(StrEnum):
    """How a field is written."""

    LIST = "list"  # with commas or line ends between
    LINES = "lines"
    NUMBER = "number"
    SWITCH = "switch"
    FLAGS = "flags"  # names of those that are on


@dataclass(frozen=True, slots=True)
class RuleField:
    """A field of a form; of flags its `parts` are the switches."""

    name: str
    kind: FieldKind
    heading: str
    about: str
    parts: tuple[str, ...] = ()

    @property
    def has_lines(self) -> bool:
        return self.kind in (FieldKind.LIST, FieldKind.LINES)


_SECONDS = RuleField("seconds", FieldKind.NUMBER, N_("Within how many seconds"), N_("1 to 120"))
FORMS: Mapping[Category, Sequence[RuleField]] = {
    Category.KEYWORDS: (
        RuleField(
            "words",
            FieldKind.LIST,
            N_("Keywords"),
            N_("With commas or lines between; scam* is also scammer"),
        ),
        RuleField("allow", FieldKind.LIST, N_("Allowed words"), N_("What is never meant")),
        RuleField(
            "patterns", FieldKind.LINES, N_("Patterns"), N_("Of RE2, one a line; 10 at most")
        ),
        RuleField(
            "how",
            FieldKind.FLAGS,
            N_("How they are sought"),
            N_("whole_word, leet (fr33 is free), accents (año is ano)"),
            ("whole_word", "leet", "accents"),
        ),
    ),
    Category.LINKS: (
        RuleField(
            "what",
            FieldKind.FLAGS,
            N_("Which links are refused"),
            N_("invites, shorteners, lookalikes, every"),
            ("invites", "shorteners", "lookalikes", "every"),
        ),
        RuleField("deny", FieldKind.LIST, N_("Refused hosts"), N_("evil.org, with all below it")),
        RuleField("allow", FieldKind.LIST, N_("Allowed hosts"), N_("youtube.com, *.example.org")),
    ),
    Category.MENTIONS: (
        RuleField("users", FieldKind.NUMBER, N_("Most people"), N_("Empty for any number")),
        RuleField("roles", FieldKind.NUMBER, N_("Most roles"), N_("Empty for any number")),
        RuleField("everyone", FieldKind.SWITCH, N_("Refuse @everyone"), N_("yes or no")),
    ),
    Category.TEXT_STYLE: (
        RuleField("caps_percent", FieldKind.NUMBER, N_("Most capitals, in %"), N_("50 to 100")),
        RuleField("caps_letters", FieldKind.NUMBER, N_("From how many letters"), N_("5 or more")),
        RuleField("emoji", FieldKind.NUMBER, N_("Most emoji"), N_("Empty for any number")),
        RuleField("lines", FieldKind.NUMBER, N_("Most lines"), N_("Empty for any number")),
        RuleField("zalgo", FieldKind.SWITCH, N_("Refuse heaps of marks"), N_("yes or no")),
    ),
    Category.ATTACHMENTS: (
        RuleField("refuse", FieldKind.LIST, N_("Refused kinds of file"), N_("exe, bat, scr")),
        RuleField("only", FieldKind.LIST, N_("The only kinds of file"), N_("png, jpg; or empty")),
        RuleField("largest_kb", FieldKind.NUMBER, N_("Largest, in KB"), N_("Empty for any size")),
        RuleField("most", FieldKind.NUMBER, N_("Most files"), N_("0 allows none")),
    ),
    Category.SPAM: (
        RuleField("messages", FieldKind.NUMBER, N_("How many messages"), N_("2 to 50, or empty")),
        RuleField(
            "duplicates",
            FieldKind.NUMBER,
            N_("How often the same message"),
            N_("2 to 20, or empty"),
        ),
        _SECONDS,
    ),
    Category.CHANNEL_SPAM: (
        RuleField("channels", FieldKind.NUMBER, N_("In how many channels"), N_("2 to 20")),
        _SECONDS,
    ),
    Category.NEW_ACCOUNT: (
        RuleField("days", FieldKind.NUMBER, N_("Younger than how many days"), N_("1 to 365")),
    ),
}


def written(terms: RuleTerms) -> dict[str, str]:
    """What stands in the fields; a UserError where that is more than a field holds."""
    found = {field.name: _written(terms, field) for field in FORMS[terms.category]}
    if any(len(value) > LONGEST for value in found.values()):
        text = _("These are more words than a form holds: use /automod export and import.")
        raise UserError(text)
    return found


def read_terms(category: Category, typed: Mapping[str, str]) -> AnyTerms:
    """What was typed, as terms; a UserError says what to write instead."""
    model, values = TERMS[category], dict[str, Any]()
    for field in FORMS[category]:
        text = typed.get(field.name, "").strip()
        if field.kind is FieldKind.FLAGS:
            values.update(_flags(field, text))
        else:
            values[field.name] = _read(model, field, text)
    try:
        return cast("AnyTerms", model.model_validate(values))
    except ValidationError as error:
        raise UserError(problem_of(error)) from None


def _written(terms: RuleTerms, field: RuleField) -> str:
    if field.kind is FieldKind.FLAGS:
        return ", ".join(one for one in field.parts if getattr(terms, one))
    value: Any = getattr(terms, field.name)
    match field.kind:
        case FieldKind.LIST:
            return ", ".join(value)
        case FieldKind.LINES:
            return "\n".join(value)
        case FieldKind.SWITCH:
            return _("yes") if value else _("no")
        case _:
            return "" if value is None else str(value)


def _read(model: type[RuleTerms], field: RuleField, text: str) -> Any:
    match field.kind:
        case FieldKind.LIST:
            return [one.strip() for one in _BETWEEN.split(text) if one.strip()]
        case FieldKind.LINES:
            return [one.strip() for one in text.splitlines() if one.strip()]
        case FieldKind.SWITCH:
            return _switch(text)
        case _:
            return _number(model, field, text)


def _number(model: type[RuleTerms], field: RuleField, text: str) -> int | None:
    """Within the bounds that the terms have; nothing where that is one of their values."""
    info = model.model_fields[field.name]
    if not text and info.annotation is not int:
        return None
    bounds = {name: value for one in info.metadata for name, value in _bound(one)}
    try:
        return parse_number(text, least=bounds.get("ge", 0), most=bounds.get("le", 10**9))
    except UserError as error:
        raise UserError(f"{_(field.heading)}: {error}") from None


def _bound(one: Any) -> Sequence[tuple[str, int]]:
    return [(name, getattr(one, name)) for name in ("ge", "le") if hasattr(one, name)]


def _switch(text: str) -> bool:
    known = text.casefold()
    yes, no = YES | {_("yes").casefold()}, NO | {_("no").casefold()}
    if known not in yes | no:
        said = _("“{typed}” is neither yes nor no: write one of the two.")
        raise UserError(said.format(typed=repeated(text)))
    return known in yes


def _flags(field: RuleField, text: str) -> dict[str, bool]:
    """Which of the parts are on."""
    named = {one.strip().casefold() for one in _BETWEEN.split(text) if one.strip()}
    for one in named:
        if one not in field.parts:
            said = _("“{typed}” is none of {known}.")
            raise UserError(said.format(typed=repeated(one), known=", ".join(field.parts)))
    return {one: one in named for one in field.parts}
