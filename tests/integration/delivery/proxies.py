"""Proxies on real sockets: one that does what it is asked, and others."""

import asyncio
import contextlib

from yarl import URL

from bot.delivery.egress import Proxy
from tests.integration.delivery.receivers import Receiver, Script, Talk

OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


def way(receiver: Receiver, *, scheme: str = "http", authorization: str | None = None) -> Proxy:
    """What leads through it."""
    return Proxy(URL(f"{scheme}://127.0.0.1:{receiver.port}"), authorization)


def answering(head: bytes) -> Script:
    """One that answers every CONNECT with that, and waits for what comes."""

    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(head)
        await talk.gone()

    return script


def forwarding(*, to: int | None = None, but_for: str = "") -> Script:
    """One that connects to where it is asked to, or always to a port of this machine's.

    It does not get to an address that is `but_for`.
    """

    async def script(talk: Talk) -> None:
        address = (await talk.request()).split(b" ")[1].decode()
        host, _, port = address.rpartition(":")
        if host == but_for:
            await talk.send(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            return
        reader, writer = await asyncio.open_connection(host.strip("[]"), to or int(port))
        await talk.send(OPEN)

        async def back() -> None:
            with contextlib.suppress(ConnectionError):
                while data := await reader.read(65_536):
                    await talk.send(data)

        returning = asyncio.get_running_loop().create_task(back())
        try:
            while data := await talk.some():
                writer.write(data)
                await writer.drain()
        finally:
            returning.cancel()
            writer.close()

    return script


def asked(receiver: Receiver) -> list[str]:
    """The first line of each request it got."""
    return [one.split(b"\r\n")[0].decode() for one in receiver.requests]
