"""`herald push`: one action, signed and sent to an incoming webhook; what it answers is printed."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
from rich.text import Text

from bot.clock import SystemClock
from bot.commands.console import complain, say
from bot.commands.event_loop import Stop, in_loop
from bot.commands.requests import harmless
from bot.errors import UserError
from bot.features.incoming.actions import BY_NAME, NAMES
from bot.features.incoming.signature import KEY_LIMIT, is_key, signed

OK = 200
LONGEST = 64 * 1024  # bytes of an answer that are read
SHOWN = 16 * 1024


@dataclass(frozen=True, slots=True)
class PushOptions:
    """Options: what is to be done, where, and with which key."""

    action: str
    fields: Sequence[str]
    url: str
    secret: str = field(repr=False)
    key: str | None = None

    def body(self) -> bytes:
        """The action as it is sent; a UserError for one that there is not, or an odd field.

        What its fields may hold the receiver says: it is asked for that.
        """
        name = self.action.upper()
        if name not in BY_NAME:
            raise UserError(f"there is no action {self.action}; there are: {', '.join(NAMES)}")
        schema = BY_NAME[name].model_json_schema()["properties"]
        document: dict[str, Any] = {"action": name}
        for one in self.fields:
            key, equals, value = one.partition("=")
            if not equals:
                raise UserError(f"write each field as name=value, such as userId=5, not {one!r}")
            document[key] = _value(key, value, schema.get(key, {}))
        return json.dumps(document).encode()

    def check(self) -> None:
        """A UserError for an address, a secret or a key that is none."""
        if not _is_address(self.url):
            raise UserError("--to is the address that /webhook incoming create shows")
        if not self.secret or not self.secret.isascii():
            raise UserError("give the webhook's secret: --secret, or HERALD_PUSH_SECRET")
        if self.key is not None and not is_key(self.key):
            raise UserError(f"--key is 1 to {KEY_LIMIT} plain characters, in one line")


def push(order: PushOptions, *, timeout: float) -> int:
    """Send it once: 0 where it was done, 1 where it was refused or not answered."""
    order.check()
    body, key = order.body(), str(uuid4()) if order.key is None else order.key

    async def main(_stop: Stop) -> int:
        say(Text(f"key     {harmless(key, SHOWN)}"))
        try:
            async with asyncio.timeout(timeout):
                status, answer = await _sent(order, body, key)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            why = "it gave none in time" if isinstance(error, TimeoutError) else str(error)
            complain(f"no answer: {harmless(why, SHOWN)}; ask again with --key {key}")
            return 1
        say(Text(f"answer  HTTP {status}", style="green" if status == OK else "red"))
        say(Text(harmless(_pretty(answer), SHOWN, keeps="\n")))
        return 0 if status == OK else 1

    return in_loop(main)


async def _sent(order: PushOptions, body: bytes, key: str) -> tuple[int, bytes]:
    now = str(int(SystemClock().now().timestamp()))
    headers: Mapping[str, str] = {
        "Content-Type": "application/json",
        "X-Timestamp": now,
        "X-Signature": signed(order.secret, body, now),
        "X-Idempotency-Key": key,
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(order.url, data=body, headers=headers, allow_redirects=False) as response,
    ):
        return response.status, await response.content.read(LONGEST)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0  # a port that is none raises
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_whole


def _value(key: str, text: str, schema: Mapping[str, Any]) -> Any:
    """Text, or what else the field holds: a number, a list, an object."""
    kinds = {schema.get("type"), *(one.get("type") for one in schema.get("anyOf", ()))}
    is_nested = any("$ref" in one for one in schema.get("anyOf", ()))
    if not kinds & {"integer", "array"} and not is_nested:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise UserError(f'{key} is not JSON: write a number, or a list such as ["5"]') from None


def _pretty(answer: bytes) -> str:
    try:
        return json.dumps(json.loads(answer), indent=2, ensure_ascii=False)
    except ValueError:
        return answer.decode("utf-8", errors="backslashreplace")
