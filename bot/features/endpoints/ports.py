"""Ports of the services of `/webhook`, and what they say where an endpoint is not as it was."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.clock import Clock
from bot.dialects.standard import GONE_STATUS, Standard
from bot.errors import ConfigError, NotFound, UserError
from bot.feature import UrlGuard
from bot.features.endpoints.model import origin, sought_name
from bot.features.endpoints.terms import TermsBounds
from bot.keyed_lock import KeyedLock
from bot.outbox.audit import AuditReader
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.endpoints import Endpoint
from bot.storage.database import Database, Reading, Transaction
from bot.texts import _
from bot.user_text import repeated

_DID = {
    "created": "added",
    "paused": "paused",
    "resumed": "resumed",
    "disabled": "switched off",
    "enabled": "switched on",
    "deleted": "deleted",
    "redelivered": "sent deliveries again to",
    "edited": "edited",
    "rotated": "made a new secret for",
    "switched": "switched to the new secret of",
    "rotation_discarded": "discarded the new secret of",
    "missed_dropped": "dropped what was missed by",
    "tested": "tested",
    "examined": "had the doctor examine",
    "feed_opened": "made a token for the feed of",
    "feed_closed": "closed the feed of",
}


@dataclass(frozen=True, slots=True)
class NewSecret:
    """Secret in clear for a webhook of that name, before it is stored anywhere."""

    name: str
    dialect: str
    secret: str = field(repr=False)


ShowSecret = Callable[[NewSecret], Awaitable[None]]
"""Show it to the person; where that fails nothing is stored: no secret that nobody saw signs.

Nor is one after a crash at any moment. Who was shown one that then was not stored is told so.
"""


@dataclass(frozen=True, slots=True)
class EndpointsPorts:
    """Ports shared by the services of the feature; an endpoint is looked up in one guild always."""

    database: Database
    registry: EndpointRegistry
    audit: AuditReader
    guard: UrlGuard
    clock: Clock
    bounds: TermsBounds = field(default_factory=TermsBounds)
    # One new secret at a time for a person: of two clicks the later finds what the first did,
    # and does not write over the one that was just shown.
    showing: KeyedLock = field(default_factory=KeyedLock)

    async def named(self, reading: Reading, guild_id: int, name: str) -> Endpoint:
        """The guild's endpoint of that name; NotFound says how to see which there are."""
        endpoint = await self.registry.named(reading, guild_id, sought_name(name))
        if endpoint is None:
            text = _("There is no webhook “{name}” here; /webhook list shows those there are.")
            raise NotFound(text.format(name=repeated(name)))
        return endpoint

    async def numbered(self, reading: Reading, guild_id: int, endpoint_id: int) -> Endpoint:
        """The guild's endpoint that a button stands for; NotFound where it has gone."""
        endpoint = await self.registry.numbered(reading, guild_id, endpoint_id)
        if endpoint is None:
            raise gone()
        return endpoint

    async def refuse_twin(self, reading: Reading, guild_id: int, name: str) -> None:
        """A UserError where the guild has an endpoint of that name."""
        if await self.registry.named(reading, guild_id, name) is not None:
            raise taken(name)

    def refuse_unreadable(self, endpoint: Endpoint) -> None:
        """A UserError where no request can be made: no key opens what it needs."""
        opens: Callable[[Endpoint], object]
        for opens, said in (
            (
                self.registry.secrets,
                _(
                    "Nothing can be sent to “{name}”: its secret cannot be opened, the key that "
                    "sealed it is lost. /webhook rotate gives it a new one, for the program behind "
                    "its address as well."
                ),
            ),
            (
                self.registry.headers,
                _(
                    "Nothing can be sent to “{name}”: its headers cannot be opened, the key that "
                    "sealed them is lost. Enter them again with /webhook edit."
                ),
            ),
        ):
            try:
                opens(endpoint)
            except ConfigError:
                raise UserError(said.format(name=endpoint.name)) from None

    async def write(
        self, tx: Transaction, actor: Actor, endpoint: Endpoint, done: str, /, **context: Any
    ) -> None:
        """An audit entry of what was done; never the secret, nor path and query of the address."""
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type=f"endpoint.{done}",
            summary=f"{actor.name} {_DID[done]} the webhook “{endpoint.name}”.",
            target_type="endpoint",
            target_id=str(endpoint.id),
            actor_id=actor.user_id,
            actor_name=actor.name,
            source=actor.source,
            context={
                "name": endpoint.name,
                "url": origin(endpoint.url),
                "dialect": endpoint.dialect,
                "events": list(endpoint.patterns),
                **context,
            },
        )
        await self.audit.write(tx, draft)

    async def changed(
        self,
        tx: Transaction,
        actor: Actor,
        seen: Endpoint,
        after: Endpoint | None,
        done: str,
        /,
        **context: Any,
    ) -> Endpoint:
        """The endpoint as it is after a change, with its entry; a UserError for who was slower."""
        if after is None:
            raise overtaken(seen)
        await self.write(tx, actor, after, done, **context)
        return after


def no_delivery(endpoint: Endpoint, delivery_id: int) -> NotFound:
    """What to say of a delivery that the endpoint does not have."""
    text = _("“{name}” has no delivery {id}; /webhook deliveries shows those it has.")
    return NotFound(text.format(name=endpoint.name, id=delivery_id))


def gone() -> NotFound:
    """What to say of an endpoint that was there when the button was shown."""
    return NotFound(_("That webhook is not there any more; /webhook list shows those there are."))


def taken(name: str) -> UserError:
    """What to say of a name that is in use."""
    text = _("There is a webhook “{name}” already; choose another name.")
    return UserError(text.format(name=name))


def overtaken(endpoint: Endpoint) -> UserError:
    """What to say to the slower of two people at once."""
    text = _("Somebody changed “{name}” just now; look at it again, then decide.")
    return UserError(text.format(name=endpoint.name))


def is_gone(endpoint: Endpoint) -> bool:
    """Whether its receiver answered 410 Gone, which in its dialect switches off at once."""
    return endpoint.dialect == Standard.name and endpoint.last_error == f"HTTP {GONE_STATUS}"
