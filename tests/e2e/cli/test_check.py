"""`herald check`: every fault is found where it is, and nothing is changed."""

import json
import sqlite3
from collections.abc import AsyncGenerator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.client.refusals import permission_bit
from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.storage.database import Database
from bot.wiring import FEATURES
from tests.e2e.cli.program import Ended, herald
from tests.e2e.cli.test_start import contents
from tests.support.discord_server import payloads
from tests.support.discord_server.server import TOKEN, DiscordServer
from tests.support.emitter_setup import add_endpoint, config_for

Levels = dict[str, tuple[str, str]]
ALL_NEEDED = sum(
    permission_bit(name) for name in {name for one in FEATURES for name in one.permissions}
)


@pytest.fixture
async def server() -> AsyncGenerator[DiscordServer]:
    async with DiscordServer(permissions=ALL_NEEDED) as server:
        yield server


async def look(folder: Path, server: DiscordServer | None = None, **more: str) -> Levels:
    """Every finding's level and text; the exit code fits them, and nothing has changed."""
    environment = {"HERALD_DISCORD__TOKEN": TOKEN, **more}
    if server is not None:
        environment["HERALD_DISCORD__API_BASE"] = server.api
    before = contents(folder)
    done = await herald(folder, "check", "--json", environment=environment)
    assert contents(folder) == before
    assert done.err == []
    assert TOKEN not in "".join(done.out)
    return _read(done)


def _read(done: Ended) -> Levels:
    told: dict[str, Any] = json.loads(done.out[0])
    assert len(done.out) == 1
    findings: list[dict[str, str]] = told["findings"]
    failed = any(one["level"] == "fail" for one in findings)
    assert (told["ok"], done.code) == (not failed, int(failed))
    return {one["name"]: (one["level"], f"{one['text']}: {one['mend']}") for one in findings}


async def test_all_is_well_before_the_first_start(server: DiscordServer, tmp_path: Path) -> None:
    found = await look(tmp_path, server)
    levels = {name: level for name, (level, _text) in found.items()}
    assert levels == {
        "settings": "ok",
        "database": "ok",
        "key": "ok",
        "stand-in": "warn",
        "token": "ok",
        "clock": "ok",
        "intents": "ok",
        "permissions": "ok",
        "addresses": "ok",
        "open files": "ok",
        "port": "ok",
        "network": "ok",
        "visitors": "ok",
    }
    assert "herald.db is not there yet" in found["database"][1]
    assert "herald (81)" in found["token"][1].replace("'s", "").replace("it is ", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tmp"]


async def test_people_read_one_line_each(server: DiscordServer, tmp_path: Path) -> None:
    environment = {"HERALD_DISCORD__TOKEN": "wrong", "HERALD_DISCORD__API_BASE": server.api}
    done = await herald(tmp_path, "check", environment=environment, installed=True)
    assert done.code == 1
    assert any(line.startswith("ok   database") for line in done.out)
    assert any(line.startswith("fail token") for line in done.out)
    assert "Reset Token" in next(line for line in done.out if line.startswith("fail token"))


async def test_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[discord]\ntokn = "x"\n')
    found = await look(tmp_path)
    assert found.keys() == {"settings"}
    assert found["settings"][0] == "fail"
    assert "did you mean discord.token?" in found["settings"][1]


async def test_a_settings_file_that_is_not_there(tmp_path: Path) -> None:
    done = await herald(tmp_path, "check", "--json", "--config", "elsewhere.toml")
    assert "elsewhere.toml does not exist" in _read(done)["settings"][1]


async def test_no_token(server: DiscordServer, tmp_path: Path) -> None:
    level, text = (await look(tmp_path, server, HERALD_DISCORD__TOKEN=""))["token"]
    assert level == "fail"
    assert "discord.token is not set" in text
    assert server.asked == []


async def test_nobody_there(tmp_path: Path) -> None:
    async with DiscordServer() as gone:
        pass
    level, text = (await look(tmp_path, gone))["token"]
    assert level == "fail"
    assert "discord.api_base cannot be reached" in text


async def test_trouble_at_discord(server: DiscordServer, tmp_path: Path) -> None:
    server.trouble = 503
    level, text = (await look(tmp_path, server))["token"]
    assert level == "fail"
    assert "HTTP 503" in text


@pytest.mark.parametrize(
    ("flags", "content", "level", "named"),
    [
        (0, "false", "fail", "Server Members"),
        (1 << 15, "true", "fail", "Message Content"),
        (1 << 14 | 1 << 18, "true", "ok", "ticked"),
        (1 << 15, "false", "ok", "ticked"),
    ],
)
async def test_intents(tmp_path: Path, flags: int, content: str, level: str, named: str) -> None:
    async with DiscordServer(flags=flags) as server:
        found = await look(tmp_path, server, HERALD_DISCORD__MESSAGE_CONTENT=content)
    assert found["intents"][0] == level
    assert named in found["intents"][1]


async def test_choices_that_do_not_work_are_named(
    server: DiscordServer, sqlite_url: str, tmp_path: Path
) -> None:
    chosen = {
        "general": {"notice_channel_id": 5},
        "cases": {"log_channel_id": payloads.CHANNEL_ID, "mute_role_id": payloads.BOT_ROLE_ID},
        "appeals": {"channel_id": 6},  # switched off
    }
    with sqlite3.connect(tmp_path / "herald.db") as raw:
        for feature, document in chosen.items():
            row = (payloads.GUILD_ID, feature, json.dumps(document))
            raw.execute("INSERT INTO guild_setting VALUES (?, ?, ?)", row)
    raw.close()
    level, text = (await look(tmp_path, server, HERALD_DATABASE__URL=sqlite_url))["choices"]
    assert level == "warn"
    assert "the channel of general.notice_channel_id is gone" in text
    assert "the role of cases.mute_role_id keeps nobody from writing" in text
    assert "appeals" not in text


@pytest.mark.parametrize(
    ("seconds", "level", "told"),
    [(-30, "warn", "ahead of"), (30, "warn", "behind"), (600, "fail", "NTP"), (2, "ok", "agrees")],
)
async def test_the_clock(
    server: DiscordServer, tmp_path: Path, seconds: int, level: str, told: str
) -> None:
    server.date = format_datetime(SystemClock().now() + timedelta(seconds=seconds), usegmt=True)
    found = (await look(tmp_path, server))["clock"]
    assert found[0] == level
    assert told in found[1]


async def test_a_database_in_order_and_one_in_use(sqlite_url: str, tmp_path: Path) -> None:
    found = await look(tmp_path, HERALD_DATABASE__URL=sqlite_url)
    assert found["database"] == ("ok", "sqlite opens and can be written: ")
    assert found["schema"][0] == "ok"
    other = Database(sqlite_url)
    await other.open()
    try:
        found = await look(tmp_path, HERALD_DATABASE__URL=sqlite_url)
    finally:
        await other.close()
    assert found["database"][0] == "ok"
    assert "in use by a running Herald" in found["database"][1]
    assert found["schema"][0] == "ok"


async def test_postgresql(postgres_url: str, tmp_path: Path) -> None:
    found = await look(tmp_path, HERALD_DATABASE__URL=postgres_url)
    assert found["database"] == ("ok", "postgresql opens and can be written: ")
    assert found["schema"][0] == "ok"


async def test_a_database_server_that_is_not_there(tmp_path: Path) -> None:
    found = await look(tmp_path, HERALD_DATABASE__URL="postgresql://u:hidden-word@127.0.0.1:9/x")
    assert found["database"][0] == "fail"
    assert "cannot reach PostgreSQL" in found["database"][1]
    assert "hidden-word" not in found["database"][1]


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "herald.db").write_text("Dear diary, " * 1000)
    level, text = (await look(tmp_path))["database"]
    assert level == "fail"
    assert "herald.db is not a SQLite database" in text


