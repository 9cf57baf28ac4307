"""Import file: rules as JSON, read rule by rule, each problem with the line that it stands in."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from bot.errors import UserError
from bot.features.automod.model import MOST_RULES
from bot.features.automod.problems import said_of
from bot.features.automod.refusals import refuse_draft
from bot.features.automod.terms import RuleDraft
from bot.texts import _

LARGEST = 4 * 1024 * 1024  # bytes
VERSION = 1
_SPACE = " \t\n\r"


@dataclass(slots=True)
class ImportedRules:
    """What a file says: the rules, and what of it could not be read."""

    drafts: list[RuleDraft] = field(default_factory=list[RuleDraft])
    problems: list[str] = field(default_factory=list[str])

    @property
    def is_whole(self) -> bool:
        """Whether all of it could be read."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Element:
    """A rule of the file as JSON, and where in the file it stands."""

    value: Any
    start: int
    end: int


def exported(drafts: Sequence[RuleDraft]) -> bytes:
    """A file that holds these."""
    rules = [draft.model_dump(mode="json") for draft in drafts]
    document = {"version": VERSION, "rules": rules}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def read_rules(content: bytes) -> ImportedRules:
    """What the file says; a UserError where it is no such file at all."""
    if len(content) > LARGEST:
        raise UserError(_("That file is too large: 4 MB is the most."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(_("That is no text in UTF-8: save it as UTF-8.")) from None
    read = ImportedRules()
    for number, element in enumerate(_elements(text), 1):
        if number > MOST_RULES:
            raise UserError(_("A file may hold {most} rules: split it.").format(most=MOST_RULES))
        _read_one(read, text, element)
    if not read.drafts and not read.problems:
        raise UserError(_("There is no rule in that file."))
    return read


def _read_one(read: ImportedRules, text: str, element: Element) -> None:
    try:
        draft = RuleDraft.model_validate(element.value)
        refuse_draft(draft)
    except ValidationError as error:
        for one in error.errors():
            place = [part for part in one["loc"] if isinstance(part, str)]
            line = _line_of(text, element, place)
            read.problems.append(_("Line {line}: {why}").format(line=line, why=said_of(one)))
    except UserError as error:
        line = _line(text, element.start)
        read.problems.append(_("Line {line}: {why}").format(line=line, why=str(error)))
    else:
        read.drafts.append(draft)


def _elements(text: str) -> Iterator[Element]:
    """The rules one after the other: the file is their list, or an object that has it."""
    try:
        document: Any = json.loads(text)
    except RecursionError:
        raise UserError(_("That file is nested too deeply.")) from None
    except json.JSONDecodeError as error:
        said = _("Line {line}: that is no JSON: {why}.")
        raise UserError(said.format(line=error.lineno, why=error.msg)) from None
    found: Any = cast("dict[str, Any]", document).get("rules") if _is_object(document) else document
    if not isinstance(found, list):
        raise UserError(_("There is no list of rules in that file: it begins with “rules”."))
    at = text.index("[", text.index('"rules"') if _is_object(document) else 0) + 1
    decoder = json.JSONDecoder()
    for _one in cast("list[Any]", found):
        while text[at] in _SPACE + ",":
            at += 1
        value, end = decoder.raw_decode(text, at)
        yield Element(value, at, end)
        at = end


def _is_object(document: Any) -> bool:
    return isinstance(document, dict)


def _line_of(text: str, element: Element, place: Sequence[str]) -> int:
    """The line of the innermost name of the place that stands in the rule."""
    at = element.start
    for name in place:
        found = text.find(json.dumps(name, ensure_ascii=False), at, element.end)
        at = found if found >= 0 else at
    return _line(text, at)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
