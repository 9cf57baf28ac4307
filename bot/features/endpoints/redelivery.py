"""Redelivery, the use cases of `/webhook` that send again: in parts, so that none is long."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.acts import Actor
from bot.durations import parse_moment
from bot.errors import UserError
from bot.features.endpoints import store
from bot.features.endpoints.ports import EndpointsPorts, no_delivery
from bot.outbox.endpoints import Endpoint
from bot.outbox.requeue import Requeue, next_part, requeue
from bot.outbox.tables import DeliveryState
from bot.storage.database import Reading
from bot.texts import _

PART = 1000  # deliveries in one transaction

OnParts = Callable[[int, int], Awaitable[None]]
"""Told after each part how many of how many go out again."""

_AGAIN = (DeliveryState.FAILED, DeliveryState.MISSED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Wish to send again: exactly one of the first three; `delivered` goes with `since`."""

    delivery_id: int | None = None
    all_failed: bool = False
    since: str | None = None
    include_delivered: bool = False


async def _unseen(_done: int, _total: int) -> None:
    """Nobody watches."""


class RedeliveryService:
    """Redelivery of what failed or was missed; one that is interrupted goes on when repeated."""

    def __init__(self, ports: EndpointsPorts) -> None:
        self._ports = ports

    async def redeliver(
        self, actor: Actor, name: str, wanted: Wanted, on_progress: OnParts = _unseen
    ) -> tuple[Endpoint, int]:
        """Send again what is wanted; the endpoint, and how many deliveries."""
        _refuse_unclear(wanted)
        moment = parse_moment(wanted.since, self._ports.clock.now()) if wanted.since else None
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.named(reading, actor.guild_id, name)
            if wanted.delivery_id is not None:
                state = await store.state_of(reading, endpoint.id, wanted.delivery_id)
                _refuse_state(endpoint, wanted.delivery_id, state)
        told = {
            "delivery_id": wanted.delivery_id,
            "since": None if moment is None else moment.isoformat(timespec="seconds"),
        }
        return await self._all(actor, _requeue(endpoint, wanted, moment), told, on_progress)

    async def redeliver_some(
        self, actor: Actor, endpoint_id: int, delivery_ids: Sequence[int]
    ) -> tuple[Endpoint, int]:
        """Send these again, but for those that arrived, or are on their way, by now."""
        if not delivery_ids:
            raise UserError(_("Tick at least one delivery that failed or was missed."))
        some = tuple(delivery_ids)
        wanted = Requeue(endpoint_id, _AGAIN, delivery_ids=some)
        return await self._all(actor, wanted, {"delivery_ids": list(some)}, _unseen)

    async def replay(
        self,
        actor: Actor,
        endpoint_id: int,
        types: tuple[str, ...] | None = None,
        on_progress: OnParts = _unseen,
    ) -> tuple[Endpoint, int]:
        """Send what an endpoint missed, all of it or only those types."""
        wanted = Requeue(endpoint_id, (DeliveryState.MISSED,), types=types)
        told = {"types": None if types is None else list(types)}
        return await self._all(actor, wanted, told, on_progress)

    async def drop_missed(self, actor: Actor, endpoint_id: int) -> tuple[Endpoint, int]:
        """Forget what an endpoint missed; the endpoint, and how many deliveries."""
        dropped = 0
        while True:
            async with self._ports.database.transaction() as tx:
                endpoint = await self._ports.numbered(tx, actor.guild_id, endpoint_id)
                gone = await store.drop_missed(tx, endpoint.id, PART)
                if gone:  # an entry for each part: what it says has gone, and no more than that
                    await self._ports.write(tx, actor, endpoint, "missed_dropped", count=gone)
            dropped += gone
            if not dropped:
                raise _nothing_missed(endpoint)
            if gone < PART:
                return endpoint, dropped

    async def _all(
        self, actor: Actor, wanted: Requeue, told: Mapping[str, Any], on_progress: OnParts
    ) -> tuple[Endpoint, int]:
        """Part after part behind the last id, so that what goes out meanwhile is met once."""
        done = total = 0
        async with self._reading(actor) as reading:
            endpoint = await self._ports.numbered(reading, actor.guild_id, wanted.endpoint_id)
            total, last_id = await store.owed(reading, wanted)
        async for ids in self._parts(actor, replace(wanted, until=last_id)):
            if done:
                await on_progress(done, total)
            async with self._ports.database.transaction() as tx:
                endpoint = await self._ports.numbered(tx, actor.guild_id, wanted.endpoint_id)
                count = len(await requeue(tx, wanted, ids, self._ports.clock.now()))
                self._ports.registry.touch(tx, wanted.endpoint_id)
                if count and not done:
                    await self._ports.write(tx, actor, endpoint, "redelivered", count=total, **told)
            done += count
        if not done:
            raise _nothing_missed(endpoint) if "types" in told else _nothing(endpoint)
        return endpoint, done

    async def _parts(self, actor: Actor, wanted: Requeue) -> AsyncGenerator[list[int]]:
        """Found by readers: among very many that takes long, and the writer waits for nothing."""
        ids = [0]
        while ids:
            wanted = replace(wanted, after=ids[-1], limit=PART)
            async with self._reading(actor) as reading:
                ids = await next_part(reading, wanted)
            if ids:
                yield ids

    def _reading(self, actor: Actor) -> AbstractAsyncContextManager[Reading]:
        return self._ports.database.reading(long_for=actor.guild_id)


def _requeue(endpoint: Endpoint, wanted: Wanted, moment: datetime | None) -> Requeue:
    if wanted.delivery_id is not None:
        return Requeue(endpoint.id, _AGAIN, delivery_id=wanted.delivery_id)
    if moment is None:
        return Requeue(endpoint.id, (DeliveryState.FAILED,))
    states = (*_AGAIN, DeliveryState.DELIVERED) if wanted.include_delivered else _AGAIN
    return Requeue(endpoint.id, states, since=moment)


def _refuse_unclear(wanted: Wanted) -> None:
    if (wanted.delivery_id is not None) + wanted.all_failed + bool(wanted.since) != 1:
        raise UserError(_("Choose one: a delivery, all failed ones, or since a time."))
    if wanted.include_delivered and not wanted.since:
        raise UserError(_("Delivered ones go out again only with a time: fill in `since` too."))


def _refuse_state(endpoint: Endpoint, delivery_id: int, state: DeliveryState | None) -> None:
    if state is None:
        raise no_delivery(endpoint, delivery_id)
    if state is DeliveryState.DELIVERED:
        raise UserError(_("Delivery {id} arrived already.").format(id=delivery_id))
    if state not in _AGAIN:
        raise UserError(_("Delivery {id} is on its way already.").format(id=delivery_id))


def _nothing(endpoint: Endpoint) -> UserError:
    text = _("There is nothing to send again to “{name}”.")
    return UserError(text.format(name=endpoint.name))


def _nothing_missed(endpoint: Endpoint) -> UserError:
    text = _("“{name}” has missed nothing that is still kept.")
    return UserError(text.format(name=endpoint.name))
