"""File descriptors: many receivers leave some to spare, none is blamed for the lack."""

import asyncio
import resource
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import count, islice
from pathlib import Path

import pytest

from bot.delivery import descriptors
from bot.delivery.guard import Guard, GuardedUrl, GuardPolicy
from bot.delivery.sender import Sender
from bot.dialects.base import Answer
from tests.integration.delivery.local_sender import PATIENT, at_home, post, sending
from tests.integration.delivery.receivers import OK, Receiver, Talk
from tests.support.loops import turn
from tests.support.patience import PATIENCE

MANY = 120
SPARE = 80  # files that may be opened beside those that are open
ELSEWHERE = """
import socketserver
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            if line == b"\\r\\n":
                self.rfile.read(length)
                self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 200
with Server(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""


def named(port: int) -> tuple[Guard, Sequence[GuardedUrl]]:
    """So many receivers, each with a name of its own."""
    names = [f"h{number}.example" for number in range(MANY)]
    policy = GuardPolicy()
    for name in names:
        policy = policy.allowing(name)
    guard = Guard(policy, at_home)
    return guard, [guard.parse(f"http://{name}:{port}/") for name in names]


@asynccontextmanager
async def receiving() -> AsyncGenerator[int]:
    """A receiver in another process, whose files are not ours; its port."""
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", ELSEWHERE, stdout=PIPE)
    assert server.stdout is not None
    try:
        yield int(await server.stdout.readline())
    finally:
        server.kill()
        await server.communicate()


@asynccontextmanager
async def few_files() -> AsyncGenerator[None]:
    """Only so many more than are open now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = {int(one.name) for one in Path("/proc/self/fd").iterdir()}
    free = (number for number in count() if number not in taken)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next(islice(free, SPARE, None)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def each(sender: Sender, urls: Sequence[GuardedUrl]) -> list[Answer]:
    return [await post(sender, url) for url in urls]


async def test_healthy_receivers_by_the_hundred_use_up_no_files() -> None:
    async with receiving() as port:
        guard, urls = named(port)
        # By its own measure it keeps as many as come.
        async with sending(guard) as sender, few_files():
            results = await each(sender, urls)

    assert {(one.status, one.error) for one in results} == {(200, None)}


async def test_only_so_many_connections_rest_and_the_oldest_go_first() -> None:
    open_talks = set[int]()

    async def script(talk: Talk) -> None:
        open_talks.add(talk.number)
        while True:
            try:
                await talk.request()
            except (asyncio.IncompleteReadError, ConnectionError):
                open_talks.discard(talk.number)
                return
            await talk.send(OK)

    async with Receiver(script) as receiver:
        guard, urls = named(receiver.port)
        sender = Sender(guard, PATIENT, idle=20)
        await sender.start()
        await each(sender, urls)
        async with asyncio.timeout(PATIENCE):
            while len(open_talks) > 20:
                await turn()
        left = set(open_talks)
        again = await each(sender, urls[-20:])
        await sender.close()

    assert left == set(range(MANY - 19, MANY + 1))
    assert receiver.connections == MANY
    assert {one.status for one in again} == {200}


@pytest.mark.parametrize(
    ("files", "under_way", "resting"),
    [(100, 16, 0), (400, 16, 0), (512, 128, 0), (1024, 256, 384), (65_536, 256, 2048)],
)
def test_a_reserve_is_kept_for_all_else(files: int, under_way: int, resting: int) -> None:
    assert descriptors.in_flight(files, 256) == under_way
    assert descriptors.idle(files, under_way) == resting
    assert files < descriptors.RESERVE or under_way + resting <= max(
        files - descriptors.RESERVE, 16
    )


async def test_the_limit_is_raised_at_start() -> None:
    program = (
        "import resource; from bot.delivery import descriptors\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 512))\n"
        "descriptors.raise_limit()\n"
        "print(descriptors.limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[1])"
    )
    done = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=PIPE)
    said, _ = await done.communicate()

    assert said.split() == [b"512", b"512"]
