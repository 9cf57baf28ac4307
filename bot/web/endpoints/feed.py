"""Feed for programs: one page of an endpoint's events as JSON, by a bearer token."""

import json
import re

from aiohttp import web

from bot.features.endpoints.feeds import MOST, FeedRefused, FeedsService
from bot.outbox.feed import Cursor, CursorGone, CursorUnreadable, FeedPage
from bot.texts import N_, _
from bot.web.guards import spend

BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/-]{1,200}=*)")
LIMIT = re.compile(r"[1-9][0-9]{0,5}")

_NOBODY = N_("There is no such feed, or this token does not read it.")
_BAD_CURSOR = N_("That cursor is none: send back what “next” said, as it was.")
_BAD_LIMIT = N_("The limit is a whole number from 1 on; a page has 100 events at most.")
_GONE = N_(
    "What comes after that cursor is not kept any more. Ask without “after” to begin with the "
    "oldest that is, and look at what you may have missed."
)


class FeedReader:
    """Answers GET /feed/{uuid}; nothing is settled by it."""

    def __init__(self, feeds: FeedsService) -> None:
        self._feeds = feeds

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/feed/{uuid}", self.read)]

    async def read(self, request: web.Request) -> web.Response:
        """One page, or why there is none."""
        sent = BEARER.fullmatch(request.headers.get("Authorization", "").strip())
        try:
            # The same way for who sends no token at all.
            endpoint = self._feeds.authorized(
                request.match_info["uuid"], sent.group(1) if sent else ""
            )
        except FeedRefused:
            return _refused(401, _(_NOBODY), {"WWW-Authenticate": "Bearer"})
        spend(request, f"feed {endpoint.uuid}")
        limit = request.query.get("limit", str(MOST))
        if not LIMIT.fullmatch(limit):
            return _refused(400, _(_BAD_LIMIT))
        try:
            after = request.query.get("after")
            cursor = Cursor.read(after) if after else None
            page = await self._feeds.read(endpoint, cursor, int(limit))
        except CursorUnreadable:
            return _refused(400, _(_BAD_CURSOR))
        except CursorGone:
            return _refused(410, _(_GONE))
        return web.Response(body=written(page), content_type="application/json")


def written(page: FeedPage) -> bytes:
    """The page; each event is in it byte for byte as it is signed and sent elsewhere."""
    following = json.dumps(page.next.text()).encode()
    return b'{"events":[' + b",".join(page.events) + b'],"next":' + following + b"}"


def _refused(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": text}, status=status, headers=headers)
