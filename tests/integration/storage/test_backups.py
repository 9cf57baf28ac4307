"""A copy of a SQLite file that is in use, the copy put back, and the start after a kill."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IMODE

import pytest

from bot.errors import BackupError, ConfigError
from bot.storage.backups import back_up, restore
from bot.storage.database import Database
from tests.support.memory_disk import small_disk
from tests.support.rights import NOBODY
from tests.support.scratch_table import committed, make_notes, write

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
KILLED = """
import asyncio, os, sys
from bot.storage.database import Database
from tests.support.memory_disk import small_disk
from tests.support.rights import NOBODY
from tests.support.scratch_table import make_notes, write

async def main(url):
    database = Database(url)
    await database.open()
    await make_notes(database)
    for part in range(40):
        async with database.transaction() as tx:
            await write(tx, "x" * 1_000_000)
    await database.checkpoint()
    async with database.transaction() as tx:
        await write(tx, "last")
    os._exit(9)

asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
async def running(sqlite_url: str) -> AsyncGenerator[Database]:
    """A database in use, with notes."""
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)
    yield database
    await database.close()


def quiet(_line: str) -> None:
    """Where it does not matter what is said."""


def notes(copy: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note ORDER BY id")]


async def test_a_copy_is_one_moment_though_it_is_written_all_the_while(
    running: Database, file: Path, tmp_path: Path
) -> None:
    """Two notes at once: no moment has one of them alone."""
    ballast = "x" * 200_000
    for _ in range(50):
        async with running.transaction() as tx:
            await write(tx, ballast)
    copy = tmp_path / "copy.db"
    copying = asyncio.create_task(asyncio.to_thread(back_up, str(file), copy))
    written = 0
    while not copying.done():
        async with running.transaction() as tx:
            await write(tx, "left")
            await write(tx, "right")
        written += 1
    assert await copying == copy.stat().st_size
    assert written > 0
    kept = notes(copy)
    assert kept.count(ballast) == 50
    assert kept.count("left") == kept.count("right") <= written
    assert [one.name for one in tmp_path.glob("copy.db*")] == ["copy.db"]
    assert copy.stat().st_mode & 0o077 == 0


async def test_a_copy_of_a_file_at_rest(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    await database.open()
    await make_notes(database)
    async with database.transaction() as tx:
        await write(tx, "one")
    await database.close()
    back_up(str(file), tmp_path / "copy.db")
    assert notes(tmp_path / "copy.db") == ["one"]
    with pytest.raises(BackupError, match="is there already"):
        back_up(str(file), tmp_path / "copy.db")


async def test_what_is_put_back_is_what_was_copied(
    running: Database, sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with running.transaction() as tx:
        await write(tx, "early")
    back_up(str(file), copy)
    async with running.transaction() as tx:
        await write(tx, "late")
    said: list[str] = []
    with pytest.raises(ConfigError, match="in use by another Herald"):
        restore(str(file), copy, NOW, said=said.append)
    await running.close()

    restore(str(file), copy, NOW, said=said.append)
    again = Database(sqlite_url)
    await again.open()
    assert await committed(again) == ["early"]
    await again.close()
    aside = tmp_path / "herald.db.before-20260524-113218"
    assert said[0] == f"herald.db is now {aside.name}"
    assert notes(aside) == ["early", "late"]


async def test_the_log_of_a_killed_process_goes_aside_with_its_file_and_comes_back_with_it(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    back_up(str(file), copy)
    await killed(sqlite_url)
    restore(str(file), copy, NOW, said=quiet)
    again = Database(sqlite_url)
    await again.open()
    await make_notes(again)
    assert await committed(again) == []
    await again.close()
    aside = tmp_path / "herald.db.before-20260524-113218"
    assert notes(aside)[-1] == "last"

    restore(str(file), aside, NOW + timedelta(minutes=1), said=quiet)
    assert not Path(f"{file}-wal").exists()
    assert notes(file)[-1] == "last"


async def test_a_restore_that_was_killed_is_said_and_can_be_done_again(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    """Between the old file's going and its log's, and at last: no start makes an empty one."""
    copy = tmp_path / "copy.db"
    back_up(str(file), copy)
    log = tmp_path / "herald.db-wal"
    log.write_bytes(b"of the old file")
    aside = file.rename(tmp_path / "herald.db.before-20260524-113200")
    with pytest.raises(ConfigError, match=f"is missing and {aside.name} is there"):
        await Database(sqlite_url).open()
    assert not file.exists()

    restore(str(file), copy, NOW, said=quiet)
    assert Path(f"{aside}-wal").read_bytes() == b"of the old file"
    file.rename(tmp_path / "herald.db.part")
    aside.unlink()
    with pytest.raises(ConfigError, match=r"is missing and herald\.db\.part is there"):
        await Database(sqlite_url).open()
    with pytest.raises(BackupError, match="is half a copy"):
        restore(str(file), tmp_path / "herald.db.part", NOW, said=quiet)
    restore(str(file), copy, NOW, said=quiet)
    again = Database(sqlite_url)
    await again.open()
    await again.close()


def test_a_full_disk_leaves_everything_as_it_was(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE ballast AS SELECT zeroblob(3000000) AS bytes")
    with small_disk(megabytes=1) as folder:
        with pytest.raises(BackupError, match=r"copy\.db could not be written: .*full"):
            back_up(str(file), folder / "copy.db")
        assert [*folder.iterdir()] == []
        own = folder / "herald.db"
        own.write_bytes(b"what was there")
        with pytest.raises(BackupError, match=r"herald\.db could not be written: .*full"):
            restore(str(own), file, NOW, said=quiet)
        assert {one.name for one in folder.iterdir()} == {"herald.db", "herald.db.lock"}
        assert own.read_bytes() == b"what was there"


def test_a_copy_of_a_newer_herald_is_not_put_in_place(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(str(file), copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(BackupError, match=r"newer Herald \(schema 9999\); install that version"):
        restore(str(file), copy, NOW, said=quiet)
    assert file.read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for somebody else")
def test_what_root_puts_back_is_the_services(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(str(file), copy)
    for one in (tmp_path, file):
        os.chown(one, NOBODY, NOBODY)
    file.chmod(0o640)
    for mode in (0o640, 0o600):
        restore(str(file), copy, NOW, said=quiet)
        made = [(one.stat().st_uid, one.stat().st_gid) for one in (file, Path(f"{file}.lock"))]
        assert made == [(NOBODY, NOBODY)] * 2
        assert S_IMODE(file.stat().st_mode) == mode
        for one in tmp_path.glob("herald.db*"):
            one.unlink()


@pytest.mark.parametrize("content", [b"", b"no database at all", None])
def test_what_is_no_copy_is_not_put_in_place(
    file: Path, tmp_path: Path, content: bytes | None
) -> None:
    strange = tmp_path / "strange.db"
    if content is None:
        with closing(sqlite3.connect(strange)) as connection:
            connection.execute("CREATE TABLE pond (id INTEGER)")
    else:
        strange.write_bytes(content)
    before = file.read_bytes()
    with pytest.raises(BackupError, match="not a database of Herald"):
        restore(str(file), strange, NOW, said=quiet)
    assert file.read_bytes() == before


async def killed(sqlite_url: str) -> None:
    """A process that wrote 40 MB, moved it into the file, wrote more, and ended at once."""
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, sqlite_url)
    assert await ended.wait() == 9


def read_so_far() -> int:
    """Bytes that this process has read."""
    (line,) = (
        line for line in Path("/proc/self/io").read_text().splitlines() if line.startswith("rchar")
    )
    return int(line.split()[1])


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux counts what is read")
@pytest.mark.thorough("a large file")
async def test_a_start_after_a_kill_does_not_read_the_whole_file(
    sqlite_url: str, file: Path
) -> None:
    await killed(sqlite_url)
    assert Path(f"{file}-wal").stat().st_size > 0
    database = Database(sqlite_url)
    before = read_so_far()
    await database.open()
    assert read_so_far() - before < file.stat().st_size / 4
    assert (await committed(database))[-1] == "last"
    await database.close()
