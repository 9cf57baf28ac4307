"""Slow names hold up neither one another nor the names that answer."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from threading import Event, Lock, Semaphore

import pytest

from bot.delivery.dns import NameLimits, SystemResolve, look_up, site_of
from tests.support.loops import turn
from tests.support.patience import PATIENCE

PUBLIC = ["93.184.215.14"]


class NameServer:
    """Answers names at once, but for those with `slow` in them: they wait to be let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let_go = Event()
        self._begun = Semaphore(0)
        self._gates: dict[str, Event] = {}
        self._lock = Lock()

    def __call__(self, name: str) -> Sequence[str]:
        with self._lock:
            self.asked.append(name)
            gate = self._gates.setdefault(name, Event())
        self._begun.release()
        if "slow" in name:
            while not (gate.wait(0.01) or self.let_go.is_set()):
                continue
        if "none" in name:
            raise OSError(f"{name} has no address")
        return PUBLIC

    def answer(self, name: str) -> None:
        """Let go of one slow name."""
        with self._lock:
            self._gates[name].set()

    async def begun(self, count: int) -> list[str]:
        """The names asked for, once there are so many more."""
        for _ in range(count):
            assert await asyncio.to_thread(self._begun.acquire, timeout=10)
        return self.asked


@pytest.fixture
def server() -> NameServer:
    return NameServer()


def ask(resolve: SystemResolve, *names: str) -> list[asyncio.Task[Sequence[str]]]:
    async def one(name: str) -> Sequence[str]:
        return await resolve(name)

    return [asyncio.create_task(one(name)) for name in names]


async def soon(task: asyncio.Future[Sequence[str]]) -> Sequence[str]:
    async with asyncio.timeout(PATIENCE):
        return await task


