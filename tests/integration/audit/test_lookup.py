"""Searches of the audit on both engines: the same rows in any script, by any filter, in pages."""

import csv
import io
import json
from datetime import timedelta

import pytest

from bot.errors import NotFound
from bot.features.audit.queries import AuditQuery
from tests.integration.audit.audit_env import GUILD, AuditEnv

DAY = 86_400.0
WRITTEN = (
    ("Straße umbenannt", {"actor_id": 1, "actor_name": "Grey_Heron", "severity": "warn"}),
    ("ЛЕБЕДЬ улетел", {"actor_id": 2, "target_id": "77", "target_type": "user"}),
    (
        "\u0130STANBUL a\u00e7\u0131ld\u0131",
        {"event_type": "endpoint.created", "severity": "critical"},
    ),
    ("100% sure_thing", {"event_type": "endpoint.deleted", "context": {"name": "backend"}}),
    ("\ufb01ne \uff57\uff49\uff44\uff45 \u00f1", {"event_type": "endpoints"}),
)


@pytest.fixture
async def filled(env: AuditEnv) -> AuditEnv:
    for summary, about in WRITTEN:
        env.clock.advance(DAY)
        await env.write(summary, **about)
    await env.write("elsewhere: Straße", guild_id=GUILD + 1)
    return env


def which(*numbers: int) -> list[str]:
    return [WRITTEN[one][0] for one in numbers]


async def test_each_filter_finds_its_own_the_newest_first(filled: AuditEnv) -> None:
    assert await filled.found() == which(4, 3, 2, 1, 0)
    texts = {
        "STRASSE": [0],
        "лебедь": [1],
        "grey_heron": [0],
        "i\u0307stanbul": [2],
        "100%": [3],
        "%": [3],
        "_": [3, 0],
        "BACKEND": [3],
        "fine": [4],
        "WIDE": [4],
        "n\u0303": [4],
        "nothing": [],
    }
    for text, wanted in texts.items():
        assert await filled.found(text=text) == which(*wanted), text
    assert await filled.found(actor_id=1) == which(0)
    assert await filled.found(target="77") == which(1)
    assert await filled.found(event_type="endpoint") == which(3, 2)
    assert await filled.found(event_type="endpoint.created") == which(2)
    assert await filled.found(severity="warn") == which(2, 0)
    assert await filled.found(severity="critical") == which(2)
    now = filled.clock.now()
    assert await filled.found(since=now - timedelta(days=1)) == which(4, 3)
    assert await filled.found(until=now - timedelta(days=3)) == which(1, 0)
    assert await filled.found(text="thing", since=now - timedelta(days=1), severity="warn") == []


async def test_pages_are_turned_after_a_restart_and_searches_grow_old(filled: AuditEnv) -> None:
    for number in range(25):
        await filled.write(f"more {number}")
    search = await filled.lookup.keep(GUILD, AuditQuery(text="more"))
    filled.renew()
    page = await filled.lookup.page(GUILD, search, 3)
    assert (page.number, page.pages, page.total) == (3, 3, 25)
    assert [one.summary for one in page.rows] == [f"more {number}" for number in range(4, -1, -1)]
    for guild_id, number in ((GUILD + 1, search), (GUILD, search + 1)):
        with pytest.raises(NotFound, match="too old"):
            await filled.lookup.page(guild_id, number, 1)
    filled.clock.advance(30 * DAY)
    [one async for one in filled.audit.prunes["audit"].prune(filled.clock.now())]
    with pytest.raises(NotFound, match="too old"):
        await filled.lookup.page(GUILD, search, 1)


async def test_one_is_found_in_its_own_guild_alone(filled: AuditEnv) -> None:
    assert (await filled.lookup.view(GUILD, 4)).context == {"name": "backend"}
    with pytest.raises(NotFound):
        await filled.lookup.view(GUILD + 1, 4)
    assert [one.id for one in await filled.lookup.suggested(GUILD, "4")] == [4]
    assert [one.id for one in await filled.lookup.suggested(GUILD, "лебедь")] == [2]
    assert await filled.lookup.types(GUILD, "endp") == [
        *("endpoint", "endpoint.created", "endpoint.deleted", "endpoints")
    ]
    assert await filled.lookup.types(GUILD + 1, "endp") == []


@pytest.mark.thorough("thousands of rows")
async def test_a_file_holds_all_and_runs_nothing(env: AuditEnv) -> None:
    await env.write("=cmd()", actor_name="@SUM(1)", context={"name": "+x", "q": '"'})
    for number in range(1001):
        await env.write(f"entry {number}", severity="warn" if number % 2 else "info")
    pieces = [piece async for piece in env.lookup.export(GUILD, AuditQuery())]
    rows = list(csv.reader(io.StringIO(b"".join(pieces).decode(), newline="")))
    assert len(rows) == 1003
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["summary"], first["actor_name"]) == ("'=cmd()", "'@SUM(1)")
    assert json.loads(first["context"]) == {"name": "+x", "q": '"'}
    assert first["created_at"] == "2026-05-24T11:32:18+00:00"
    assert [one[0] for one in rows[1:]] == [str(number) for number in range(1, 1003)]
    warned = [piece async for piece in env.lookup.export(GUILD, AuditQuery(severity="warn"))]
    assert b"".join(warned).count(b"\r\n") == 501
