"""Model of an incoming webhook: its name, what it may do, how often, and its remembered calls."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from bot.errors import UserError
from bot.features.incoming.actions import NAMES
from bot.texts import _

NAME_LIMIT = 40
PER_GUILD = 25
RATE = 30  # of each action, a minute
RATES = (5, 10, 30, 60, 120, 300)
REMEMBERED = timedelta(hours=24)
SHOWN = timedelta(hours=1)  # what has no key is asked for by nobody, and only shown
GIVEN_UP = timedelta(hours=1)  # what Discord has not answered for so long is not tried again
FORBIDDEN = frozenset("`@<>")


@dataclass(frozen=True, slots=True)
class IncomingWebhook:
    """Incoming webhook of a guild; `version` grows with each change of it."""

    id: int
    guild_id: int
    uuid: UUID
    name: str
    sealed_secret: bytes = field(repr=False)
    actions: tuple[str, ...]
    rate: int
    version: int
    created_at: datetime
    created_by_id: int
    secret_at: datetime


class CallState(StrEnum):
    """State of a call: pending until what it does on Discord has come to something."""

    PENDING = "pending"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CallDraft:
    """Call before it is written down."""

    action: str
    request: Mapping[str, Any]
    key: str | None
    digest: bytes = field(repr=False)

    @property
    def user_id(self) -> int | None:
        """The member whom it is about; by it they find what is kept of them."""
        found = self.request.get("userId")
        return None if found is None else int(found)


@dataclass(frozen=True, slots=True)
class PushedCall:
    """Call as it is remembered: what was asked, and what was answered once it is done."""

    id: int
    webhook_id: int
    webhook_name: str
    guild_id: int
    action: str
    request: Mapping[str, Any]
    key: str | None
    digest: bytes = field(repr=False)
    state: CallState
    status: int | None
    answer: Mapping[str, Any] | None
    subject_id: int | None
    created_at: datetime
    look_at: datetime | None

    @property
    def lock(self) -> tuple[int, int]:
        """One thing at a time is done about it."""
        return self.guild_id, self.id


def clean_name(text: str) -> str:
    """The name as it is stored; a UserError says what to change."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= NAME_LIMIT or not name.isprintable():
        text = _("Use a name of 1 to {limit} characters, without invisible ones.")
        raise UserError(text.format(limit=NAME_LIMIT))
    if FORBIDDEN & set(name):
        raise UserError(_("Leave out ` @ < and > : a name is plain text."))
    return name


def chosen_actions(names: Sequence[str]) -> tuple[str, ...]:
    """The actions in the order of the documentation; a UserError for one that there is not."""
    wanted = {name.upper() for name in names}
    unknown = sorted(wanted - {*NAMES})
    if unknown or not wanted:
        text = _("Choose from these actions: {known}.")
        raise UserError(text.format(known=", ".join(NAMES)))
    return tuple(name for name in NAMES if name in wanted)


def typed_actions(text: str | None) -> tuple[str, ...]:
    """The actions that somebody typed, apart by commas or spaces; all for `*`."""
    words = (text or "").replace(",", " ").split()
    return NAMES if words == ["*"] else chosen_actions(words)
