"""Two PostgreSQL servers at addresses that stay: one takes writes, the other follows it."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import make_url

from tests.support.failing_server import failing_server
from tests.support.loops import in_a_loop_of_its_own, turn
from tests.support.patience import PATIENCE
from tests.support.postgres import TEMPLATE, asyncpg

Mode = Literal["fast", "immediate"]
PORT = 5432
SYNCHRONOUS = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"


@dataclass(frozen=True, slots=True)
class PairedServer:
    """One of the two: its data, and the folder that is its address."""

    programs: Path
    user: str | None
    home: Path

    def stop(self, mode: Mode = "immediate") -> None:
        self._run("pg_ctl", "-D", self.home, "-w", "-m", mode, "stop")

    def start(self) -> None:
        """Be there again, at the same address, as what it was."""
        options, log = f'-h "" -k {self.home}', self.home / "log"
        self._run("pg_ctl", "-D", self.home, "-w", "-o", options, "-l", log, "start")

    def promote(self) -> None:
        """A standby takes writes from now on."""
        self._run("pg_ctl", "-D", self.home, "-w", "promote")

    def follow(self, primary: "PairedServer") -> None:
        """Become a standby of that one, with nothing of one's own."""
        shutil.rmtree(self.home, ignore_errors=True)
        source = ("-h", primary.home, "-p", str(PORT), "-U", "postgres")
        self._run("pg_basebackup", *source, "-D", self.home, "-R", "-c", "fast", "--no-sync")
        for copied in self.home.glob(".s.PGSQL*"):  # the primary's address, which lies there too
            copied.unlink()
        self.start()

    async def execute(self, *statements: str, database: str = "postgres") -> None:
        async with self.connected(database) as connection:
            for statement in statements:
                await connection.execute(statement)

    @asynccontextmanager
    async def connected(self, database: str = "postgres") -> AsyncGenerator[Any]:
        """A quick connection past everything that stands between a Herald and the server."""
        place = {"host": str(self.home), "port": PORT, "user": "postgres"}
        connection = await asyncpg.connect(**place, database=database)
        try:
            yield connection
        finally:
            await connection.close()

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        quiet = subprocess.DEVNULL  # a pipe would stay open as long as the server
        subprocess.run(command, check=True, user=self.user, stdout=quiet, stderr=quiet, timeout=60)


class ServerPair:
    """A primary and its standby; after a fail-over they have changed their parts."""

    def __init__(self, primary: PairedServer, standby: PairedServer, *, database: str) -> None:
        self.primary, self.standby = primary, standby
        self.homes = (str(primary.home), str(standby.home))
        self.database = database
        self.is_joined = False
        self._numbers = count(1)

    async def join(self) -> None:
        """Have a standby; a commit waits for it from now on."""
        await asyncio.to_thread(self.standby.follow, self.primary)
        name = "ALTER SYSTEM SET synchronous_standby_names = '*'"
        await self.primary.execute(name, "SELECT pg_reload_conf()")
        async with asyncio.timeout(PATIENCE), self.primary.connected() as connection:
            while not await connection.fetchval(SYNCHRONOUS):
                await turn()
        self.is_joined = True

    async def renew(self) -> None:
        """From now on the database is a fresh one, on a server that is followed again."""
        if not self.is_joined:
            await self.join()
        self.database = f"herald_pair_{next(self._numbers)}"
        await self.primary.execute(f"CREATE DATABASE {self.database} TEMPLATE {TEMPLATE}")

    async def fail_over(self) -> None:
        """The primary is gone in the middle of everything; its standby takes its place."""
        await asyncio.to_thread(self.primary.stop)
        await self.take_over()

    async def take_over(self) -> None:
        """The standby takes writes, and waits for no standby of its own before it has one."""
        self.primary, self.standby, self.is_joined = self.standby, self.primary, False
        await asyncio.to_thread(self.primary.promote)

    def url(self, *homes: str) -> str:
        """By which a Herald finds whichever takes writes; `homes` may be lines to the two."""
        places = "&".join(f"host={home}:{PORT}" for home in homes or self.homes)
        return f"postgresql://postgres:@/{self.database}?{places}"


@contextmanager
def server_pair() -> Generator[ServerPair]:
    """The two, with a migrated database on them; their files go with them."""
    with failing_server() as first:
        name = in_a_loop_of_its_own(first.databases.create)
        program = first.program
        home = Path(str(make_url(first.databases.url(name)).query["host"]))
        primary, standby = (
            PairedServer(program.bin_path, program.system_user, place)
            for place in (home, Path(f"{home}-standby"))
        )
        pair = ServerPair(primary, standby, database=name)
        try:
            in_a_loop_of_its_own(pair.join)
            yield pair
        finally:
            for server in (standby, primary):
                with suppress(subprocess.CalledProcessError):  # a test left it away
                    server.stop()
