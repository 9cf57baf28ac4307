"""The bare loop: aiohttp on uvloop signs and POSTs the same bodies, and stores nothing."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic_ns

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from bench.load import Load, Outcome, Ready, paced, rated, ready, spread, timed


async def run(load: Load) -> Outcome:
    """Every task signs, posts, and reads the answer, one delivery after the other."""
    sizes = load.sizes
    bodies = [ready(number) for number in range(sizes.warm_up + sizes.deliveries)]
    answered: list[int] = []
    async with session() as opened:

        async def post(number: int) -> None:
            answered.append(await deliver(opened, load.url(number), bodies[number]))

        await spread(sizes.tasks, sizes.warm_up, post)
        seconds = await timed(
            spread(sizes.tasks, sizes.deliveries, lambda number: post(sizes.warm_up + number))
        )
    settled = answered.count(200)
    return rated(seconds, sizes.deliveries, settled=settled, warm_up=sizes.warm_up)


async def steady(load: Load) -> Outcome:
    """One event after the other at an even pace, from its rendering to its receipt."""
    sizes = load.sizes
    sent: dict[str, int] = {}
    async with session() as opened:

        async def post(number: int, _moment: int) -> None:
            began = monotonic_ns()
            one = ready(number)
            await deliver(opened, load.url(number), one)
            sent[str(one.uuid)] = began

        await paced(sizes.pace, sizes.warm_up // 10, post)
        sent.clear()
        await paced(sizes.pace, sizes.paced, post)
    return Outcome({}, sent=sent)


@asynccontextmanager
async def session() -> AsyncGenerator[ClientSession]:
    """As plain as aiohttp has one: nothing but kept-alive connections."""
    connector = TCPConnector(limit=0)
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as opened:
        yield opened


async def deliver(opened: ClientSession, url: str, one: Ready) -> int:
    """Sign, post, read the answer; its status."""
    async with opened.post(
        url, data=one.body, headers=one.headers(), allow_redirects=False
    ) as response:
        await response.read()
        return response.status
