"""Model of the dashboard, without I/O: links and sessions, and how long each is good."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import UserError
from bot.texts import N_, _

LINK_LASTS = timedelta(minutes=15)
IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=24)
NOTED_EVERY = timedelta(minutes=5)  # a look at a page is no write
MOST_SESSIONS = 10  # of one person; the oldest ends for another
NEEDED = "manage_guild"

LONGEST_TOKEN = 64  # characters; ours have 43

HOW = N_("Use /webhook dashboard in your server for a new link.")


class SignedOut(UserError):
    """Refusal where there is no session any more, or never was one."""


class AccessLost(UserError):
    """Refusal of whoever may not see that guild's dashboard now."""


class LinkSpent(UserError):
    """Refusal of a link that was used, is too old, or is none."""


@dataclass(frozen=True, slots=True)
class DashboardLink:
    """Link that opens the dashboard once, for one person in one guild."""

    guild_id: int
    user_id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DashboardSession:
    """Session of one person in one guild; `said` is what came of their last action."""

    id: int
    guild_id: int
    user_id: int
    seen_at: datetime
    ends_at: datetime
    said: str | None
    is_refusal: bool


def new_token() -> str:
    """What only its holder knows: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def spent() -> LinkSpent:
    """What to say of a link that opens nothing."""
    text = _("This link was used already, or its 15 minutes are over.")
    return LinkSpent(f"{text} {_(HOW)}")


def signed_out() -> SignedOut:
    """What to say to whoever has no session."""
    text = _("You are not signed in here.")
    return SignedOut(f"{text} {_(HOW)}")
