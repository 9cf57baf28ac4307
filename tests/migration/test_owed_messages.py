"""What the release before posts owed to people is sent once after the upgrade."""

from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, text

from bot.clock import ManualClock, to_ms
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.cases.records import Changes
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.conftest import START
from tests.integration.appeals.appeals_env import AppealsEnv
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.support.emitter_setup import GUILD, KEY, config_for
from tests.support.fake_acts import MODERATOR, SECOND, FakeActs

LOG, CARDS, NOTICES = 5, 77, 9
AGO = to_ms(START - timedelta(minutes=10))
LEASE = timedelta(seconds=61)
OTTER = 1001


def upgrade_to(connection: Connection, revision: str) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", "migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def case(number: int, **about: Any) -> Mapping[str, Any]:
    """A warning of ten minutes ago."""
    return {
        "id": number,
        "guild_id": GUILD,
        "number": number,
        "type": "warn",
        "user_id": OTTER,
        "username": "otter",
        "moderator_id": MODERATOR,
        "moderator_name": "harbour_master",
        "reason": f"reason {number}",
        "source": "bot",
        "state": "active",
        "created_at": AGO,
        "settled_at": AGO,
        "repeats": False,
        "told": "none",
        "logged": "none",
        "details": "{}",
        **about,
    }


def appeal(number: int, case_number: int, **about: Any) -> Mapping[str, Any]:
    return {
        "id": number,
        "guild_id": GUILD,
        "case_id": case_number,
        "case_number": case_number,
        "case_type": "mute",
        "user_id": OTTER,
        "username": "otter",
        "attempt": 1,
        "message": f"message {number}",
        "state": "open",
        "created_at": AGO,
        "punishment_lifted": False,
        "told": "none",
        **about,
    }


def card(number: int, appeal_id: int | None, **about: Any) -> Mapping[str, Any]:
    return {
        "id": number,
        "appeal_id": appeal_id,
        "guild_id": GUILD,
        "case_number": 20 + number,
        "state": "owed",
        "owed_since": AGO,
        "version": 0,
        **about,
    }


def endpoint(number: int, state: str) -> Mapping[str, Any]:
    return {
        "id": number,
        "uuid": bytes(15) + bytes([number]),
        "guild_id": GUILD,
        "name": f"backend {number}",
        "name_key": f"backend {number}",
        "url": "http://127.0.0.1:9/",
        "dialect": "phantom",
        "state": state,
        "secret": Vault([KEY]).seal("whsec_" + "A" * 43),
        "created_by_id": SECOND,
        "created_at": AGO,
        "changed_at": AGO,
        "failures": 30,
        "last_error": "HTTP 500",
        "notice_owed_at": AGO,
    }


SENT_LINE = {"log_channel_id": LOG, "log_message_id": 101}
LINE_OWED = {"log_channel_id": LOG, "log_message_id": 102}
ROWS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("moderation_case", case(1, told="owed", logged="owed")),
    ("moderation_case", case(2, told="sent", logged="sent", **SENT_LINE)),
    (
        "moderation_case",
        case(3, told="sent", logged="owed", **LINE_OWED),
    ),
    ("moderation_case", case(4, told="closed", logged="closed")),
    *(("moderation_case", case(number, type="mute")) for number in (21, 22, 23)),
    (
        "struck_line",
        {
            "id": 1,
            "guild_id": GUILD,
            "channel_id": LOG,
            "message_id": 103,
            "number": 12,
            "by_id": MODERATOR,
            "created_at": AGO,
            "look_at": AGO,
        },
    ),
    ("appeal", appeal(1, 21)),
    ("appeal", appeal(2, 22)),
    (
        "appeal",
        appeal(
            3,
            23,
            state="denied",
            told="owed",
            decided_at=AGO,
            decided_by_id=MODERATOR,
            decided_by_name="harbour_master",
            reason="No.",
        ),
    ),
    ("appeal_card", card(1, 1)),
    ("appeal_card", card(2, 2, state="sent", channel_id=CARDS, message_id=104)),
    ("appeal_card", card(3, 3, channel_id=CARDS, message_id=105)),
    ("appeal_card", card(4, None, channel_id=CARDS, message_id=106)),
    ("appeal_card", card(5, None)),
    ("endpoint", endpoint(1, "auto_disabled")),
    ("endpoint", endpoint(2, "active")),
)


