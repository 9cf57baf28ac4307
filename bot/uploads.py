"""Upload: a file that a person hands over to be kept, and what of such is refused."""

import re
from dataclasses import dataclass

from bot.errors import UserError
from bot.texts import _
from bot.user_text import clean_line

MIB = 1024 * 1024
LARGEST = 8 * MIB
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
