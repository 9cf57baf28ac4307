"""Page behind a private link: the opener's copy of a transcript, and its files one by one."""

from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import quote

from aiohttp import web

from bot.features.tickets.transcript.document import policy
from bot.features.tickets.transcripts import Transcripts
from bot.private_links import LinkExpired, LinkForged
from bot.web.guards import POST_COST, spend


class TranscriptPage:
    """Shows the copy and hands out its files; everything else is asked of the service."""

    def __init__(self, transcripts: Transcripts) -> None:
        self._transcripts = transcripts

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/tickets/{token}", self._show, allow_head=False),
            web.get("/tickets/{token}/files/{file:[0-9]{1,20}}", self._file, allow_head=False),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        # It takes more of us than an ordinary page.
        spend(request, _token(request), POST_COST)
        with _links():
            made = await self._transcripts.look(_token(request))
        response = web.Response(body=made, content_type="text/html", charset="utf-8")
        response.headers["Content-Security-Policy"] = f"{policy()}; frame-ancestors 'none'"
        return response

    async def _file(self, request: web.Request) -> web.Response:
        spend(request, _token(request))
        with _links():
            file, content = await self._transcripts.file(
                _token(request), int(request.match_info["file"])
            )
        # Saved, never opened: what somebody sent does nothing under this address.
        name = quote(file.name.encode("utf-8", "replace"), safe="")
        disposition = f"attachment; filename*=UTF-8''{name}"
        return web.Response(
            body=content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": disposition},
        )


@contextmanager
def _links() -> Generator[None]:
    """A link that is none looks as if there were no page."""
    try:
        yield
    except LinkForged:
        raise web.HTTPNotFound from None
    except LinkExpired:
        raise web.HTTPGone from None


def _token(request: web.Request) -> str:
    return request.match_info["token"]
