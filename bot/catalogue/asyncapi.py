"""AsyncAPI 3.0 of the catalogue: every event that Herald sends, dialect by dialect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.catalogue.base import Event
from bot.catalogue.schema import PROMISE, Schema, body_of

HEADERS = {
    "content-type": "What the body is.",
    "user-agent": "Who sends it; an instance may call itself otherwise.",
    "idempotency-key": "The event's id again.",
    "phantom-signature": "`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<raw body>`.",
    "phantom-event-id": "The event's id.",
    "phantom-event-type": "The event's type.",
    "webhook-id": "The event's id.",
    "webhook-timestamp": "When this attempt left, in Unix seconds.",
    "webhook-signature": "`v1,<base64>`: HMAC-SHA256 of `<id>.<timestamp>.<body>`; during a "
    "change of the secret two of them, with a space between.",
    "x-webhook-id": "The UUID of the webhook, the same for all it is sent.",
    "x-event": "The event's name in this dialect.",
    "x-signature": "`sha256=<hex>`: HMAC-SHA256 of the raw body.",
    "x-attempt": "Which attempt this is, from 1.",
    "x-idempotency-key": "One key for each delivery; every attempt has the same.",
}
"""What each header means, by its name in lower case (source: docs/receivers.md)."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One event as one dialect sends it: the headers and bodies of real requests.

    The first body is the example. Where the dialect has an envelope of its own, the body's schema
    is read from all of them; else it is the catalogue's.
    """

    dialect: str
    event: type[Event]
    title: str  # the event's name in that dialect
    headers: Mapping[str, str]
    bodies: Sequence[Schema]
    own_envelope: bool = False

    @property
    def name(self) -> str:
        """Under which its parts stand in the document."""
        return f"{self.event.type}.{self.dialect}"


def document(spellings: Sequence[Spelling], version: str) -> dict[str, Any]:
    """The whole document, of these events and dialects."""
    events = list(dict.fromkeys(spelling.event for spelling in spellings))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Herald's events",
            "version": version,
            "description": f"What Herald sends to a webhook, by HTTP POST. {PROMISE}",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {event.type: _channel(event, spellings) for event in events},
        "operations": {f"send.{event.type}": _operation(event, spellings) for event in events},
        "components": {
            "messages": {spelling.name: _message(spelling) for spelling in spellings},
            "schemas": _schemas(spellings),
        },
    }


def _channel(event: type[Event], spellings: Sequence[Spelling]) -> dict[str, Any]:
    return {
        "address": None,  # the receiver's own
        "title": event.type,
        "description": event.about,
        "messages": {
            one.dialect: _ref("components", "messages", one.name)
            for one in spellings
            if one.event is event
        },
    }


def _operation(event: type[Event], spellings: Sequence[Spelling]) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": _ref("channels", event.type),
        "summary": event.about,
        "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
        "messages": [
            _ref("channels", event.type, "messages", one.dialect)
            for one in spellings
            if one.event is event
        ],
    }


def _message(spelling: Spelling) -> dict[str, Any]:
    event = spelling.event
    payload = spelling.name if spelling.own_envelope else event.type
    return {
        "name": spelling.name,
        "title": f"{spelling.title}, in the dialect {spelling.dialect}",
        "summary": event.about,
        **({"description": event.notes} if event.notes else {}),
        "contentType": "application/json",
        "headers": _ref("components", "schemas", f"headers.{spelling.dialect}"),
        "payload": _ref("components", "schemas", payload),
        "examples": [{"headers": dict(spelling.headers), "payload": spelling.bodies[0]}],
    }


def _schemas(spellings: Sequence[Spelling]) -> dict[str, Schema]:
    schemas = {f"headers.{one.dialect}": _headers(one.headers) for one in spellings}
    for one in spellings:
        if one.own_envelope:
            schemas[one.name] = described(one.bodies)
        else:
            schemas[one.event.type] = body_of(one.event)
    return schemas


def _headers(headers: Mapping[str, str]) -> Schema:
    return {
        "type": "object",
        "properties": {
            name: {"description": HEADERS[name.lower()], "type": "string"} for name in headers
        },
        "required": list(headers),
    }


def described(values: Sequence[Any]) -> Schema:
    """The schema that some values have in common: texts, nothing, and objects of these."""
    known = [value for value in values if value is not None]
    if all(isinstance(value, str) for value in known):
        return {"type": "string" if len(known) == len(values) else ["string", "null"]}
    keys = list(known[0])
    return {
        "type": "object",
        "properties": {key: described([value[key] for value in known]) for key in keys},
        "required": keys,
        "additionalProperties": True,
    }


def _ref(*path: str) -> dict[str, str]:
    return {"$ref": "/".join(["#", *path])}
