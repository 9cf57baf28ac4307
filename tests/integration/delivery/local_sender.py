"""A sender that may dial this machine, and short ways of using it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network
from ssl import SSLContext

from bot.clock import Clock
from bot.delivery.egress import Egress, Proxy
from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard, GuardedUrl, GuardPolicy
from bot.delivery.sender import Sender
from bot.dialects.base import Answer
from tests.integration.delivery.receivers import Receiver, Script
from tests.support.patience import PATIENCE

HOST = "hooks.example.com"
HOME = GuardPolicy(allow_networks=(ip_network("127.0.0.0/8"),), allow_http=True)
PATIENT = Deadlines(connect=5.0, total=10.0)
HASTY = Deadlines(connect=0.3, total=0.6)
HEADERS = {"Content-Type": "application/json", "User-Agent": "test/1"}
BODY = b'{"id":"1"}'


async def at_home(name: str) -> Sequence[str]:
    return ["127.0.0.1"]


@asynccontextmanager
async def sending(
    guard: Guard | None = None,
    limits: Deadlines = PATIENT,
    *,
    ssl: SSLContext | None = None,
    proxy: Proxy | None = None,
    clock: Clock | None = None,
) -> AsyncGenerator[Sender]:
    way = Egress(ssl, proxy)
    sender = Sender(guard or Guard(HOME, at_home), limits, egress=way, clock=clock)
    await sender.start()
    try:
        yield sender
    finally:
        await sender.close()


def plain(receiver: Receiver) -> GuardedUrl:
    return Guard(HOME, at_home).parse(f"http://127.0.0.1:{receiver.port}/hook?a=b")


def secure(receiver: Receiver, host: str = HOST) -> GuardedUrl:
    return Guard(HOME, at_home).parse(f"https://{host}:{receiver.port}/hook")


async def post(sender: Sender, url: GuardedUrl, body: bytes = BODY) -> Answer:
    async with asyncio.timeout(PATIENCE):
        return await sender.post(url, body=body, headers=HEADERS)


async def once(script: Script, limits: Deadlines = PATIENT) -> tuple[Answer, Receiver]:
    """One attempt at a receiver that runs the script."""
    async with Receiver(script) as receiver, sending(limits=limits) as sender:
        return await post(sender, plain(receiver)), receiver
