"""Lines of a transcript: messages and notes in their order, as one of its two copies shows them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from bot.clock import to_snowflake
from bot.features.tickets.message_store import StoredFile, StoredMessage, TicketNote
from bot.features.tickets.model import Ticket
from bot.features.tickets.transcript import markup
from bot.features.tickets.transcript.elements import MarkNames, moment
from bot.texts import N_, _

OVERHEAD = 900  # bytes of a line beside its text
EMBEDS, FIELDS, FILES, REACTIONS = 10, 25, 10, 20  # of one message (source: Discord's limits)
NOTHING = Markup()
LABELS = {
    "opener": N_("opened it"),
    "staff": N_("staff"),
    "participant": "",
    "bot": N_("bot"),
}


class TranscriptCopy(StrEnum):
    """Copy of a transcript: the staff's has notes, what was deleted, and earlier wordings."""

    STAFF = "staff"
    OPENER = "opener"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptSource:
    """What a transcript is made of; `total` is how many messages there are, also those left out."""

    ticket: Ticket
    copy: TranscriptCopy
    guild: str
    type_name: str
    messages: Sequence[StoredMessage]
    files: Sequence[StoredFile] = ()
    notes: Sequence[TicketNote] = ()
    names: MarkNames = field(default_factory=MarkNames)
    total: int = 0

    @property
    def is_for_staff(self) -> bool:
        return self.copy is TranscriptCopy.STAFF


@dataclass(frozen=True, slots=True)
class ReplyShown:
    """What a message answers; without an anchor it is not there."""

    anchor: str = ""
    name: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file at a message: its name and size."""

    id: int
    name: str
    size: str
    failure: str | None


@dataclass(frozen=True, slots=True)
class EmbedShown:
    """An embed of Discord's; `pictures` are the addresses of those in it."""

    author: str
    title: str
    text: Markup
    fields: Sequence[tuple[str, Markup]]
    footer: str
    pictures: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLine:
    """A message or a note, ready to be written down."""

    anchor: str
    order: int
    role: str
    name: str
    at: datetime
    label: str = ""
    avatar: str = ""
    body: Markup = NOTHING
    marks: Sequence[str] = ()
    is_deleted: bool = False
    nothing: str = ""
    reply: ReplyShown | None = None
    embeds: Sequence[EmbedShown] = ()
    files: Sequence[FileShown] = ()
    reactions: Sequence[tuple[Markup, int]] = ()
    edits: Sequence[tuple[Markup, str]] = ()

    @property
    def when(self) -> Markup:
        shown = self.at.astimezone(UTC)
        spelled = Markup('<time datetime="{}">{}</time>')
        return spelled.format(f"{shown:%Y-%m-%dT%H:%M:%SZ}", f"{shown:%H:%M}")

    @property
    def initial(self) -> str:
        """What stands for a person without a picture."""
        return next((one for one in self.name if one.isalnum()), "?").upper()

    @property
    def weight(self) -> int:
        """Bytes that it takes, its pictures left out; rather too many."""
        texts = [self.body, *(embed.text for embed in self.embeds)]
        texts += [text for embed in self.embeds for _name, text in embed.fields]
        texts += [text for _until, text in self.edits]
        return OVERHEAD + sum(len(text.encode()) for text in texts) + 400 * len(self.files)


def lines_of(source: TranscriptSource) -> list[TranscriptLine]:
    """Every line, oldest first."""
    shown = [one for one in source.messages if source.is_for_staff or not one.is_deleted]
    files = dict[int, list[StoredFile]]()
    for file in source.files:
        files.setdefault(file.message_id, []).append(file)
    known = {one.id: one for one in shown}
    found = [_line(one, source, known, files.get(one.id, [])) for one in shown]
    if source.is_for_staff:
        found += [_note(one, source.names) for one in source.notes]
    return sorted(found, key=lambda line: line.order)


def newest_within(lines: Sequence[TranscriptLine], limit: int) -> list[TranscriptLine]:
    """The newest lines that take so many bytes at most."""
    kept = list[TranscriptLine]()
    for line in reversed(lines):
        limit -= line.weight
        if limit < 0:
            break
        kept.append(line)
    return kept[::-1]


