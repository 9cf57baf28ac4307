"""`herald listen`: a receiver for trying things out; it verifies, prints, and fails on request."""

import asyncio
from dataclasses import dataclass

from aiohttp import web
from rich.text import Text

from bot.clock import Clock, SystemClock
from bot.commands.console import complain, say
from bot.commands.event_loop import Stop, in_loop
from bot.commands.requests import ReceivedRequest, RequestHistory, lines_of
from bot.demo.contracts import fault_in_signature
from bot.errors import UserError
from bot.loopback import is_loopback

BODY_LIMIT = 1024 * 1024
FINISH_SECONDS = 0.5
ALWAYS = -1


@dataclass(slots=True)
class Manners:
    """Manners for the next requests: so many fail, then so many hang, then so many redirect."""

    fail: int = 0  # ALWAYS: every one
    hang: int = 0
    redirect: int = 0

    def next(self) -> str:
        """What becomes of this request."""
        if self.fail:
            self.fail -= self.fail > 0
            return "fail"
        for name in ("hang", "redirect"):
            left = getattr(self, name)
            if left > 0:
                setattr(self, name, left - 1)
                return name
        return "take"


def manners_of(fail: str, hang: int, redirect: int) -> Manners:
    """What the options ask for; a UserError names what cannot be meant."""
    if fail != "always" and not (fail.isascii() and fail.isdigit()):
        raise UserError(f"--fail takes a number or the word always; “{fail}” is neither.")
    return Manners(ALWAYS if fail == "always" else int(fail), hang, redirect)


def listen(host: str, port: int, secret: str, manners: Manners) -> int:
    """Listen until a signal; 0 unless nothing could listen there."""

    async def main(stop: Stop) -> int:
        listener = ListeningReceiver(secret, manners, clock=SystemClock())
        await listener.start(host, port)
        _introduce(host, listener.port, is_checked=bool(secret))
        try:
            await stop.asked.wait()
        finally:
            await listener.stop()
        say(listener.summary())
        return 0

    return in_loop(main)


class ListeningReceiver:
    """Receiver that answers every POST, and prints it."""

    def __init__(self, secret: str, manners: Manners, *, clock: Clock) -> None:
        self.seen = RequestHistory()
        self._secret = secret
        self._manners = manners
        self._clock = clock
        self._released = asyncio.Event()
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_post("/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=FINISH_SECONDS)
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; a UserError says why not."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            message = f"Cannot listen on {host}, port {port} ({error.strerror or error})."
            raise UserError(f"{message} Choose another port with --port.") from None
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Let go of what hangs, and close."""
        self._released.set()
        await self._runner.cleanup()

    def summary(self) -> str:
        """The last line."""
        seen = self.seen
        verified = f"{seen.valid} with a valid signature, " if self._secret else ""
        return f"{seen.requests} requests: {verified}{seen.duplicates} duplicates"

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        fault = None
        if self._secret:
            now = int(self._clock.now().timestamp())
            fault = fault_in_signature(request.headers, body, secrets=[self._secret], now=now)
        verdict = self._manners.next()
        came = ReceivedRequest(request.headers, body, fault, bool(self._secret), verdict)
        # An answer that is not 2xx is not kept by the sender as received, so neither is it here.
        counted = self.seen.count(came)
        for line in lines_of(came, counted):
            say(line)
        return await self._answer(verdict, fault)

    async def _answer(self, verdict: str, fault: str | None) -> web.Response:
        if verdict == "hang":
            await self._released.wait()
            return web.Response(status=503, text="hung until the end\n")
        if verdict == "redirect":
            return web.Response(status=302, headers={"Location": "/elsewhere"})
        if verdict == "fail":
            return web.Response(status=500, text="told to fail\n")
        if fault is not None:
            return web.Response(status=400, text=f"{fault}\n")
        return web.Response(text="thank you\n")


def _introduce(host: str, port: int, *, is_checked: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    say(Text(f"Listening on http://{shown}:{port}/hooks", style="bold"))
    if not is_checked:
        complain(
            "no secret was given, so nothing is verified: give the webhook's with --secret, "
            "or in HERALD_LISTEN_SECRET"
        )
    if not is_loopback(host):
        complain(
            f"anybody who reaches this machine can send to {host}; "
            "leave --host out to be reached from this machine only"
        )