async def test_a_place_where_no_file_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    level, text = (await look(tmp_path, HERALD_DATABASE__URL="sqlite:///file/x.db"))["database"]
    assert level == "fail"
    assert "cannot be made" in text


@pytest.mark.parametrize(
    ("statement", "level", "told"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "fail", "newer Herald"),
        ("DROP TABLE alembic_version", "warn", "empty"),
    ],
)
async def test_another_schema(
    sqlite_url: str, tmp_path: Path, statement: str, level: str, told: str
) -> None:
    with sqlite3.connect(tmp_path / "herald.db") as raw:
        raw.execute(statement)
    raw.close()
    found = await look(tmp_path, HERALD_DATABASE__URL=sqlite_url)
    assert found["schema"][0] == level
    assert told in found["schema"][1]


async def test_the_key(sqlite_url: str, tmp_path: Path) -> None:
    key_file = tmp_path / "herald.key"
    emitter = await Emitter.open(config_for(sqlite_url, key_file=key_file), SystemClock())
    await emitter.start()
    await add_endpoint(emitter, "http://127.0.0.1:9999/")
    await emitter.stop()

    async def key() -> tuple[str, str]:
        return (await look(tmp_path, HERALD_DATABASE__URL=sqlite_url))["key"]

    assert await key() == ("ok", "it opens every stored secret (1): ")
    key_file.chmod(0o644)
    level, text = await key()
    assert (level, f"chmod 600 {key_file}" in text) == ("warn", True)
    key_file.write_text("a" * 43 + "=\n")
    level, text = await key()
    assert (level, "none of its keys opens" in text) == ("fail", True)
    key_file.write_text("short\n")
    assert "44 characters" in (await key())[1]
    key_file.unlink()
    level, text = await key()
    assert (level, "put it back from your backup" in text) == ("fail", True)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('allow_networks = ["10.1.0.0/16"]\nallow_http = true', "10.1.0.0/16, http:// too"),
        ("allow_http = true", "no effect"),
    ],
)
async def test_exceptions_of_the_address_policy(tmp_path: Path, settings: str, told: str) -> None:
    (tmp_path / "config.toml").write_text(f"[guard]\n{settings}\n")
    level, text = (await look(tmp_path, HERALD_DISCORD__TOKEN=""))["addresses"]
    assert level == "warn"
    assert told in text


async def test_a_proxy_and_authorities_that_are_set_are_looked_at(
    server: DiscordServer, tmp_path: Path
) -> None:
    (tmp_path / "private.pem").write_text("no certificate")
    found = await look(tmp_path, server, HERALD_EGRESS__CA_FILE=str(tmp_path / "private.pem"))
    level, text = found["authorities"]
    assert level == "fail"
    assert "egress.ca_file" in text
    assert "-----BEGIN CERTIFICATE-----" in text