async def gave_up(tasks: Sequence[asyncio.Task[Sequence[str]]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_name_is_asked_for_once_at_a_time(server: NameServer) -> None:
    resolve = SystemResolve(server)
    tasks = ask(resolve, *["slow.example."] * 20)
    assert await server.begun(1) == ["slow.example."]

    server.let_go.set()

    assert await asyncio.gather(*tasks) == [PUBLIC] * 20
    assert server.asked == ["slow.example."]
    assert await resolve("slow.example.") == PUBLIC
    assert len(server.asked) == 2  # nothing is kept here: who dials asks again


async def test_whoever_comes_after_somebody_gave_up_joins_what_still_runs(
    server: NameServer,
) -> None:
    resolve = SystemResolve(server)
    for _ in range(50):
        first = ask(resolve, "slow.example.")
        await turn()
        await gave_up(first)
    last = ask(resolve, "slow.example.")
    await turn()
    server.let_go.set()

    assert await soon(last[0]) == PUBLIC
    assert server.asked == ["slow.example."]


async def test_everybody_who_waits_is_told_of_a_failure(server: NameServer) -> None:
    resolve = SystemResolve(server)
    tasks = ask(resolve, "slow.none.example.", "slow.none.example.")
    await server.begun(1)
    server.let_go.set()

    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [str(result) for result in results] == ["slow.none.example. has no address"] * 2


async def test_one_site_has_few_threads_however_many_names_it_has(server: NameServer) -> None:
    resolve = SystemResolve(server)
    names = [f"slow{number}.evil.example." for number in range(100)]
    tasks = ask(resolve, *names)
    assert await server.begun(4) == names[:4]

    assert await soon(ask(resolve, "hooks.honest.example.")[0]) == PUBLIC
    assert await soon(ask(resolve, "hooks.honest.test.")[0]) == PUBLIC

    assert [name for name in server.asked if "slow" in name] == names[:4]
    server.let_go.set()
    assert await asyncio.gather(*tasks) == [PUBLIC] * 100


async def test_only_so_many_look_ups_run_in_all(server: NameServer) -> None:
    resolve = SystemResolve(server, NameLimits(in_all=2, of_strangers=9))
    tasks = ask(resolve, *(f"slow{n}.site{n}.test." for n in range(9)))
    await server.begun(2)
    await turn()

    assert server.asked == ["slow0.site0.test.", "slow1.site1.test."]
    server.let_go.set()
    assert await asyncio.gather(*tasks) == [PUBLIC] * 9


async def test_names_that_answer_have_threads_of_their_own(server: NameServer) -> None:
    resolve = SystemResolve(server)
    await resolve("hooks.honest.test.")
    slow = ask(resolve, *(f"slow{n}.evil{n % 25}.test." for n in range(100)))
    await server.begun(1 + 16)

    stranger = ask(resolve, "hooks.new.test.")[0]
    for _ in range(3):
        assert await soon(ask(resolve, "hooks.honest.test.")[0]) == PUBLIC

    assert not stranger.done()
    assert len([name for name in server.asked if "slow" in name]) == 16
    await gave_up([*slow, stranger])
    server.let_go.set()


async def test_a_site_without_a_look_up_goes_before_the_crowds_others(server: NameServer) -> None:
    resolve = SystemResolve(server)
    crowd = ask(resolve, *(f"slow{n}.evil{n % 5}.test." for n in range(100)))
    await server.begun(16)
    stranger = ask(resolve, "hooks.new.test.")[0]
    await turn()
    await turn()

    server.answer(server.asked[0])  # one place is free, and eighty-four were here before

    assert await soon(stranger) == PUBLIC
    assert len([name for name in server.asked if "slow" in name]) <= 17
    await gave_up(crowd)
    server.let_go.set()


async def test_a_name_that_failed_or_was_slow_is_a_stranger_again(server: NameServer) -> None:
    for limits in (NameLimits(of_strangers=1, quick=-1.0), NameLimits(of_strangers=1, quick=60)):
        names = NameServer()
        resolve = SystemResolve(names, limits)
        await resolve("a.test.")
        with pytest.raises(OSError, match="no address"):
            await resolve("none.test.")
        slow = ask(resolve, "slow.evil.test.")
        await names.begun(3)
        again = ask(resolve, "a.test.", "none.test.")
        await turn()
        await turn()
        quick = limits.quick > 0

        assert names.asked[3:] == ["a.test."] * quick
        await gave_up([*slow, *again])
        names.let_go.set()


async def test_what_nobody_waits_for_any_more_is_never_asked(server: NameServer) -> None:
    resolve = SystemResolve(server, NameLimits(of_site=1))
    running = ask(resolve, "slow1.evil.test.")
    waiting = ask(resolve, *(f"slow{n}.evil.test." for n in range(2, 50)))
    await server.begun(1)

    await gave_up(waiting)
    server.let_go.set()

    assert await soon(running[0]) == PUBLIC
    assert await soon(ask(resolve, "hooks.evil.test.")[0]) == PUBLIC
    assert server.asked == ["slow1.evil.test.", "hooks.evil.test."]


async def test_only_so_many_names_are_remembered_as_quick() -> None:
    server = NameServer()
    resolve = SystemResolve(server, NameLimits(of_strangers=1, remembered=2))
    for name in ("a.test.", "b.test.", "c.test."):
        await resolve(name)
    slow = ask(resolve, "slow.evil.test.")
    await server.begun(4)

    assert await soon(ask(resolve, "c.test.")[0]) == PUBLIC
    assert await soon(ask(resolve, "b.test.")[0]) == PUBLIC
    forgotten = ask(resolve, "a.test.")
    await turn()
    assert server.asked.count("a.test.") == 1
    await gave_up([*slow, *forgotten])
    server.let_go.set()


async def test_closing_ends_the_waiting(server: NameServer) -> None:
    resolve = SystemResolve(server, NameLimits(of_site=1))
    tasks = ask(resolve, "slow1.evil.test.", "slow2.evil.test.")
    await server.begun(1)

    resolve.close()
    server.let_go.set()

    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert server.asked == ["slow1.evil.test."]


ENDLESS = """
import asyncio
from threading import Event
from bot.delivery.dns import SystemResolve

def hang(name):
    print("asked", flush=True)
    Event().wait()

async def main():
    resolve = SystemResolve(hang)
    try:
        async with asyncio.timeout(0.2):
            await resolve("slow.example.")
    except TimeoutError:
        print("gave up", flush=True)
    resolve.close()

asyncio.run(main())
"""


def test_a_look_up_that_never_ends_keeps_no_process_alive() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDLESS], capture_output=True, text=True, timeout=30, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "asked\ngave up\n", "")


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("hooks.example.com.", "example.com"),
        ("a.b.c.Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("hooks.example.co.uk.", "example.co.uk"),
        ("example.co.uk.", "example.co.uk"),
        ("co.uk.", "co.uk"),
        ("hooks.co.example.", "co.example"),  # whoever owns a short name gains nothing
        ("receiver", "receiver"),
    ],
)
def test_the_part_of_a_name_that_one_owner_answers_for(name: str, site: str) -> None:
    assert site_of(name) == site


def test_the_machines_own_name_service_knows_this_machine() -> None:
    assert set(look_up("localhost")) <= {"127.0.0.1", "::1"}
    assert look_up("127.0.0.1") == ["127.0.0.1"]
