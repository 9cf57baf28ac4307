"""`herald check` of permissions: what is in use is asked for, and nothing else."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.cli.test_check import look
from tests.support.discord_server import payloads
from tests.support.discord_server.server import DiscordServer


@pytest.mark.parametrize(
    ("permissions", "level", "told"),
    [
        (
            payloads.VIEW_AUDIT_LOG,
            "warn",
            "Ban Members, Manage Server, Timeout Members, Kick Members, Manage Messages)",
        ),
        (1 << 3, "ok", "nothing is lacking"),
    ],
)
async def test_permissions(tmp_path: Path, permissions: int, level: str, told: str) -> None:
    async with DiscordServer(permissions=permissions) as server:
        found = await look(tmp_path, server)
    assert found["permissions"][0] == level
    assert told in found["permissions"][1]


@pytest.mark.parametrize("deleted", [0, 1])
async def test_tickets_need_permissions_where_there_is_a_type(
    sqlite_url: str, tmp_path: Path, deleted: int
) -> None:
    with_type(tmp_path, deleted)
    async with DiscordServer(permissions=payloads.VIEW_AUDIT_LOG) as server:
        found = await look(tmp_path, server, HERALD_DATABASE__URL=sqlite_url)
    assert ("Manage Channels" in found["permissions"][1]) is not bool(deleted)


def with_type(folder: Path, deleted: int = 0) -> None:
    """The server has a type of ticket."""
    row = (payloads.GUILD_ID, "{}", '{"questions": []}', deleted)
    with sqlite3.connect(folder / "herald.db") as raw:
        into = "INSERT INTO ticket_type (guild_id, choices, form, is_deleted) VALUES (?, ?, ?, ?)"
        raw.execute(into, row)
    raw.close()


async def test_what_is_switched_off_needs_no_permission(sqlite_url: str, tmp_path: Path) -> None:
    with_type(tmp_path)
    with sqlite3.connect(tmp_path / "herald.db") as raw:
        for feature in ("members", "cases", "tickets"):
            row = (payloads.GUILD_ID, feature, json.dumps({"enabled": False}))
            raw.execute("INSERT INTO guild_setting VALUES (?, ?, ?)", row)
    raw.close()
    async with DiscordServer(permissions=0) as server:
        found = await look(tmp_path, server, HERALD_DATABASE__URL=sqlite_url)
    assert found["permissions"][0] == "ok"
