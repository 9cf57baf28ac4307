"""Every command of cases in `herald run`: answered in time, seen by whoever asked alone."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bot.acts import Actor
from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.features.cases.settings import CasesSettings
from bot.features.settings.service import SettingsService
from tests.e2e.standin.test_run import rows, running, settle_in, stopped
from tests.support.discord_server import moderator, payloads
from tests.support.discord_server.moderation_server import ModeratingServer
from tests.support.discord_server.moderator import Answers, File, Option, Person, pings
from tests.support.discord_server.populated_guild import FRIEND, LOG_CHANNEL_ID, MUTED, QUARANTINE
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.receiver import Receiver

KEEPER = Actor(payloads.GUILD_ID, payloads.OWNER_ID, "keeper")
OTTER, HERON, SWAN, STRANGER, CRANE, RAIDER = (600_000_000_000_000_001 + n for n in range(6))
SECONDS = 3.0  # Discord's own limit for a first answer
LADDER = "2 in 14d: timeout 1h"


async def prepared(folder: Path, receiver: Receiver) -> None:
    """The roles, the log channel and a webhook, as somebody would have chosen them."""
    config = config_for(f"sqlite:///{folder}/herald.db", key_file=folder / "herald.key")
    emitter = await Emitter.open(config, SystemClock())
    audit = AuditService(emitter.outbox, emitter.clock)
    settings = SettingsService(emitter.database, audit, models=[CasesSettings])
    for name, value in (
        ("log_channel_id", LOG_CHANNEL_ID),
        ("mute_role_id", MUTED),
        ("quarantine_role_id", QUARANTINE),
        ("ladder", LADDER),
    ):
        await settings.change(KEEPER, "cases", name, value)
    await add_endpoint(
        emitter,
        receiver.url(),
        guild_id=payloads.GUILD_ID,
        patterns=("case.*", "member.*"),
        secret=receiver.secret,
    )
    await emitter.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncGenerator[ModeratingServer]:
    async with ModeratingServer() as server:
        settle_in(tmp_path, server)
        server.guild.enter(OTTER, HERON, SWAN, CRANE)
        server.guild.names |= {STRANGER: "stranger", RAIDER: "raider"}
        server.guild.change_role(SWAN, FRIEND, give=True)
        server.guild.say(3)
        yield server


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    """A receiver on the machine's own clock."""
    async with Receiver() as running:
        yield running
    assert running.refused == []


def command(name: str, words: str, **options: Option | Person | File) -> Any:
    """A command, what its answer says, and what is given."""
    return name, words, options


def script(server: ModeratingServer) -> list[tuple[str, str, dict[str, Any]]]:
    """Every command once, so that each finds what it needs."""
    otter, heron, swan = Person(OTTER), Person(HERON), Person(SWAN)
    proof = File(f"{server.api}/v10/files/proof")
    return [
        command("warn", "was warned", user=otter, reason="Spam", evidence=proof),
        command("case view", "proof.txt", number=1),
        command("case note", "note is kept", number=1, text="Asked nicely"),
        command("case edit", "is changed", number=1, reason="Spam in three channels"),
        command("case history", "1 case", user=otter),
        command("case search", "Page 1 of 1", text="three"),
        command("case revoke", "stays in the history", number=1, reason="Apologised"),
        command("warn", "was warned", user=otter, reason="Spam again"),
        command("mycases", "Nothing was decided about you"),
        command("clearwarnings", "had the warnings cleared", user=otter),
        command("note", "has a note", user=otter, text="Knows the rules now"),
        command("timeout", "was timed out", user=otter, duration="10m"),
        command("untimeout", "may write again", user=otter),
        command("mute", "was muted", user=otter, duration="2h"),
        command("unmute", "may speak again", user=otter),
        command("quarantine", "was muted", user=swan, reason="Hacked"),
        command("release", "may speak again", user=swan),
        command("massmute", "1 person: was muted", users=f"{HERON}"),
        command("kick", "was kicked", user=heron),
        command("softban", "was softbanned", user=Person(CRANE), delete="6h"),
        command("tempban", "was banned for a time", user=otter, duration="1d", delete="12h"),
        command("unban", "was unbanned", user=otter),
        command("ban", "was banned", user=Person(STRANGER), reason="Raid"),
        command("massban", "1 person: was banned", users=f"{STRANGER} <@{RAIDER}>"),
        command("purge", "2 messages are deleted.", count=2),
        command("case export", "Part 1"),
        command("case delete", "case:delete:1", number=1),
    ]


async def connected(server: ModeratingServer) -> None:
    await server.gateway.until(lambda: bool(server.gateway.chunked))
    await server.gateway.caught_up()


