"""Private links: what they say is signed, so that nobody can make one or change one."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from bot.clock import Clock, from_ms, to_ms
from bot.feature import GuildSettings
from bot.features.appeals.model import APPEALABLE, LinkForged
from bot.features.appeals.rules import Rules
from bot.features.appeals.settings import AppealsSettings
from bot.snapshots import CaseSeen
from bot.texts import _

PURPOSE = "herald.appeals.link"
AskBlocked = Callable[[int, int], Awaitable[bool]]
"""Whether the staff of that guild take no appeal from that person."""

LONGEST = 256  # characters; ours have about 120
PARTS = 4


@dataclass(frozen=True, slots=True)
class LinkClaims:
    """What a link stands for: the case, of that guild and about that person, until then."""

    case_id: int
    guild_id: int
    user_id: int
    expires_at: datetime


class Links:
    """Signs with the first of `keys`, knows any of them; they are derived for this purpose."""

    def __init__(self, keys: Sequence[bytes], public_url: str | None) -> None:
        self._public_url = public_url
        self._serializer = URLSafeSerializer(
            list(reversed(keys)),  # the library signs with the last
            salt=PURPOSE,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    @property
    def has_address(self) -> bool:
        """Whether there is a public one under which pages are reached."""
        return self._public_url is not None

    def url(self, claim: LinkClaims) -> str | None:
        """The address of the page; None where there is no public one."""
        if self._public_url is None:
            return None
        return f"{self._public_url.rstrip('/')}/appeals/{self.token(claim)}"

    def token(self, claim: LinkClaims) -> str:
        """The part of the address that says everything."""
        ids = (claim.case_id, claim.guild_id, claim.user_id, to_ms(claim.expires_at))
        return str(self._serializer.dumps(ids))

    def read(self, token: str) -> LinkClaims:
        """What a link stands for, expired or not; LinkForged where it is none of ours."""
        if not token.isascii() or len(token) > LONGEST:
            raise _forged()
        try:
            case_id, guild_id, user_id, expires_ms = self._serializer.loads(token)
            is_as_written = _is_as_written(token)
        except BadData:
            raise _forged() from None
        if not is_as_written:
            raise _forged()
        return LinkClaims(case_id, guild_id, user_id, from_ms(expires_ms))


def _is_as_written(token: str) -> bool:
    """Whether a signature that fits is spelled as we spell it.

    Base64 skips what is not of its alphabet, and the last bits of a signature mean nothing: else
    each link had endlessly many spellings, each with a rate limit of its own.
    """
    signature = token.rpartition(".")[2].encode()
    return base64_encode(base64_decode(signature)) == signature


def rules_of(settings: AppealsSettings) -> Rules:
    """A guild's choices for the model; none are taken where the staff have no channel for them."""
    return Rules(
        is_on=settings.enabled and settings.channel_id is not None,
        attempts=settings.attempts,
        wait=timedelta(days=settings.wait_days),
        first_wait=timedelta(days=settings.first_wait_days),
        lifetime=timedelta(days=settings.link_days),
    )


def _forged() -> LinkForged:
    return LinkForged(_("This link does not work. Take all of it from the message of the bot."))


class Issuing:
    """Apart from the rest, for cases needs it before there is anything to appeal."""

    def __init__(
        self, settings: GuildSettings, links: Links, *, clock: Clock, is_blocked: AskBlocked
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._is_blocked = is_blocked
        self.links = links

    async def link(self, case: CaseSeen) -> str | None:
        """The address of the case's page, a new one each time; None where it cannot be appealed."""
        if case.type not in APPEALABLE or case.is_final:
            return None
        rules = rules_of(await self._settings.get(case.guild_id, AppealsSettings))
        if not rules.is_on or await self._is_blocked(case.guild_id, case.user_id):
            return None
        begins_at = max(self._clock.now(), case.created_at + rules.first_wait)
        expires_at = begins_at + rules.lifetime
        return self.links.url(LinkClaims(case.id, case.guild_id, case.user_id, expires_at))
