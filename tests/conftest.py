"""Fixtures for everyone: real databases, a clock that stands still, the emitter, a receiver."""

import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Generator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, settings

from bot.clock import Clock, ManualClock
from bot.delivery.emitter import Emitter
from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.support import compiled_statements, cut_stride
from tests.support.emitter_setup import config_for
from tests.support.loops import in_a_loop_of_its_own
from tests.support.plain_logs import log_plainly
from tests.support.postgres import PostgresServer, serving
from tests.support.receiver import Receiver
from tests.support.statements_seen import StatementsSeen

log_plainly()

# What a property says is true of a machine that others keep busy, too.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("herald", PATIENT)
settings.register_profile("quick", PATIENT, max_examples=25)
settings.load_profile("herald")

MEMORY = Path("/dev/shm")
SEEN = StatementsSeen()
GARBAGE = 50_000  # new objects between two looks for it; at 700 they are a twentieth of a run
ROOM = 1 << 30  # bytes: less is what a container gets that was not told to have more


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' files, databases too, in memory where the machine offers that.

    What SQLAlchemy has compiled once is compiled for all of them.
    """
    if config.getoption("--quick"):
        cut_stride.lengthen()
        settings.load_profile("quick")
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # whoever asked before
    compiled_statements.share()
    SEEN.watch()
    config.pluginmanager.register(SEEN)


def pytest_collection() -> None:
    """Look for no garbage among thousands of tests that are being made, and stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Nor look at them ever again, and at what the tests leave behind not all the time."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="the tests of the inner loop alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--quick"):
        kept = fewer_of(items)
    elif config.getoption("file_or_dir"):
        kept = [item for item in items if not is_thorough(item)]  # somebody works on these
    else:
        kept = quick_of(items)
    ids = {id(item) for item in kept}
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in ids])
    # Begun last, one of them would keep a processor busy for which nobody else has anything left.
    items[:] = sorted(kept, key=lambda item: not any(item.iter_markers("long")))


def fewer_of(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """All but most of what says on PostgreSQL nothing that it does not say on SQLite.

    HERALD_CHAOS=1 and HERALD_SOAK=1 leave nothing out.
    """
    if os.environ.get("HERALD_CHAOS") == "1" or os.environ.get("HERALD_SOAK") == "1":
        return list(items)
    kept, seen = list[pytest.Item](), Counter[str]()
    for item in items:
        if "postgresql" in item.name and any(item.iter_markers("fewer_on_postgresql")):
            function = item.nodeid.partition("[")[0]
            seen[function] += 1
            if seen[function] % FEWER != 1:
                continue
        kept.append(item)
    return kept


def quick_of(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Those of the inner loop: nothing thorough, and of what is slow a share.

    Slow is what starts a whole bot, cuts one piece of work in many places, or asks a database: of
    these each module has its first test in it. Slow is PostgreSQL, where SQLite says the same: each
    folder has some. Who names what is to be run gets all of it but the thorough.
    """
    quick, seen = list[pytest.Item](), Counter[Path]()
    for item in items:
        if is_thorough(item):
            continue
        if kind := share_of(item):
            place, share = kind
            seen[place] += 1
            if seen[place] % share != 1:
                continue
        quick.append(item)
    return quick


def share_of(item: pytest.Item) -> tuple[Path, int] | None:
    """Among which tests, and of how many, the inner loop runs one; None where it runs them all."""
    if "postgresql" in item.name:
        return item.path.parent, POSTGRES_SHARE
    if item.path.name == CRASHES:
        return item.path, CRASH_SHARE
    folder = item.path.relative_to(TESTS).parts[0]
    return (item.path, SHARES[folder]) if folder in SHARES else None


def is_thorough(item: pytest.Item) -> bool:
    """Whether only `make check` runs it; `but` names the test or the parameters that stay."""
    function, _bracket, parameters = item.name.removesuffix("]").partition("[")
    stay = [mark.kwargs.get("but", "none") for mark in item.iter_markers("thorough")]
    return any(not fnmatch(function, but) and not fnmatch(parameters, but) for but in stay)


FEWER = 7  # parameters of such a test, of which one runs on PostgreSQL
POSTGRES_SHARE = 20  # of a folder's tests on PostgreSQL one in so many is for the inner loop
CRASH_SHARE = 4  # and of a module's that cut one piece of work at every await
SHARES = {"e2e": 8, "integration": 3}  # and of a module's that start a whole bot, or ask a database
CRASHES = "test_crashes.py"
TESTS = Path(__file__).parent
START = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    """One PostgreSQL server for the whole run."""
    with serving() as server:
        SEEN.ask_server(server)
        yield server
        SEEN.no_server()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "herald.db"

    async def make() -> None:
        database = Database(f"sqlite:///{file}")
        await database.open()
        await migrate(database)
        await database.close()

    in_a_loop_of_its_own(make)
    SEEN.ask_file(file)
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test's own."""
    file = tmp_path / "herald.db"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
async def postgres_url(postgres: PostgresServer) -> AsyncGenerator[str]:
    """A migrated PostgreSQL database of this test's own."""
    name = await postgres.borrow()
    yield postgres.url(name)
    await postgres.give_back(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database, on each engine in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """An open, migrated database, on each engine in turn."""
    opened = Database(database_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still until the test moves it."""
    return ManualClock(START)


class OpenEmitter(Protocol):
    """Opens an emitter; `delivery` replaces settings of that section, such as jitter=0."""

    def __call__(
        self, *, clock: Clock = ..., start: bool = True, **delivery: Any
    ) -> Awaitable[Emitter]: ...


@pytest.fixture
async def emitter(database_url: str, clock: ManualClock) -> AsyncGenerator[OpenEmitter]:
    """Opens emitters on this test's database, and stops those that still run at its end."""
    async with AsyncExitStack() as opened:

        async def open_one(*, clock: Clock = clock, start: bool = True, **delivery: Any) -> Emitter:
            one = await Emitter.open(config_for(database_url, **delivery), clock)
            opened.push_async_callback(one.stop)
            if start:
                await one.start()
            return one

        yield open_one


@pytest.fixture
async def receiver(clock: ManualClock) -> AsyncGenerator[Receiver]:
    """A receiver on this machine that verifies what it gets, by the test's clock."""
    async with Receiver(clock=clock) as running:
        yield running
    assert running.refused == []
