"""The bare loop: aiohttp on uvloop signs and POSTs the same bodies, and stores nothing."""

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from bench.load import Load, Outcome, Ready, ready, spread, timed


async def run(load: Load) -> Outcome:
    """Every task signs, posts, and reads the answer, one delivery after the other."""
    bodies = [ready(number) for number in range(load.warm_up + load.deliveries)]
    answered: list[int] = []
    connector = TCPConnector(limit=0)
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as session:

        async def post(number: int, one: Ready) -> None:
            async with session.post(
                load.url(number), data=one.body, headers=one.headers(), allow_redirects=False
            ) as response:
                await response.read()
                answered.append(response.status)

        await spread(load, load.warm_up, lambda number: post(number, bodies[number]))
        rest = bodies[load.warm_up :]
        seconds = await timed(
            spread(load, load.deliveries, lambda number: post(number, rest[number]))
        )
    delivered = answered.count(200)
    return Outcome(seconds, delivered, delivered - load.warm_up)