def offered(server: ModeratingServer) -> set[str]:
    """The commands of cases as Discord was told of them."""
    (sync,) = [one for one in server.asked if one.method == "PUT" and "commands" in one.path]
    found = set[str]()
    for one in sync.body:
        subs = [sub for sub in one.get("options", ()) if sub["type"] == 1]
        found |= {f"{one['name']} {sub['name']}" for sub in subs} or {one["name"]}
    elsewhere = ("webhook", "settings", "appeals", "ticket", "Open a ticket", "Pin in ticket")
    elsewhere += ("giveaway", "casino", "trade", "duel", "network", "levels", "rank", "leaderboard")
    elsewhere += ("antiscam", "Mark as a scam", "sync")
    elsewhere += ("balance", "daily", "pay", "ledger", "richest", "economy")
    elsewhere += ("setup", "status", "mydata")
    elsewhere += ("incidents", "automod", "audit", "antiraid", "antinuke")
    return {name for name in found if not name.startswith(elsewhere)}


MENUS = {"Warn…", "Timeout…", "Case history", "Warn for this message"}


async def test_every_command_is_answered_in_time_and_to_nobody_else(
    server: ModeratingServer, receiver: Receiver, tmp_path: Path
) -> None:
    await prepared(tmp_path, receiver)
    async with running(tmp_path) as process:
        await connected(server)
        used = script(server)
        for name, words, options in used:
            came = await server.use(name, **options)
            judge(name, came, words)
        deleted = await server.interact(moderator.COMPONENT, moderator.button("case:delete:1"))
        assert "Case 1 is deleted" in (await server.answered(deleted)).text
        assert offered(server) == {name for name, _words, _options in used} | MENUS
        told = rows(tmp_path, "SELECT bytes FROM body")
        await receiver.has(len(told))
        done = await stopped(process)
    assert (done.code, done.sentences) == (0, [])
    assert [line for line in done.err if "error" in line.lower()] == []
    agrees(server, receiver, [json.loads(one[0]) for one in told])


def judge(name: str, came: Answers, words: str) -> None:
    assert came.seconds is not None, name
    assert came.seconds < SECONDS, (name, came.seconds)
    assert not came.seen_by_all, name
    assert not came.may_ping, (name, came)
    assert words in came.text, (name, came.text)


def agrees(server: ModeratingServer, receiver: Receiver, told: list[dict[str, Any]]) -> None:
    """What Discord is like afterwards, and what a receiver knows."""
    guild = server.guild
    assert set(guild.bans) == {STRANGER, RAIDER}
    assert set(guild.members) == {payloads.OWNER_ID, SWAN}
    assert guild.members[SWAN]["roles"] == [str(FRIEND)]
    assert len(guild.channel) == 1
    assert len(guild.lines) == 17
    # What a card says pings nobody.
    assert [line for line in guild.lines.values() if line.get("content")] == []
    assert [line for line in guild.lines.values() if pings(line)] == []
    assert sorted(receiver.ids()) == sorted(one["id"] for one in told)
    kinds = [one["type"] for one in told]
    assert kinds.count("case.created") == 17
    assert kinds.count("case.deleted") == 1
    banned = [one["data"] for one in told if one["type"] == "member.banned"]
    assert [(one["user_id"], one["source"]) for one in banned] == [
        (str(OTTER), "bot"),
        (str(STRANGER), "bot"),
        (str(RAIDER), "bot"),
    ]
    kinds_of_left = [one["data"]["kind"] for one in told if one["type"] == "member.left"]
    assert kinds_of_left == ["kicked", "kicked"]


async def test_every_menu_answers_with_its_modal_or_its_list(
    server: ModeratingServer, receiver: Receiver, tmp_path: Path
) -> None:
    """A modal cannot follow a defer: what asks for one answers with it, at once."""
    await prepared(tmp_path, receiver)
    async with running(tmp_path) as process:
        await connected(server)
        await server.use("warn", user=Person(OTTER), reason="Spam")
        asked = [
            moderator.menu("Warn…", OTTER),
            moderator.menu("Timeout…", OTTER),
            moderator.menu("Warn for this message", OTTER, 5_000_000_000_000_000_000),
            moderator.command("case edit", {"number": 1}),
        ]
        for data in asked:
            came = await server.answered(await server.interact(moderator.COMMAND, data))
            assert came.is_modal, data["name"]
            assert (came.seconds or SECONDS) < SECONDS
        token = await server.interact(moderator.COMPONENT, moderator.button("case:reason:1"))
        assert (await server.answered(token)).is_modal
        history = await server.interact(moderator.COMMAND, moderator.menu("Case history", OTTER))
        judge("Case history", await server.answered(history), "1 case")
        done = await stopped(process)
    assert done.code == 0
