"""The services of `/webhook` on a real emitter, and what they left in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from bot.acts import Actor
from bot.clock import Clock
from bot.delivery.emitter import Emitter
from bot.feature import UrlGuard
from bot.features.audit.service import AuditService
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.edits import EditsService, EndpointDraft
from bot.features.endpoints.ports import EndpointsPorts
from bot.features.endpoints.redelivery import RedeliveryService, Wanted
from bot.features.endpoints.service import EndpointsService
from bot.outbox.audit import AuditReader
from bot.outbox.endpoints import Endpoint
from bot.storage.database import Database
from tests.support.emitter_setup import GUILD

ADMIN = Actor(GUILD, 456, "harbour_master")
STRANGER = Actor(GUILD + 1, 789, "stranger")
TABLES = ("endpoint", "subscription", "event", "body", "delivery", "attempt", "audit_entry")


def ports_of(
    emitter: Emitter,
    *,
    guard: UrlGuard | None = None,
    audit: AuditReader | None = None,
    clock: Clock | None = None,
) -> EndpointsPorts:
    """What every service is built from."""
    return EndpointsPorts(
        emitter.database,
        emitter.registry,
        audit or AuditService(emitter.outbox, emitter.clock),
        guard or emitter.guard,
        clock or emitter.clock,
    )


def endpoints_of(
    emitter: Emitter,
    *,
    guard: UrlGuard | None = None,
    audit: AuditReader | None = None,
    per_guild: int = 25,
) -> EndpointsService:
    """The service, as the application builds it."""
    return EndpointsService(ports_of(emitter, guard=guard, audit=audit), per_guild)


def deliveries_of(emitter: Emitter) -> DeliveriesService:
    """The service, as the application builds it."""
    return DeliveriesService(ports_of(emitter), emitter.outbox)


def redelivery_of(emitter: Emitter) -> RedeliveryService:
    """The service, as the application builds it."""
    return RedeliveryService(ports_of(emitter))


async def redeliver(emitter: Emitter, actor: Actor, name: str, **wanted: Any) -> int:
    """Send again; how many."""
    _endpoint, count = await redelivery_of(emitter).redeliver(actor, name, Wanted(**wanted))
    return count


def editing_of(emitter: Emitter, *, guard: UrlGuard | None = None) -> EditsService:
    """The service, as the application builds it."""
    return EditsService(ports_of(emitter, guard=guard))


@dataclass(frozen=True, slots=True)
class Url:
    """A URL that a guard of the tests let through."""

    text: str


async def rows(database: Database) -> dict[str, list[Mapping[str, Any]]]:
    """Everything stored that a use case could change."""
    async with database.reading() as reading:
        return {
            table: [
                dict(row)
                for row in (
                    await reading.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
                ).mappings()
            ]
            for table in TABLES
        }


async def entries(database: Database) -> list[str]:
    """The types of the audit entries, oldest first."""
    return [row["event_type"] for row in (await rows(database))["audit_entry"]]


def draft(endpoint: Endpoint, **typed: str) -> EndpointDraft:
    """The endpoint as the modal shows it, but for what was typed."""
    given = {"name": endpoint.name, "url": "", "description": "", "headers": "", **typed}
    return EndpointDraft(**given)
