"""Picture for the inspector, one JSON object: the database and the receiver's own record."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.clock import Clock, to_ms
from bot.demo.contracts import read_envelope
from bot.demo.queries import (
    ShownAttempt,
    ShownDelivery,
    all_endpoints,
    counts,
    latest_deliveries,
)
from bot.demo.receiver import Manner, Receipt, Receiver
from bot.demo.signers import Signers
from bot.demo.summary import summary
from bot.demo.world import SimulatedPerson, World
from bot.outbox.tables import DeliveryState
from bot.storage.database import Database

SHOWN = 60
WAITING = (DeliveryState.PENDING, DeliveryState.DELIVERING)
LOST = (DeliveryState.FAILED, DeliveryState.MISSED)

Json = dict[str, Any]


async def paint(database: Database, receiver: Receiver, *, world: World, signers: Signers) -> Json:
    """The whole picture as it is now; the same facts give the same picture."""
    deliveries = await latest_deliveries(database, SHOWN)
    events, states = await counts(database)
    return {
        "counts": {
            "events": events,
            "delivered": states[DeliveryState.DELIVERED],
            "waiting": sum(states[state] for state in WAITING),
            "failed": sum(states[state] for state in LOST),
            "verified": receiver.tally.verified,
            "invalid": receiver.tally.invalid,
        },
        "receiver": {"url": receiver.url, "manner": manner_of(receiver)},
        "endpoints": await all_endpoints(database),
        "discord": world.showing.url,
        "places": [{"id": str(one.id), "name": one.name} for one in world.map.places],
        "members": _people(world.members),
        "banned": _people(world.banned),
        "letters": [{"name": one.name, "url": one.url} for one in world.letters.values()],
        "events": _events(deliveries, receiver, signers),
    }


def stamped(picture: Json, clock: Clock) -> str:
    """The picture as it is sent, with the time at which it was true."""
    return json.dumps({"now": to_ms(clock.now()), **picture}, ensure_ascii=False)


def _people(people: Iterable[SimulatedPerson]) -> list[Json]:
    return [{"id": str(person.id), "name": person.name} for person in people]


def _events(
    deliveries: Sequence[ShownDelivery], receiver: Receiver, signers: Signers
) -> list[Json]:
    events: dict[str, Json] = {}
    for one in deliveries:
        event_id = str(one.event_id)
        event = events.setdefault(
            event_id,
            {
                "id": event_id,
                "type": one.event_type,
                "at": to_ms(one.created_at),
                "summary": summary(one.body),
                "deliveries": [],
            },
        )
        event["deliveries"].append(_delivery(one, receiver, signers))
    return list(events.values())


def _delivery(one: ShownDelivery, receiver: Receiver, signers: Signers) -> Json:
    last = one.attempts[-1] if one.attempts else None
    receipts = receiver.of_delivery(one.key, one.url, signers.of(one.endpoint_id))
    return {
        "id": one.id,
        "endpoint": one.endpoint_name,
        "url": one.url,
        "ours": receiver.is_at(one.url),
        "state": one.word,
        "tried": one.tried,
        "due": to_ms(one.due_at) if one.state is DeliveryState.PENDING else None,
        "reason": one.reason,
        "latency": last.latency_ms if last else None,
        "answer": last.answer if last else None,
        "attempts": [_attempt(attempt) for attempt in one.attempts],
        "receipt": _receipt(receipts[-1]) if receipts else None,
        "body": pretty(one.body),
        "bytes": len(one.body),
    }


def _attempt(attempt: ShownAttempt) -> Json:
    return {
        "number": attempt.number,
        "at": to_ms(attempt.at),
        "latency": attempt.latency_ms,
        "answer": attempt.answer,
        "detail": attempt.detail or "",
        "body": (attempt.body or b"").decode("utf-8", errors="replace"),
    }


def _receipt(receipt: Receipt) -> Json:
    return {
        "at": to_ms(receipt.at),
        "valid": receipt.fault is None,
        "fault": receipt.fault,
        "broken": list(receipt.broken),
        "repeated": receipt.repeated,
        "headers": [list(pair) for pair in receipt.headers],
    }


def pretty(body: bytes) -> str:
    """A JSON body on several lines; any other as it is."""
    envelope = read_envelope(body)
    if envelope is None:
        return body.decode("utf-8", errors="replace")
    return json.dumps(envelope, indent=2, ensure_ascii=False)


def manner_of(receiver: Receiver) -> str:
    """How the receiver treats the next request, in words."""
    if receiver.manner is not Manner.WELL or not receiver.failing:
        return receiver.manner.value
    requests = "request" if receiver.failing == 1 else f"{receiver.failing} requests"
    return f"It answers 500 to the next {requests}."
