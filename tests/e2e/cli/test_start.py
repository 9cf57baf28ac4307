"""`herald run` that cannot start: one sentence says why, it exits with 2, nothing was changed."""

import sqlite3
from pathlib import Path

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.storage.database import Database
from tests.e2e.cli.program import Ended, herald
from tests.support.emitter_setup import add_endpoint, config_for

TOKEN = {"HERALD_DISCORD__TOKEN": "a-token-that-nobody-gave-out"}


async def refused(folder: Path, environment: dict[str, str] | None = None, *more: str) -> str:
    """The one sentence with which `herald run` refuses; it leaves every file as it was."""
    before = contents(folder)
    done = await herald(folder, "run", *more, environment=environment)
    assert_explained(done)
    assert contents(folder) == before
    return done.sentences[0]


def assert_explained(done: Ended) -> None:
    assert done.code == 2
    assert done.out == []
    assert len(done.sentences) == 1
    assert "Traceback" not in "\n".join(done.err)
    assert TOKEN["HERALD_DISCORD__TOKEN"] not in "\n".join(done.err)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the locks and journals that come and go with a connection."""
    passing = ("-wal", "-shm", ".lock", ".lock-journal")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(passing)
    }


async def test_no_token(tmp_path: Path) -> None:
    sentence = await refused(tmp_path)
    assert "discord.token is not set" in sentence
    assert "https://discord.com/developers/applications" in sentence
    assert "HERALD_DISCORD__TOKEN" in sentence


async def test_an_empty_token_is_none(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[discord]\ntoken = "  "\n')
    assert "discord.token is not set" in await refused(tmp_path)


async def test_a_part_of_the_work_that_cannot_be(tmp_path: Path) -> None:
    """What it says of each kind is in unit/fleet."""
    sentence = await refused(tmp_path, None, "--roles", "bot,mail")
    assert "“mail” is no role; there are bot, deliver, web" in sentence
    assert "a SQLite file has one process" in await refused(tmp_path, TOKEN, "--shards", "0-1/2")
    apart = TOKEN | {"HERALD_DATABASE__URL": "postgresql://127.0.0.1:9/x"}
    assert "web.public_url" in await refused(tmp_path, apart, "--roles", "web")
    assert "cannot reach PostgreSQL" in await refused(tmp_path, apart, "--roles", "bot")
    assert "cannot reach PostgreSQL" in await refused(
        tmp_path, {"HERALD_DATABASE__URL": "postgresql://127.0.0.1:9/x"}, "--roles", "deliver"
    )  # which needs no token


async def test_a_settings_file_that_is_not_there(tmp_path: Path) -> None:
    sentence = await refused(tmp_path, TOKEN, "--config", "elsewhere.toml")
    assert "elsewhere.toml does not exist" in sentence


async def test_an_unknown_setting(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[discord]\ntokn = "x"\n')
    assert "did you mean discord.token?" in await refused(tmp_path, TOKEN)


async def test_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[delivery]\nmax_in_flight = 0\n")
    assert "delivery.max_in_flight" in await refused(tmp_path, TOKEN)


async def test_a_database_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    environment = {**TOKEN, "HERALD_DATABASE__URL": "sqlite:///file/herald.db"}
    sentence = await refused(tmp_path, environment)
    assert "database.url" in sentence
    assert "writable" in sentence


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "herald.db").write_text("Dear diary, " * 1000)
    assert "herald.db is not a SQLite database" in await refused(tmp_path, TOKEN)


async def test_a_newer_database(sqlite_url: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "herald.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    sentence = await refused(tmp_path, {**TOKEN, "HERALD_DATABASE__URL": sqlite_url})
    assert "newer Herald (schema 9999)" in sentence


async def test_a_database_in_use(sqlite_url: str, tmp_path: Path) -> None:
    other = Database(sqlite_url)
    await other.open()
    try:
        sentence = await refused(tmp_path, {**TOKEN, "HERALD_DATABASE__URL": sqlite_url})
    finally:
        await other.close()
    assert "in use by another Herald" in sentence


async def test_a_lost_key(sqlite_url: str, tmp_path: Path) -> None:
    key_file = tmp_path / "herald.key"
    emitter = await Emitter.open(config_for(sqlite_url, key_file=key_file), SystemClock())
    await emitter.start()
    await add_endpoint(emitter, "http://127.0.0.1:9999/")
    await emitter.stop()
    key_file.unlink()
    sentence = await refused(tmp_path, {**TOKEN, "HERALD_DATABASE__URL": sqlite_url})
    assert "secrets.key_file" in sentence
    assert "backup" in sentence


async def test_a_key_that_is_none(sqlite_url: str, tmp_path: Path) -> None:
    environment = {**TOKEN, "HERALD_DATABASE__URL": sqlite_url, "HERALD_SECRETS__KEY": "short"}
    assert "44 characters" in await refused(tmp_path, environment)


async def test_a_database_server_that_is_not_there(tmp_path: Path) -> None:
    environment = {**TOKEN, "HERALD_DATABASE__URL": "postgresql://u:hidden-word@127.0.0.1:9/x"}
    sentence = await refused(tmp_path, environment)
    assert "cannot reach PostgreSQL" in sentence
    assert "hidden-word" not in sentence
