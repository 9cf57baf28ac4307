"""Refusals of a pushed action, each with its status and the code that programs go by."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fields = Mapping[str, str]

CODES: dict[int, tuple[str, ...]] = {
    400: ("bad_request",),
    401: ("invalid_signature",),
    403: ("action_not_allowed",),
    404: (
        "unknown_member",
        "unknown_role",
        "unknown_channel",
        "unknown_currency",
        "unknown_ticket",
        "unknown_ticket_type",
        "unknown_giveaway",
    ),
    408: ("request_timeout",),
    409: ("idempotency_key_reused", "in_progress"),
    413: ("payload_too_large",),
    415: ("unsupported_media_type",),
    422: ("invalid_action", "refused"),
    429: ("rate_limited",),
    500: ("internal_error",),
    503: ("discord_unavailable", "unavailable"),
}
"""Every code that an answer may have, by its status."""


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """Answer to a pushed action: status, document, and when to come again."""

    status: int
    document: Mapping[str, Any]
    retry_after: int | None = None  # seconds


@dataclass(eq=False)
class ActionRefused(Exception):
    """Refusal of an action; `fields` says what is wrong with which."""

    status: int
    code: str
    message: str
    fields: Fields = field(default_factory=dict[str, str])
    retry_after: float | None = None

    def answer(self) -> PushAnswer:
        """As it is answered."""
        wait = None if self.retry_after is None else max(math.ceil(self.retry_after), 1)
        return PushAnswer(self.status, error(self.code, self.message, self.fields), wait)


def error(code: str, message: str, fields: Fields | None = None) -> dict[str, Any]:
    """The document of every answer that is no success."""
    return {"error": {"code": code, "message": message, "fields": dict(fields or {})}}


def bad_signature() -> ActionRefused:
    """One answer for whatever is wrong: who asks learns nothing of what there is."""
    text = (
        "There is no such webhook, or the signature is missing or wrong, or its time is more than "
        "300 seconds away."
    )
    return ActionRefused(401, "invalid_signature", text)


def invalid(fields: Fields, message: str = "The action cannot be done as it is.") -> ActionRefused:
    """What is wrong with the request, field by field."""
    return ActionRefused(422, "invalid_action", message, fields)


def unknown(what: str, field_name: str, message: str) -> ActionRefused:
    """Something that the server does not have."""
    return ActionRefused(404, f"unknown_{what}", message, {field_name: message})


def refused(message: str, field_name: str | None = None) -> ActionRefused:
    """What the rules of the server, or Discord, do not let happen."""
    return ActionRefused(422, "refused", message, {field_name: message} if field_name else {})


def not_let(error: Exception) -> ActionRefused:
    """What Discord refused for good, in its words."""
    return refused(f"Discord does not let me do that: {error}.")


def withdrawn(what: str) -> ActionRefused:
    """What was still to be done when whoever manages the server put an end to it."""
    text = f"{what} before Discord had answered: what was not done by then is not done any more."
    return refused(text)


def unavailable(why: str = "Discord cannot be reached.", *, wait: float = 15) -> ActionRefused:
    """Ask again later, with the same key."""
    return ActionRefused(503, "discord_unavailable", why, retry_after=wait)


def no_answer(*, has_key: bool) -> ActionRefused:
    """It was begun, and may still be done; who has no key would only begin it once more."""
    if has_key:
        text = "Discord gave no answer yet: ask again with the same key for what comes of it."
        return unavailable(text)
    text = (
        "Discord gave no answer yet. It is tried for an hour and may still be done: asked again, "
        "it may be done twice. Send a key with each action, then you can ask what came of it."
    )
    return ActionRefused(503, "discord_unavailable", text)


def in_progress(wait: float) -> ActionRefused:
    """The first request with that key is under way."""
    text = "The first request with this key is under way: ask again for what comes of it."
    return ActionRefused(409, "in_progress", text, retry_after=wait)