async def insert(database: Database, table: str, row: Mapping[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    async with database.transaction() as tx:
        await tx.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), dict(row))


@pytest.fixture
async def old_url(empty_url: str) -> str:
    """A database of the release before, with something owed in every way there was."""
    database = Database(empty_url)
    await database.open()
    async with database.transaction() as tx:
        await tx.run_sync(lambda connection: upgrade_to(connection, "0008"))
    for table, row in ROWS:
        await insert(database, table, row)
    settings = (
        ("cases", f'{{"log_channel_id": {LOG}, "mute_role_id": 20}}'),
        ("appeals", f'{{"channel_id": {CARDS}, "enabled": true}}'),
        ("general", f'{{"notice_channel_id": {NOTICES}}}'),
    )
    for feature, document in settings:
        chosen = {"guild_id": GUILD, "feature": feature, "document": document}
        async with database.transaction() as tx:
            await tx.execute(
                text("INSERT INTO guild_setting VALUES (:guild_id, :feature, :document)"), chosen
            )
    await database.close()
    return empty_url


@pytest.fixture
async def env(old_url: str, clock: ManualClock) -> AsyncGenerator[AppealsEnv]:
    """The real services on it, upgraded; the messages that were sent before are on Discord."""
    emitter = await Emitter.open(config_for(old_url), clock)
    discord = FakeActs()
    discord.enter(OTTER)
    for number in range(101, 107):
        discord.lines[number] = Post(text="as it was")
    made = AppealsEnv(emitter, clock, discord=discord)
    yield made
    await made.close()
    await emitter.stop()


async def test_each_owed_message_is_sent_once(env: AppealsEnv) -> None:
    discord = env.discord
    await env.process.posts.sweep()
    assert [(to, post.text, dict(post.fields).get("Reason")) for to, post in discord.letters] == [
        (OTTER, "You were warned in The \\*Harbour\\*.", "reason 1"),
        (OTTER, "Your appeal in The \\*Harbour\\* was denied.", "No."),
        (SECOND, discord.letters[-1][1].text, None),
    ]
    assert "The webhook **backend 1** of" in discord.letters[-1][1].text
    sent = [(about, name) for name, about in discord.calls if name == "send"]
    assert sent == [(LOG, "send"), (CARDS, "send"), (NOTICES, "send")]
    new = [discord.lines[number] for number in (1, 2, 3)]
    assert new[0].title == "Case 1: otter was warned"
    assert new[1].text == "message 1"
    assert "The webhook **backend 1** of" in new[2].text
    await env.sweep(after=LEASE)
    await env.sweep_appeals(after=LEASE)
    assert len(discord.letters) == 3
    assert [name for name, _about in discord.calls].count("send") == 3


async def test_what_was_to_be_redrawn_is(env: AppealsEnv) -> None:
    lines = env.discord.lines
    await env.process.posts.sweep()
    assert lines[101].text == "as it was"
    assert lines[102].title == "Case 3: otter was warned"
    assert lines[103].title == "Case 12 is deleted"
    assert lines[103].fields == (("Moderator", f"<@{MODERATOR}>"),)
    assert lines[104].text == "as it was"
    assert dict(lines[105].fields)["State"] == f"denied by <@{MODERATOR}>"
    assert (lines[106].title, lines[106].text) == (
        "Appeal of case 24",
        "The case was deleted, and the appeal with it.",
    )
    assert len(env.discord.redrawn) == 4


async def test_a_message_delivered_before_is_redrawn_when_it_changes(env: AppealsEnv) -> None:
    await env.process.posts.sweep()
    await env.process.book.edit(HARBOUR_MASTER, 2, Changes(reason="a better one"))
    assert dict(env.discord.lines[101].fields)["Reason"] == "a better one"
    await env.appeals.decide(HARBOUR_MASTER, 2, "denied", "No.")
    await env.sweep_appeals()
    assert dict(env.discord.lines[104].fields)["State"] == f"denied by <@{MODERATOR}>"
    assert env.discord.lines[104].buttons == ()
    await env.process.book.delete(HARBOUR_MASTER, 2)
    assert env.discord.lines[101].title == "Case 2 is deleted"