def size_in_words(size: int) -> str:
    """Bytes, as a file's size is read."""
    if size < 1024:
        return _("{count} bytes").format(count=size)
    return f"{size / 1024:.0f} KiB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MiB"


def pictures_of(embed: Mapping[str, Any]) -> Iterator[str]:
    """The addresses under which Discord itself keeps the pictures of an embed."""
    for name in ("image", "thumbnail"):
        about: Mapping[str, Any] = embed.get(name) or {}
        if address := _text(about, "proxy_url"):
            yield address


def _line(
    one: StoredMessage,
    source: TranscriptSource,
    known: Mapping[int, StoredMessage],
    files: Sequence[StoredFile],
) -> TranscriptLine:
    document, names = one.document, source.names
    content, edits = document.get("content"), document.get("edits", [])
    embeds = [_embed(embed, names) for embed in document.get("embeds", [])[:EMBEDS]]
    marks = [_("deleted")] if one.is_deleted else []
    reactions = list(document.get("reactions", {}).items())[:REACTIONS]
    return TranscriptLine(
        anchor=f"m{one.id}",
        order=one.id,
        role=one.author_role if one.author_role in LABELS else "participant",
        name=markup.plain(str(document.get("name", ""))),
        at=one.written_at,
        label=_(LABELS.get(one.author_role, "")),
        avatar=str(document.get("avatar") or ""),
        body=markup.html(content or "", names),
        marks=[*marks, *([_("edited")] if edits else [])],
        is_deleted=one.is_deleted,
        nothing=_nothing(one, has_more=bool(embeds or files)),
        reply=_reply(document.get("reply_to"), known),
        embeds=embeds,
        files=[_file(file) for file in files[:FILES]],
        reactions=[(markup.emoji(emoji, names), int(count)) for emoji, count in reactions],
        edits=[_edit(edit) for edit in edits] if source.is_for_staff else [],
    )


def _nothing(one: StoredMessage, *, has_more: bool) -> str:
    if one.document.get("content") is None:
        return _("The bot may not read what people write here.")
    if one.document.get("content") or has_more:
        return ""
    return _("A notice of Discord's.") if one.document.get("is_system") else _("No text.")


def _note(one: TicketNote, names: MarkNames) -> TranscriptLine:
    return TranscriptLine(
        anchor=f"n{one.id}",
        order=to_snowflake(one.written_at),
        role="note",
        name=markup.plain(one.author_name),
        at=one.written_at,
        label=_("note of the staff"),
        body=markup.html(one.text, names),
    )


def _reply(reply_to: Any, known: Mapping[int, StoredMessage]) -> ReplyShown | None:
    if not reply_to:
        return None
    answered = known.get(int(reply_to))
    if answered is None:
        return ReplyShown()
    document = answered.document
    excerpt = markup.plain(document.get("content") or "")
    return ReplyShown(f"m{answered.id}", markup.plain(str(document.get("name", ""))), excerpt)


def _edit(edit: Mapping[str, Any]) -> tuple[Markup, str]:
    return moment(datetime.fromisoformat(edit["until"])), markup.typed(edit["content"] or "")


def _embed(embed: Mapping[str, Any], names: MarkNames) -> EmbedShown:
    author: Mapping[str, Any] = embed.get("author") or {}
    footer: Mapping[str, Any] = embed.get("footer") or {}
    some: list[Mapping[str, Any]] = embed.get("fields") or []
    fields = [
        (markup.plain(_text(one, "name")), markup.html(_text(one, "value"), names))
        for one in some[:FIELDS]
    ]
    return EmbedShown(
        markup.plain(_text(author, "name")),
        markup.plain(_text(embed, "title")),
        markup.html(_text(embed, "description"), names),
        fields,
        markup.plain(_text(footer, "text")),
        list(pictures_of(embed)),
    )


def _text(about: Mapping[str, Any], name: str) -> str:
    value = about.get(name)
    return value if isinstance(value, str) else ""


def _file(file: StoredFile) -> FileShown:
    return FileShown(file.id, markup.plain(file.name), size_in_words(file.size), file.failure)
