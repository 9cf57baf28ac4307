"""Inspector page: events as they happen, and buttons that make things happen."""

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files

from aiohttp import web
from aiohttp.typedefs import Handler
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.clock import Clock
from bot.demo.contracts import read_envelope
from bot.demo.feed import Feed
from bot.demo.loopback import Loopback
from bot.demo.picture import stamped
from bot.demo.world import Refused

KEEPALIVE_SECONDS = 15.0
BODY_LIMIT = 16 * 1024
STATIC = {
    "inspector.css": "text/css",
    "inspector.js": "text/javascript",
    "herald.svg": "image/svg+xml",
}
SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}

ButtonAct = Callable[[str], Awaitable[str]]
"""Does what a button says, with the page's one value; the sentence that tells what happened."""


class Inspector(Loopback):
    """Serves the page on loopback; `acts` are the buttons by name."""

    def __init__(
        self, feed: Feed, clock: Clock, *, acts: Mapping[str, ButtonAct], guild: str
    ) -> None:
        self._feed = feed
        self._clock = clock
        self._acts = acts
        self._guild = guild
        loader = PackageLoader("bot.demo", "templates")
        pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        self._page = pages.get_template("inspector.html")
        app = web.Application(middlewares=[self._guarded], client_max_size=BODY_LIMIT)
        app.on_response_prepare.append(_harden)
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/feed", self._stream)
        app.router.add_post("/acts/{name}", self._act)
        super().__init__(app)

    @property
    def url(self) -> str:
        return f"{self.origin}/"

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A foreign Host is DNS rebinding, a foreign Origin a forged request: neither is heard."""
        hosts = {f"{name}:{self.port}" for name in (self.host, "localhost")}
        origin = request.headers.get("Origin")
        if request.host not in hosts or (
            origin is not None and origin.removeprefix("http://") not in hosts
        ):
            raise web.HTTPForbidden(text="Open the address that the terminal shows.")
        return await handler(request)

    async def _index(self, request: web.Request) -> web.Response:
        page = self._page.render(guild=self._guild)
        return web.Response(text=page, content_type="text/html")

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in STATIC:
            raise web.HTTPNotFound
        text = files("bot.demo").joinpath("static", name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=STATIC[name])

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; the browser comes back by itself when the line breaks."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        try:
            async for picture in self._feed.pictures(keepalive=KEEPALIVE_SECONDS):
                if picture is None:
                    await response.write(b": still here\n\n")
                else:
                    await response.write(f"data: {stamped(picture, self._clock)}\n\n".encode())
        except ConnectionError:
            return response  # the page was closed
        return response

    async def _act(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        act = self._acts.get(request.match_info["name"])
        if act is None:
            raise web.HTTPNotFound
        try:
            return _told(await act(_value(await request.text())))
        except Refused as refusal:
            return _told(str(refusal), status=409)
        except TimeoutError:
            return _told("The bot did not finish in time; look at the terminal.", status=504)


def _value(text: str) -> str:
    values = read_envelope(text)
    if values is None:
        raise web.HTTPBadRequest
    return str(values.get("value", ""))


def _told(text: str, *, status: int = 200) -> web.Response:
    return web.json_response({"text": text}, status=status)


async def _harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Called by aiohttp before the head of an answer goes out, that of an error too."""
    response.headers.update(SAFE)
