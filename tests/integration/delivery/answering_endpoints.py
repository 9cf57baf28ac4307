"""Endpoints that have answered once, and receivers that answer when a test lets them."""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import update

from bot.clock import Clock
from bot.delivery.emitter import Emitter
from bot.outbox import endpoint_store
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import endpoint as table
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint, joined
from tests.support.receiver import Behave, Receiver, status


async def welcome(emitter: Emitter, receiver: Receiver, *paths: str) -> list[Endpoint]:
    """Endpoints at these paths, each in a guild of its own, that have all answered one event."""
    endpoints = [await newcomer(emitter, receiver, path) for path in paths]
    for endpoint in endpoints:
        await emitter.outbox.record(joined(emitter.clock, guild_id=endpoint.guild_id))
    await quiet(emitter)
    for path in paths:
        assert len(receiver.at(path)) == 1
    return endpoints


async def newcomer(emitter: Emitter, receiver: Receiver, path: str) -> Endpoint:
    """An endpoint that has received nothing yet, in a guild of its own."""
    guild_id = GUILD + len(emitter.lanes.index.all()) + 1
    endpoint, _ = await add_endpoint(
        emitter, receiver.url(path), guild_id=guild_id, secret=receiver.secret
    )
    return endpoint


async def send(
    emitter: Emitter, clock: Clock, endpoints: Sequence[Endpoint], each: int
) -> list[str]:
    """That many events for each endpoint, in turn; their ids."""
    facts = [
        emitter.outbox.record(joined(clock, number, guild_id=endpoint.guild_id))
        for number in range(each)
        for endpoint in endpoints
    ]
    return [str(event_id) for event_id in await asyncio.gather(*facts)]


async def limit_rate(emitter: Emitter, endpoint: Endpoint, per_minute: int | None) -> None:
    """Give an endpoint a rate limit, or take it away."""
    async with emitter.database.transaction() as tx:
        values = {"rate_limit": per_minute}
        await tx.execute(update(table).where(table.c.id == endpoint.id).values(values))
        found = await endpoint_store.by_id(tx, endpoint.id)
        assert found is not None
        tx.on_commit(lambda: emitter.lanes.index.put(found))


def held_by(gate: asyncio.Event) -> Behave:
    """Answer 200 once the gate is open."""

    async def behave(receiver: Receiver, request: web.Request) -> web.StreamResponse:
        await gate.wait()
        return await status(200)(receiver, request)

    return behave
