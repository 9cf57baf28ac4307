"""Opening a database: what is in the way is said in words that name the setting."""

import os
import sqlite3
import threading
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.errors import ConfigError
from bot.storage.database import Database
from bot.storage.outages import is_passing
from bot.storage.sqlite_thread import one_hop
from tests.support.rights import open_folder, unprivileged


async def refusal(url: str) -> str:
    """Why that URL cannot be opened; everything is let go of."""
    database = Database(url)
    with pytest.raises(ConfigError) as caught:
        await database.open()
    assert caught.value.setting == "database.url"
    return str(caught.value)


async def test_a_second_program_on_the_same_file_is_refused(sqlite_url: str) -> None:
    first = Database(sqlite_url)
    await first.open()

    assert "herald.db is in use by another Herald; stop that one" in await refusal(sqlite_url)

    await first.close()
    second = Database(sqlite_url)
    await second.open()
    await second.close()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database at all, but a text of some length. " * 40)

    said = await refusal(f"sqlite:///{tmp_path}/notes.txt")

    assert "notes.txt is not a SQLite database; name another file or move this one away" in said
    assert (tmp_path / "notes.txt").read_text().startswith("Not a database")


async def test_a_folder_that_cannot_be_written() -> None:
    with open_folder() as folder:
        folder.chmod(0o555)
        with unprivileged():
            said = await refusal(f"sqlite:///{folder}/herald.db")

    assert "cannot write to herald.db" in said
    assert "check that its folder exists and is writable" in said


async def test_a_database_and_a_lock_file_of_somebody_else() -> None:
    with open_folder() as folder:
        url = f"sqlite:///{folder}/herald.db"
        database = Database(url)
        await database.open()
        await database.close()
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)
        with unprivileged():
            said = await refusal(url)

    assert "cannot write to herald.db" in said


async def test_a_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert "cannot write to herald.db" in await refusal(f"sqlite:///{tmp_path}/file/herald.db")


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a/b/herald.db")
    await database.open()
    await database.close()

    assert (tmp_path / "a/b/herald.db").is_file()


async def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    said = await refusal(f"postgresql://herald:s3cret@/herald?host={tmp_path}")

    assert "cannot reach PostgreSQL" in said
    assert "s3cret" not in said


async def test_a_database_that_is_not_there(postgres_url: str) -> None:
    said = await refusal(postgres_url.replace("/herald_", "/elsewhere_"))

    assert "does not exist" in said


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "herald.db", ""])
def test_an_address_that_names_no_database(url: str) -> None:
    with pytest.raises(ConfigError, match=r"database\.url: .*sqlite:///herald\.db"):
        Database(url)


async def test_a_database_that_was_not_opened_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/herald.db")

    with pytest.raises(RuntimeError, match="not open"):
        async with database.transaction():
            raise AssertionError("no transaction may begin")
    await database.close()


async def test_the_guards_of_sqlite_are_set(sqlite_url: str) -> None:
    database = Database(sqlite_url, synchronous="FULL", busy_timeout=1.5)
    await database.open()
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 1500}

    async with database.transaction() as tx:
        for name, value in wanted.items():
            assert (await tx.execute(text(f"PRAGMA {name}"))).scalar_one() == value
    async with database.reading() as reading:
        assert (await reading.execute(text("PRAGMA busy_timeout"))).scalar_one() == 1500
    await database.close()


# --- the private names of aiosqlite ----------------------------------------------------------


async def test_one_hop_runs_on_the_connections_own_thread() -> None:
    def where(raw: sqlite3.Connection, add: int, *, twice: bool) -> tuple[int, int]:
        number = int(raw.execute("SELECT 20 + ?", (add,)).fetchone()[0])
        return threading.get_ident(), number * (2 if twice else 1)

    async with aiosqlite.connect(":memory:") as connection:
        thread, number = await one_hop(connection, where, 1, twice=True)
        again, _ = await one_hop(connection, where, 1, twice=False)

    assert number == 42
    assert thread == again != threading.get_ident()


async def test_one_hop_brings_the_error_back() -> None:
    def wrong(raw: sqlite3.Connection) -> None:
        raw.execute("SELECT * FROM nowhere")

    async with aiosqlite.connect(":memory:") as connection:
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            await one_hop(connection, wrong)


# --- which errors pass -----------------------------------------------------------------------


class Stated(Exception):
    """An error that has only words."""


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite would say")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), True),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), True),
        (sqlite_error(sqlite3.SQLITE_FULL), True),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), True),
        (sqlite_error(sqlite3.SQLITE_READONLY), True),
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT_UNIQUE), False),
        (sqlite_error(sqlite3.SQLITE_ERROR), False),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), False),
        (sqlite3.OperationalError("no code"), False),
        (ConnectionResetError("gone"), True),
        (TimeoutError(), True),
        (NoneFree("no connection is free"), True),
        # What asyncpg says between the farewell of a server and the end of its line.
        (Stated("cannot switch to state 12; another operation (2) is in progress"), True),
        (ValueError("a bug"), False),
        (KeyError("a bug"), False),
    ],
)
def test_which_errors_pass(error: Exception, passes: bool) -> None:
    assert is_passing(error) is passes


@pytest.mark.parametrize(
    ("state", "passes"),
    [
        *[("08006", True), ("53100", True), ("57P01", True), ("40P01", True), ("40001", True)],
        *[("25006", True), ("55P03", True), ("58030", True), ("57014", True), ("25P03", True)],
        *[("23505", False), ("42601", False), ("22003", False)],
    ],
)
def test_which_states_of_postgresql_pass(state: str, passes: bool) -> None:
    class Stated(Exception):
        sqlstate = state

    assert is_passing(Stated()) is passes


async def test_a_new_database_is_its_owner_s_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "herald.db"
    umask = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{file}")
        await database.open()
        async with database.transaction() as tx:
            await tx.execute(text("CREATE TABLE pond (depth INTEGER)"))
        await database.checkpoint()
        modes = {one.name: one.stat().st_mode & 0o777 for one in file.parent.glob("herald.db*")}
        await database.close()
    finally:
        os.umask(umask)
    assert {mode & 0o077 for mode in modes.values()} == {0}
    assert modes.keys() >= {f"herald.db{end}" for end in ("", "-shm", "-wal", ".lock", ".mark")}
