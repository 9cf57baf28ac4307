"""Personal data on both engines: every table is declared, shown, and let go of for one alone."""

import json
from typing import Any

import pytest
from sqlalchemy import BigInteger, select

from bot.acts import Actor
from bot.clock import ManualClock
from bot.errors import UserError
from bot.feature import Parts
from bot.features.privacy import PRIVACY
from bot.personal_data import DataFate, PersonalTable
from bot.storage.database import Database
from bot.storage.schema import metadata
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import FakeActs
from tests.support.features import features_on
from tests.support.full_tables import fill

USER, OTHER, ELSEWHERE = 234567890123456789, 234567890123456790, 77
NO_PERSON = frozenset(
    {
        *("guild_id", "channel_id", "message_id", "last_message_id", "parent_id", "role_id"),
        *("origin_guild_id", "founder_id", "native_id", "newest_id", "entry_id", "new_id"),
        *("rule_id", "currency_id", "creator_currency_id", "counter_currency_id", "incident_id"),
        *("hold_id", "double_hold_id", "challenger_hold_id", "opponent_hold_id"),
        *("creator_hold_id", "counter_hold_id", "nuke_id", "raid_id", "origin_id"),
        "origin_case_id",
    }
)
"""Columns that hold ids of channels, roles, servers, entries and rows, in whatever table."""
NO_PERSON_THERE = {
    ("level_multiplier", "target_id"): "a channel or a role",
    ("post", "subject_id"): "a row of some feature's",
    ("pushed_call", "webhook_id"): "an incoming webhook",
    ("pushed_call", "subject_id"): "a ticket",
}


@pytest.fixture
async def parts(emitter: OpenEmitter, clock: ManualClock) -> Parts:
    discord = FakeActs()
    discord.clock = clock
    return features_on(await emitter(start=False), clock, acts=discord)


def declared(parts: Parts) -> dict[str, PersonalTable]:
    tables = [one for facade in parts for one in facade.personal.tables]
    assert len({one.table.name for one in tables}) == len(tables), "declared twice"
    return {one.table.name: one for one in tables}


async def test_every_table_with_a_persons_id_is_declared(parts: Parts) -> None:
    """And each says what it keeps, what is shown of it, and why something stays."""
    known = declared(parts)
    missing = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_id")
        and isinstance(column.type, BigInteger)
        and not column.foreign_keys
        and column.name not in NO_PERSON
        and (table.name, column.name) not in NO_PERSON_THERE
        and column.name not in _columns(known.get(table.name))
    ]
    assert missing == []
    for one in known.values():
        assert {*_columns(one), *one.shown} <= {*one.table.c.keys()}
        if one.own:
            assert one.about
            assert one.is_secret or one.shown
            assert one.is_secret or one.why or one.fate is DataFate.DELETED


async def test_what_is_about_somebody_is_shown_to_them_and_goes_for_them_alone(
    parts: Parts,
) -> None:
    """Somebody else, another server and everything that has to stay are as they were."""
    known, service, database = declared(parts), parts[PRIVACY].service, parts.core.database
    async with database.transaction() as tx:
        for guild_id, user_id in ((GUILD, USER), (GUILD, OTHER), (ELSEWHERE, USER)):
            await fill(tx, known, guild_id, user_id)
    open_ones = {name for name, one in known.items() if one.own and not one.is_secret}
    shared = {name for name in open_ones if known[name].is_shared}
    seen = await service.look(GUILD, USER)
    counts = {one.table.table.name: one.count for one in seen.kept}
    assert counts == {name: 2 if name in shared else 1 for name in open_ones}
    file = json.loads(await service.export(GUILD, USER))
    rows = {name: kept["rows"] for of in file["data"].values() for name, kept in of.items()}
    assert {name: len(found) for name, found in rows.items()} == counts
    assert str(OTHER) not in json.dumps(file)
    assert file["in_other_servers"].startswith("Use /mydata there")
    assert {*rows["level_member"][0]} == {"xp", "earned_at", "left_at"}

    before = await everything(database)
    done = await service.delete(Actor(GUILD, USER, "quiet_otter"))
    after = await everything(database)
    assert (done.count, done.problems) == (6, ())
    changed = {
        name: (len(rows), len(after[name]))
        for name, rows in before.items()
        if rows != after[name] and name not in ("audit_entry", "event", "body")
    }
    assert changed == {
        **dict.fromkeys(("dashboard_link", "dashboard_session", "level_week"), (3, 2)),
        **dict.fromkeys(("duelist", "level_member", "money_earner"), (3, 3)),
    }
    mine = [row for row in after["level_member"] if row["user_id"] == USER]
    assert sorted(bool(row["xp"]) for row in mine) == [False, True]
    (entry,) = [one for one in after["audit_entry"][3:] if "levels" in one["summary"]]
    assert entry["summary"] == "quiet_otter had their own data of levels deleted."
    assert entry["context"] == {"feature": "levels"}


async def test_files_are_for_whoever_asks_now_and_then(parts: Parts, clock: ManualClock) -> None:
    """Each is a long reading, of which all servers together have few places."""
    service = parts[PRIVACY].service
    for user_id in (USER, USER, OTHER, USER):
        await service.export(GUILD, user_id)
    with pytest.raises(UserError, match="half an hour"):
        await service.export(ELSEWHERE, USER)
    clock.advance(1200)
    await service.export(ELSEWHERE, USER)


def _columns(one: PersonalTable | None) -> tuple[str, ...]:
    return () if one is None else (*one.own, *one.others)


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    found = dict[str, list[dict[str, Any]]]()
    async with database.reading() as reading:
        for table in metadata.sorted_tables:
            query = select(table).order_by(*table.primary_key.columns)
            found[table.name] = [dict(row) for row in (await reading.execute(query)).mappings()]
    return found
