"""Links to the pages of cases, and who is given one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock, from_ms, to_ms
from bot.feature import GuildSettings
from bot.features.appeals.model import APPEALABLE
from bot.features.appeals.rules import Rules
from bot.features.appeals.settings import AppealsSettings
from bot.private_links import PrivateLinks
from bot.snapshots import CaseSeen

PURPOSE = "herald.appeals.link"
AskBlocked = Callable[[int, int], Awaitable[bool]]
"""Whether the staff of that guild take no appeal from that person."""


@dataclass(frozen=True, slots=True)
class LinkClaims:
    """What a link stands for: the case, of that guild and about that person, until then."""

    case_id: int
    guild_id: int
    user_id: int
    expires_at: datetime


class Links:
    """Links to the pages of cases."""

    def __init__(self, keys: Sequence[bytes], public_url: str | None) -> None:
        self._links = PrivateLinks(keys, public_url, purpose=PURPOSE, path="appeals")
        self.has_address = self._links.has_address

    def url(self, claim: LinkClaims) -> str | None:
        """The address of the page; None where there is no public one."""
        return self._links.url(*_numbers(claim))

    def token(self, claim: LinkClaims) -> str:
        """The part of the address that says everything."""
        return self._links.token(*_numbers(claim))

    def read(self, token: str) -> LinkClaims:
        """What a link stands for, expired or not; LinkForged where it is none of ours."""
        case_id, guild_id, user_id, expires_ms = self._links.read(token)
        return LinkClaims(case_id, guild_id, user_id, from_ms(expires_ms))


def _numbers(claim: LinkClaims) -> tuple[int, int, int, int]:
    return claim.case_id, claim.guild_id, claim.user_id, to_ms(claim.expires_at)


def rules_of(settings: AppealsSettings) -> Rules:
    """A guild's choices for the model; none are taken where the staff have no channel for them."""
    return Rules(
        is_on=settings.enabled and settings.channel_id is not None,
        attempts=settings.attempts,
        wait=timedelta(days=settings.wait_days),
        first_wait=timedelta(days=settings.first_wait_days),
        lifetime=timedelta(days=settings.link_days),
    )


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
