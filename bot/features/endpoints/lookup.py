"""Lookup of an endpoint: always in one guild, so that another's counts as nothing."""

from typing import Any

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import NotFound, UserError
from bot.features.endpoints.model import shown_url, sought_name
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.endpoints import Endpoint
from bot.storage.database import Reading
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
    "examined": "had the doctor examine",
}


async def named(registry: EndpointRegistry, reading: Reading, guild_id: int, name: str) -> Endpoint:
    """The guild's endpoint of that name; NotFound says how to see which there are."""
    endpoint = await registry.named(reading, guild_id, sought_name(name))
    if endpoint is None:
        text = _("There is no webhook “{name}” here; /webhook list shows those there are.")
        raise NotFound(text.format(name=repeated(name)))
    return endpoint


async def numbered(
    registry: EndpointRegistry, reading: Reading, guild_id: int, endpoint_id: int
) -> Endpoint:
    """The guild's endpoint that a button stands for; NotFound where it has gone."""
    endpoint = await registry.numbered(reading, guild_id, endpoint_id)
    if endpoint is None:
        raise gone()
    return endpoint


def no_delivery(endpoint: Endpoint, delivery_id: int) -> NotFound:
    """What to say of a delivery that the endpoint does not have."""
    text = _("“{name}” has no delivery {id}; /webhook deliveries shows those it has.")
    return NotFound(text.format(name=endpoint.name, id=delivery_id))


def gone() -> NotFound:
    """What to say of an endpoint that was there when the button was shown."""
    return NotFound(_("That webhook is not there any more; /webhook list shows those there are."))


async def refuse_twin(
    registry: EndpointRegistry, reading: Reading, guild_id: int, name: str
) -> None:
    """A UserError where the guild has an endpoint of that name."""
    if await registry.named(reading, guild_id, name) is not None:
        raise taken(name)


def taken(name: str) -> UserError:
    """What to say of a name that is in use."""
    text = _("There is a webhook “{name}” already; choose another name.")
    return UserError(text.format(name=name))


def overtaken(endpoint: Endpoint) -> UserError:
    """What to say to the slower of two people at once."""
    text = _("Somebody changed “{name}” just now; look at it again, then decide.")
    return UserError(text.format(name=endpoint.name))


def entry(actor: Actor, endpoint: Endpoint, done: str, **context: Any) -> AuditDraft:
    """What the audit log keeps of a change; never the secret, nor the values of a query."""
    return AuditDraft(
        guild_id=actor.guild_id,
        event_type=f"endpoint.{done}",
        summary=f"{actor.name} {_DID[done]} the webhook “{endpoint.name}”.",
        target_type="endpoint",
        target_id=str(endpoint.id),
        actor_id=actor.user_id,
        actor_name=actor.name,
        context={
            "name": endpoint.name,
            "url": shown_url(endpoint.url),
            "dialect": endpoint.dialect,
            "events": list(endpoint.patterns),
            **context,
        },
    )
