"""Evidence: the bytes of an attachment, copied at once: a link of Discord's lives about a day."""

import re
from dataclasses import dataclass

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.cases import queries, store
from bot.features.cases.hierarchy import refuse_editing
from bot.features.cases.model import Case, CaseState
from bot.features.cases.ports import CasesPorts
from bot.features.cases.queries import Exhibit
from bot.texts import _
from bot.user_text import clean_line

MIB = 1024 * 1024
LARGEST = 8 * MIB
PIECES = 5  # of one case
NAME_LIMIT = 100
_KINDS = re.compile(r"(?:image|video|text)/[\w.+-]+|application/pdf", re.ASCII)
_UNSAFE = re.compile(r'[\\/:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed over."""

    name: str
    media_type: str | None
    content: bytes


def refuse_upload(size: int, media_type: str | None) -> None:
    """A UserError for what will not be kept; ask before the bytes are fetched."""
    if size > LARGEST:
        text = _("That file is too large: evidence may have {limit} MiB.")
        raise UserError(text.format(limit=LARGEST // MIB))
    if size == 0:
        raise UserError(_("That file is empty."))
    if _KINDS.fullmatch(bare_type(media_type)) is None:
        raise UserError(_("Evidence can be a picture, a video, a text or a PDF."))


def bare_type(media_type: str | None) -> str:
    """The media type without its parameters."""
    return (media_type or "").partition(";")[0].strip().lower()


def clean_name(name: str) -> str:
    """A file name that no system takes for a path, nor a reader for another kind of file."""
    cleaned = _UNSAFE.sub("_", clean_line(name)).strip(". ")
    stem, dot, extension = cleaned.rpartition(".")
    if len(cleaned) > NAME_LIMIT:
        tail = f"{dot}{extension}"[:20] if stem else ""
        cleaned = (stem or cleaned)[: NAME_LIMIT - len(tail)] + tail
    return cleaned or "evidence"


class EvidenceService:
    """Keeps what moderators attach to a case, and hands it out again."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports

    async def add(self, actor: Actor, number: int, upload: Upload) -> int:
        """Keep a file with that case; its id."""
        refuse_upload(len(upload.content), upload.media_type)
        async with self._ports.database.reading() as reading:
            seen = _told_of(await store.numbered(reading, actor.guild_id, number))
        await self._ports.acts.meet(actor.guild_id, actor.user_id, seen.user_id)
        async with self._ports.database.transaction() as tx:
            case = _told_of(await store.numbered(tx, actor.guild_id, number, locks=True))
            refuse_editing(self._ports.acts, actor, case)
            if len(await queries.exhibits(tx, case)) >= PIECES:
                text = _("A case can have {limit} pieces of evidence, and this one has them.")
                raise UserError(text.format(limit=PIECES))
            return await queries.add_exhibit(
                tx,
                case,
                self._ports.clock.now(),
                name=clean_name(upload.name),
                media_type=bare_type(upload.media_type),
                bytes=upload.content,
                added_by_id=actor.user_id,
            )

    async def fetch(self, guild_id: int, number: int, exhibit_id: int) -> tuple[Exhibit, bytes]:
        """One piece of that case with its bytes."""
        async with self._ports.database.reading() as reading:
            case = _told_of(await store.numbered(reading, guild_id, number))
            exhibits = await queries.exhibits(reading, case)
            content = await queries.content(reading, case, exhibit_id)
        found = next((one for one in exhibits if one.id == exhibit_id), None)
        if found is None or content is None:
            raise NotFound(_("That piece of evidence is gone."))
        return found, content


def _told_of(case: Case) -> Case:
    if case.state is CaseState.VOID:
        raise NotFound(_("There is no case {number} in this server.").format(number=case.number))
    return case
