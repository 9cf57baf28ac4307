"""A thousand healthy endpoints, alone and in bad company: how long their events take.

Everybody gets events at an even pace. In bad company, a hundred endpoints that were healthy stop
answering, and one has a long queue that may go from the same moment on.
"""

import tempfile
from pathlib import Path

from bench.bare import session
from bench.emitting import (
    add_endpoints,
    change_all,
    child,
    file_url,
    nothing_open,
    opened,
    started,
)
from bench.load import FIRST_GUILD, Load, Outcome, event, paced, spread
from bot.delivery.emitter import Emitter
from bot.outbox.tables import EndpointState

CUT = 0.1  # seconds that hanging requests get at the end


async def alone(load: Load) -> Outcome:
    """Everybody answers, and nothing is queued."""
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        return await _measured(load, file_url(Path(folder) / "herald.db"), in_company=False)


async def beset(load: Load) -> Outcome:
    """Some hang, and one has a queue."""
    sizes = load.sizes
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        url = file_url(Path(folder) / "herald.db")
        arguments = ("--deliveries", sizes.queued, "--endpoints", 1)
        await child("bench.backlog", url, "--port", load.port, *arguments)
        return await _measured(load, url, in_company=True)


async def _measured(load: Load, url: str, *, in_company: bool) -> Outcome:
    sizes = load.sizes
    everybody = sizes.healthy + sizes.hanging
    sent: dict[str, int] = {}
    emitter = await opened(url, load.port, shutdown_grace=CUT)
    async with started(emitter):
        paths = [f"hooks/{number}" for number in range(sizes.healthy)]
        paths += [f"slow/{number}" for number in range(sizes.hanging)]
        urls = [f"http://127.0.0.1:{load.port}/{path}" for path in paths]
        # Guild 0 has the queue.
        ids = await add_endpoints(emitter, urls, first=1)

        async def one(number: int, moment: int) -> None:
            place = number * 7 % everybody  # those that hang are spread among the others
            uuid = await emitter.outbox.record(event(number, FIRST_GUILD + 1 + place))
            if place < sizes.healthy:
                sent[str(uuid)] = moment

        await spread(sizes.tasks, everybody, lambda number: one(number, 0))  # all are healthy yet
        await emitter.worker.idle()
        sent.clear()
        if in_company:
            await _begin(emitter, load.port)
        await paced(sizes.crowd_rate, sizes.crowd_rate * sizes.crowd_seconds, one)
        await nothing_open(emitter, range(ids[0], ids[0] + sizes.healthy))
    return Outcome({}, sent=sent)


async def _begin(emitter: Emitter, port: int) -> None:
    """From now on some hang, and the queue of the one may go."""
    address = f"http://127.0.0.1:{port}/begin"
    async with session() as asked, asked.post(address, data=b"") as answer:
        await answer.read()
    await change_all(emitter, EndpointState.ACTIVE)
