"""Finding an endpoint: always in one guild, so that another's counts as nothing."""

from typing import Any

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import NotFound
from bot.features.endpoints.model import clipped, shown_url, sought_name
from bot.outbox.book import EndpointBook
from bot.outbox.endpoints import Endpoint
from bot.storage.database import Reading
from bot.texts import _

_DID = {
    "created": "added",
    "paused": "paused",
    "resumed": "resumed",
    "disabled": "switched off",
    "enabled": "switched on",
    "deleted": "deleted",
    "redelivered": "sent deliveries again to",
}


async def named(book: EndpointBook, reading: Reading, guild_id: int, name: str) -> Endpoint:
    """The guild's endpoint of that name; NotFound says how to see which there are."""
    endpoint = await book.named(reading, guild_id, sought_name(name))
    if endpoint is None:
        text = _("There is no webhook “{name}” here; /webhook list shows those there are.")
        raise NotFound(text.format(name=clipped(name)))
    return endpoint


async def numbered(
    book: EndpointBook, reading: Reading, guild_id: int, endpoint_id: int
) -> Endpoint:
    """The guild's endpoint that a button stands for; NotFound where it has gone."""
    endpoint = await book.numbered(reading, guild_id, endpoint_id)
    if endpoint is None:
        raise gone()
    return endpoint


def gone() -> NotFound:
    """What to say of an endpoint that was there when the button was shown."""
    return NotFound(_("That webhook is not there any more; /webhook list shows those there are."))


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
