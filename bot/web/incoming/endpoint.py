"""Endpoint of pushed actions: one request, one JSON answer; `openapi.json` beside it says how."""

import json

from aiohttp import web

from bot.features.incoming.door import KEY_HEADER, IncomingDoor
from bot.features.incoming.openapi import document
from bot.features.incoming.signature import PushRequest
from bot.web.api_errors import answer_of
from bot.web.guards import spend_address

UNSIGNED = 401


class PushEndpoint:
    """Hands what was sent to the feature's door; it alone decides."""

    def __init__(self, door: IncomingDoor, public_url: str | None) -> None:
        self._door = door
        self._description = json.dumps(document(public_url), ensure_ascii=False)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/in/openapi.json", self._describe, allow_head=False),
            web.post("/in/{webhook}", self._push),
        ]

    async def _describe(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._description, content_type="application/json")

    async def _push(self, request: web.Request) -> web.Response:
        if (
            request.content_type != "application/json"
            or (request.charset or "utf-8").lower() != "utf-8"
        ):
            raise web.HTTPUnsupportedMediaType
        answer = await self._door.push(await _read(request))
        if answer.status == UNSIGNED:
            # Whoever signs is limited by the webhook; whoever guesses is, by the address.
            spend_address(request)
        return answer_of(answer)


async def _read(request: web.Request) -> PushRequest:
    """What the door goes by; a header that stands twice is none."""
    signatures = request.headers.getall("X-Signature", ())
    times = request.headers.getall("X-Timestamp", ())
    return PushRequest(
        request.match_info["webhook"],
        await request.read(),
        signatures[0] if len(signatures) == 1 else None,
        ",".join(times) if times else None,
        tuple(request.headers.getall(KEY_HEADER, ())),
    )
