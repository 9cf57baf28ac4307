"""Document of a transcript: one HTML file that holds all it shows, and asks nobody for more."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot import texts
from bot.durations import in_words
from bot.features.tickets.model import (
    PRIORITIES,
    SOURCES,
    STARS,
    Priority,
    Ticket,
    duration,
)
from bot.features.tickets.transcript import markup
from bot.features.tickets.transcript.elements import moment
from bot.features.tickets.transcript.lines import TranscriptLine, TranscriptSource
from bot.texts import _
from bot.user_text import initials

FOLDER = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; img-src data:; style-src '{style}'; script-src '{script}'; "
    "base-uri 'none'; form-action 'none'"
)
LONG = 200  # lines, from which on a browser lays out only what is near
SIDE = 40  # of a picture's box, in its own units


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptPictures:
    """What a transcript embeds, as `data:` addresses; `downloads` may be others.

    `avatars` and the pictures of embeds are known by their addresses, the rest by id.
    """

    avatars: Mapping[str, str] = field(default_factory=dict[str, str])
    emoji: Mapping[int, str] = field(default_factory=dict[int, str])
    embeds: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[int, str] = field(default_factory=dict[int, str])
    downloads: Mapping[int, str] = field(default_factory=dict[int, str])
    remarks: Sequence[str] = ()

    @property
    def weight(self) -> int:
        """Bytes that they take."""
        held = (self.avatars, self.emoji, self.embeds, self.files, self.downloads)
        return sum(len(address) + 120 for one in held for address in one.values())


def render(
    source: TranscriptSource,
    lines: Sequence[TranscriptLine],
    shown: TranscriptPictures,
    now: datetime,
) -> str:
    """The whole file, in the language of the moment; it takes some seconds: call it in a thread."""
    avatars = {address: f"a{number}" for number, address in enumerate(shown.avatars)}
    days = [(day, list(group)) for day, group in groupby(lines, lambda line: f"{line.at:%Y-%m-%d}")]
    language = texts.language()
    return (
        _environment()
        .get_template("transcript.html", globals={"_": texts.gettext})
        .render(
            language=language,
            direction=texts.direction(language),
            policy=policy(),
            style=_inline("transcript.css"),
            script=_inline("transcript.js"),
            head=_head(source, lines, shown, now),
            symbols=_symbols(avatars, shown),
            avatars=avatars,
            shown=shown,
            days=days,
            is_long=len(lines) > LONG,
        )
    )


@lru_cache(maxsize=1)
def policy() -> str:
    """What a browser lets the file do (source: W3C, "Content Security Policy Level 3")."""
    style, script = (_digest(_inline(name)) for name in ("transcript.css", "transcript.js"))
    return POLICY.format(style=style, script=script)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache
def _inline(name: str) -> Markup:
    """Our own file, as it is: nothing of it came from anybody else."""
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 - see above


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _symbols(avatars: Mapping[str, str], shown: TranscriptPictures) -> list[tuple[str, int, str]]:
    """Each picture that is shown in many places stands in the file once."""
    people = [(name, SIDE, shown.avatars[address]) for address, name in avatars.items()]
    return people + [(f"e{number}", SIDE, address) for number, address in shown.emoji.items()]


def _head(
    source: TranscriptSource,
    lines: Sequence[TranscriptLine],
    shown: TranscriptPictures,
    now: datetime,
) -> dict[str, Any]:
    ticket = source.ticket
    subject = markup.plain(ticket.subject)
    name = _("Ticket {number}").format(number=ticket.number)
    made = _("Made on {moment} UTC. All times are UTC.")
    return {
        "guild": markup.plain(source.guild),
        "initials": initials(source.guild),
        "name": name,
        "subject": subject,
        "title": " · ".join(filter(None, (name, subject, markup.plain(source.guild)))),
        "remarks": [*_remarks(source, lines), *shown.remarks],
        "facts": [*_facts(source), *_answers(ticket)],
        "made": made.format(moment=f"{now:%Y-%m-%d %H:%M}"),
    }


def _remarks(source: TranscriptSource, lines: Sequence[TranscriptLine]) -> list[str]:
    found = list[str]()
    if source.is_for_staff:
        text = _("The staff's copy, with notes and deleted messages. Do not hand it on.")
        found.append(text)
    written = sum(line.role != "note" for line in lines)
    hidden = 0 if source.is_for_staff else sum(one.is_deleted for one in source.messages)
    missing = max(source.total, len(source.messages)) - hidden - written
    if missing > 0:
        text = _("Only the newest {count} messages are here; {missing} older ones are left out.")
        found.append(text.format(count=written, missing=missing))
    return found


def _facts(source: TranscriptSource) -> list[tuple[str, Any]]:
    ticket = source.ticket
    facts: list[tuple[str, Any]] = [
        (_("About"), markup.plain(source.type_name)),
        (_("Opened by"), markup.plain(ticket.opener_name)),
        (_("Opened"), moment(ticket.opened_at or ticket.created_at)),
    ]
    if ticket.closed_at is not None:
        facts += _closing(source, ticket.closed_at)
    if ticket.claimed_by_id is not None:
        facts.append((_("In charge"), _named(source, ticket.claimed_by_id)))
    if source.is_for_staff and ticket.priority is not Priority.NORMAL:
        facts.append((_("Priority"), _(PRIORITIES[ticket.priority])))
    if ticket.rating is not None:
        stars = "★" * ticket.rating + "☆" * (STARS - ticket.rating)
        said = markup.typed(ticket.rating_comment or "")
        facts.append((_("Rating"), f"{stars} {said}".strip()))
    return facts


def _closing(source: TranscriptSource, at: datetime) -> list[tuple[str, Any]]:
    ticket = source.ticket
    how = _(SOURCES.get(ticket.close_source or "", ""))
    who = _named(source, ticket.closed_by_id or 0)
    facts: list[tuple[str, Any]] = [
        (_("Closed"), moment(at)),
        (_("How"), f"{how} ({who})" if how else who),
        (_("Open for"), in_words(duration(ticket, at))),
    ]
    if ticket.close_reason:
        facts.append((_("Reason"), markup.typed(ticket.close_reason)))
    return facts


def _named(source: TranscriptSource, user_id: int) -> str:
    return markup.plain(source.names.people.get(user_id) or str(user_id))


def _answers(ticket: Ticket) -> list[tuple[str, str]]:
    return [
        (markup.plain(question), markup.typed(str(answer)))
        for question, answer in ticket.answers.items()
        if answer
    ]
