"""Door for pushed actions: who knocks is known by the signature, and let in as far as allowed."""

import json
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, cast
from uuid import UUID

from pydantic import ValidationError

from bot.clock import to_ms
from bot.errors import ConfigError
from bot.features.incoming import store
from bot.features.incoming.actions import BY_NAME, NAMES, IncomingAction
from bot.features.incoming.calls import IncomingCalls, not_allowed
from bot.features.incoming.model import CallDraft, IncomingWebhook
from bot.features.incoming.ports import ALL, TOPIC, IncomingPorts
from bot.features.incoming.refusals import ActionRefused, PushAnswer, bad_signature, invalid
from bot.features.incoming.signature import KEY_LIMIT, PushRequest, is_key
from bot.rates import Bucket, Keyed
from bot.storage.changes import Cache

KEY_HEADER = "X-Idempotency-Key"
MINUTE = 60_000  # ms

_PLAIN = {
    "missing": "this is needed",
    "extra_forbidden": "there is no such field",
    "string_pattern_mismatch": "this does not have the form that the documentation names",
    "literal_error": "this is none of the values that the documentation names",
}


class IncomingDoor:
    """Answers every request; a webhook that was deleted is known nowhere from that commit on."""

    def __init__(self, ports: IncomingPorts, calls: IncomingCalls) -> None:
        self._ports = ports
        self._calls = calls
        self._known: Cache[dict[UUID, IncomingWebhook]] = Cache(ports.changes, TOPIC)
        self._rates = dict[int, Keyed[tuple[int, str], Bucket]]()
        # What is opened and compared where there is no such webhook.
        self._nobody = ports.vault.seal(token_urlsafe(32))

    async def push(self, request: PushRequest) -> PushAnswer:
        """What is answered; nothing of a request is in an error or a log."""
        try:
            webhook = await self._signer(request)
            name = _action_of(request.body)
            if name not in webhook.actions:
                raise not_allowed(name)
            self._spend(webhook, name)
            asked = _read(name, request.body)
            key = _key_of(request, needed=asked.needs_key)
            wanted = asked.model_dump(mode="json", exclude_none=True)
            draft = CallDraft(name, wanted, key, sha256(request.body).digest())
            return await self._calls.push(webhook, asked, draft)
        except ActionRefused as refusal:
            return refusal.answer()

    async def _signer(self, request: PushRequest) -> IncomingWebhook:
        """The webhook whose secret signed it; as much work where there is none."""
        found = (await self._webhooks()).get(_uuid(request.webhook))
        secret = self._opened(self._nobody if found is None else found.sealed_secret)
        is_signed = request.is_signed_with(secret, self._ports.clock.now())
        if found is None or not is_signed:
            raise bad_signature()
        return found

    def _opened(self, sealed: bytes) -> str:
        try:
            return self._ports.vault.open(sealed)
        except ConfigError:
            return token_urlsafe(32)  # sealed with a key that is lost: nobody can sign for it

    async def _webhooks(self) -> dict[UUID, IncomingWebhook]:
        async def read() -> dict[UUID, IncomingWebhook]:
            async with self._ports.database.reading() as reading:
                return await store.every(reading)

        return await self._known.get(ALL, read)

    def _spend(self, webhook: IncomingWebhook, action: str) -> None:
        """Take from what the webhook has left for that action."""
        rate, now = webhook.rate, to_ms(self._ports.clock.now())
        kept = self._rates.setdefault(rate, Keyed(lambda: Bucket(rate, MINUTE, rate)))
        bucket = kept.of((webhook.id, action))
        if wait := bucket.take(now):
            text = f"This webhook may do {action} {rate} times a minute."
            raise ActionRefused(429, "rate_limited", text, retry_after=wait / 1000)
        kept.keep((webhook.id, action), bucket, now)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _action_of(body: bytes) -> str:
    document = _document(body)
    name = document.get("action")
    if not isinstance(name, str) or name not in BY_NAME:
        known = ", ".join(NAMES)
        raise invalid({"action": f"one of {known}"}, "There is no such action.")
    return name


def _document(body: bytes) -> dict[str, Any]:
    """A JSON object, each of whose names stands once in it."""
    try:
        document = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise invalid({}, "The body must be one JSON object in UTF-8, each name in it once.")
    return cast("dict[str, Any]", document)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse_constant(text: str) -> None:
    raise ValueError(text)


def _read(name: str, body: bytes) -> IncomingAction:
    try:
        return BY_NAME[name].model_validate_json(body)
    except ValidationError as error:
        fields = dict[str, str]()
        for one in error.errors(include_url=False, include_input=False, include_context=False):
            place = ".".join(str(part) for part in one["loc"]) or "action"
            plain = one["msg"].removeprefix("Value error, ")
            fields.setdefault(place, _PLAIN.get(one["type"], plain))
        raise invalid(fields) from None


def _key_of(request: PushRequest, *, needed: bool) -> str | None:
    """The request's key; needed where money moves."""
    if not request.keys:
        if needed:
            raise invalid({KEY_HEADER: "this action needs it, a new one each time"})
        return None
    (key, *others) = request.keys
    if others or not is_key(key):
        wanted = f"one header of 1 to {KEY_LIMIT} plain characters"
        raise invalid({KEY_HEADER: wanted})
    return key
