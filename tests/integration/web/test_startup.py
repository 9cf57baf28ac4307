"""The web face while Herald starts: it lives and says what it does, and serves the rest later."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.clock import ManualClock
from bot.config import Config, WebConfig
from bot.errors import ConfigError
from bot.storage.database import Database
from bot.web.server import free_port
from tests.integration.test_wiring import reopened
from tests.support.emitter_setup import config_for
from tests.support.patience import PATIENCE
from tests.support.raw_http import ask
from tests.support.scratch_table import make_notes, write

LONG_ROWS = 1_000  # each takes about 50 ms to check


class HeldExecutor(ThreadPoolExecutor):
    """The loop's threads, which begin nothing until they may: a file that takes long to read."""

    def __init__(self) -> None:
        super().__init__(1)
        self.may = threading.Event()
        super().submit(self.may.wait)
        self.asked = asyncio.Event()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked.set()
        return super().submit(fn, *args, **kwargs)


@pytest.fixture
async def threads() -> AsyncGenerator[HeldExecutor]:
    held = HeldExecutor()
    asyncio.get_running_loop().set_default_executor(held)
    yield held
    held.may.set()


@pytest.fixture
async def config(sqlite_url: str) -> Config:
    web = WebConfig(port=await free_port("127.0.0.1"), metrics_port=0)
    return config_for(sqlite_url).model_copy(update={"web": web})


async def leave_log(url: str, elsewhere: Path) -> Path:
    """The file as a kill leaves it in the middle of a checkpoint: with a log, and no mark."""
    file = Path(url.removeprefix("sqlite:///"))
    database = Database(url)
    await database.open()
    await make_notes(database)
    async with database.transaction() as tx:
        await write(tx, "otter" * 100_000)
    for end in ("", "-wal"):
        shutil.copyfile(f"{file}{end}", f"{elsewhere}{end}")
    await database.close()
    for end in ("", "-wal"):
        shutil.copyfile(f"{elsewhere}{end}", f"{file}{end}")
    return file


async def test_it_answers_while_a_file_is_read_whole(
    config: Config, sqlite_url: str, tmp_path: Path, threads: HeldExecutor, clock: ManualClock
) -> None:
    file, port = await leave_log(sqlite_url, tmp_path / "copy.db"), config.web.port
    before = file.read_bytes(), Path(f"{file}-wal").read_bytes()
    opening = asyncio.create_task(App.open(config, clock))
    await threads.asked.wait()
    alive, starting = await ask(port, "/healthz"), await ask(port, "/readyz")
    page = await ask(port, "/appeals/of-somebody", Accept="text/html")
    assert (file.read_bytes(), Path(f"{file}-wal").read_bytes()) == before
    threads.may.set()
    app = await opening
    await app.start()
    assert app.web is not None
    ready = await ask(port, "/readyz")
    scraped = await ask(app.web.ports[1], "/metrics")
    await app.stop()
    assert (alive.status, alive.json) == (200, {"alive": True})
    assert starting.status == 503
    assert starting.json["ready"] is False
    assert starting.json["starting"].startswith("reading herald.db whole (")
    assert page.status == 503
    assert page.headers["Retry-After"] == "10"
    assert "Herald is starting" in page.text
    assert ready.json == {"ready": False, "missing": ["discord"]}  # nobody connects here
    assert scraped.status == 200


async def test_what_does_not_fit_together_is_refused_and_the_port_let_go_of(
    config: Config, sqlite_url: str, tmp_path: Path, threads: HeldExecutor, clock: ManualClock
) -> None:
    file = await leave_log(sqlite_url, tmp_path / "copy.db")
    damaged = bytearray(file.read_bytes())
    damaged[4096:] = bytes(len(damaged) - 4096)
    file.write_bytes(damaged)
    opening = asyncio.create_task(App.open(config, clock))
    await threads.asked.wait()
    assert (await ask(config.web.port, "/healthz")).status == 200
    threads.may.set()
    with pytest.raises(ConfigError, match=r"remove herald\.db-wal and herald\.db-shm"):
        await opening
    assert file.read_bytes() == damaged
    with pytest.raises(ConnectionError):
        await ask(config.web.port, "/healthz")


async def test_a_stop_does_not_wait_for_the_whole_file(
    config: Config, sqlite_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    """Uncut, the check takes the better part of a minute: each row has a slow rule."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("CREATE TABLE slow (id INTEGER, CHECK (length(hex(zeroblob(25000000))) > id))")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.executemany("INSERT INTO slow VALUES (?)", ((one,) for one in range(LONG_ROWS)))
        raw.commit()
    await leave_log(sqlite_url, tmp_path / "copy.db")
    opening = asyncio.create_task(App.open(config, clock))
    while not opening.done():
        try:
            if "whole" in (await ask(config.web.port, "/readyz")).json["starting"]:
                break
        except ConnectionError:
            continue
    opening.cancel()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(asyncio.CancelledError):
            await opening
    with pytest.raises(ConnectionError):
        await ask(config.web.port, "/healthz")
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("DROP TABLE slow")
    await reopened(sqlite_url)
