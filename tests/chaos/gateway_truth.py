"""What is true after bad weather: rows, Discord and the events agree, feature by feature."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from bot.features.audit.tables import audit_entry
from bot.features.automod.tables import trigger
from bot.features.cases.store import table as moderation_case
from bot.features.levels.model import level_of
from bot.features.levels.tables import level_member
from bot.features.members.store import known_ban, known_member
from bot.features.network.tables import network_hit
from bot.features.nukes.tables import nuke
from bot.features.nukes.tables import repair as nuke_repair
from bot.features.raids.tables import lock, raid
from bot.features.sync.tables import share
from bot.features.tickets.tables import ticket, ticket_message
from bot.storage.database import Database
from tests.chaos.games_truth import told
from tests.chaos.gateway_scene import Scene
from tests.support.discord_server.hand_guild import ROLE, HandGuild
from tests.support.discord_server.payloads import BOT_ID, CHANNEL_ID
from tests.support.discord_server.populated_guild import FRIEND, Told
from tests.support.discord_server.routes import PLACE
from tests.support.rows import rows

ABOUT_MEMBERS = ("member.joined", "member.left", "member.banned", "member.unbanned")
MEMBER_EVENTS = ("GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE")
BANS = ("ban", "tempban")

Rows = Sequence[Mapping[str, Any]]
Events = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything a judge looks at."""

    scene: Scene
    database: Database
    events: list[dict[str, Any]]
    now: datetime

    @property
    def guild(self) -> HandGuild:
        return self.scene.guild

    def of(self, kind: str) -> list[dict[str, Any]]:
        return told(self.events, kind)


async def members_agree(verdict: Verdict) -> None:
    """Who is known is who is there; what was told of each leads there, and each step once."""
    guild = verdict.guild
    known = {one["user_id"] for one in await rows(verdict.database, known_member)}
    assert known == set(guild.members)
    assert {one["user_id"] for one in await rows(verdict.database, known_ban)} == set(guild.bans)
    unheard = _unheard(verdict.scene)
    happened = dict[int, list[str]]()
    for user_id, move in guild.moves:
        happened.setdefault(user_id, []).append(f"member.{move}")
    cases = await rows(verdict.database, moderation_case)
    softbanned = {one["user_id"] for one in cases if one["type"] == "softban"}
    for user_id, moves in happened.items():
        told_of = [
            one
            for one in verdict.events
            if one["type"] in ABOUT_MEMBERS and one["data"]["user_id"] == str(user_id)
        ]
        events = [str(one["type"]) for one in told_of]
        theirs = [(one["type"], one["state"]) for one in cases if one["user_id"] == user_id]
        about = f"{user_id}: {events} for {moves}; cases {theirs}; {told_of}"
        if user_id not in unheard:
            assert user_id in softbanned or events == moves, about
            walk_is_sound(events, about)


def _unheard(scene: Scene) -> set[int]:
    """Of whom something was told never, or out of turn."""
    return {
        int(data["user"]["id"])
        for event, data in (*_missed(scene), *scene.server.faults.muddled)
        if event in MEMBER_EVENTS
    }


def _missed(scene: Scene) -> Sequence[Told]:
    """What the bot was never told."""
    return (*scene.server.gateway.missed, *scene.server.faults.never)


def walk_is_sound(events: Sequence[str], about: str) -> None:
    """Nobody joins who is there, and nobody goes who is not."""
    for before, after in pairwise(events):
        assert before != after, about


async def cases_agree(verdict: Verdict) -> None:
    """What a case says to be in effect, is; each was told once, and its end once."""
    members, bans = verdict.guild.members, verdict.guild.bans
    made = Counter(one["case_number"] for one in verdict.of("case.created"))
    ends = Counter(
        (one["case_number"], one["status"])
        for one in verdict.of("case.updated")
        if one["status"] != "active"
    )
    cases = await rows(verdict.database, moderation_case)
    for case in cases:
        about, number, state = f"{dict(case)}", case["number"], case["state"]
        assert made[number] == (state != "void"), about
        assert state != "pending", about
        for status in ("expired", "revoked"):
            assert ends[number, status] == (state == status), about
        if state != "active":
            continue
        member = members.get(case["user_id"])
        if case["type"] in BANS:
            assert case["user_id"] in bans, about
        elif case["type"] == "timeout" and member and case["expires_at"] > verdict.now:
            until = datetime.fromisoformat(member["communication_disabled_until"])
            assert abs((until - case["expires_at"]).total_seconds()) < 60, about
        elif case["type"] == "mute" and member:
            assert {str(one) for one in case["details"]["gives"]} <= {*member["roles"]}, about
    assert {*made} <= {one["number"] for one in cases}


async def tickets_agree(verdict: Verdict) -> None:
    """Each room is a ticket's, each open ticket has one; all that is written there is known."""
    guild = verdict.guild
    tickets = await rows(verdict.database, ticket)
    rooms = {number for number, one in guild.rooms.items() if "by_hand" not in one}
    held = {one["channel_id"]: (one["number"], one["state"]) for one in tickets}
    # Asked for twice by discord.py, of which nobody but the gateway tells.
    untold = {
        int(data["id"]) for event, data in _missed(verdict.scene) if event == "CHANNEL_CREATE"
    }
    assert held.keys() - {None} <= rooms <= held.keys() | untold, f"{held} for {rooms}"
    known = {one["id"] for one in await rows(verdict.database, ticket_message)}
    for one in tickets:
        number, turns = one["number"], list[str]()
        for event in verdict.events:
            if event["type"].startswith("ticket.") and event["data"]["number"] == number:
                turns += [event["type"]] if event["type"] != "ticket.message" else []
        about = f"{number} {one['state']}: {turns}"
        wanted = ["ticket.opened", *["ticket.closed", "ticket.reopened"] * len(turns)]
        assert turns == wanted[: len(turns)], about
        assert one["state"] in ("open", "closed", "void"), about
        if one["state"] != "void":
            assert (turns[-1] == "ticket.closed") is (one["state"] == "closed"), about
        if one["state"] == "open":
            assert one["channel_id"] is not None, about
        if one["channel_id"] is not None and one["state"] == "open":
            written = guild.written.get(one["channel_id"], ())
            people = {int(said["id"]) for said in written if said["author"]["id"] != str(BOT_ID)}
            assert people <= known, about
    heard = [one["message_id"] for one in verdict.of("ticket.message")]
    assert len({*heard}) == len(heard)
    assert {int(one) for one in heard} <= known


async def levels_agree(verdict: Verdict) -> None:
    """Nobody earned what they did not write; whoever has reached a level has its role."""
    earned = {one["user_id"]: one["xp"] for one in await rows(verdict.database, level_member)}
    for user_id, member in verdict.guild.members.items():
        xp = earned.get(user_id, 0)
        about = f"{user_id}: {xp} for {verdict.scene.words[user_id]}"
        assert (str(FRIEND) in member["roles"]) is (level_of(xp) >= 2), about
    ups = Counter((one["user_id"], one["new_level"]) for one in verdict.of("xp.level_up"))
    assert set(ups.values()) <= {1}


async def payments_agree(verdict: Verdict) -> None:
    """Each payment was made once, where the payer was told so, and else at most once."""
    paid = Counter(
        -one["delta"]
        for one in verdict.of("economy.balance_changed")
        if one["operation"] == "transfer_out"
    )
    for amount, was_told in verdict.scene.pays:
        assert paid[amount] <= 1, amount
        assert paid[amount] or not was_told, amount


async def pushes_agree(verdict: Verdict) -> None:
    """What a program was told is done, was done once."""
    said = Counter(one.get("content") for one in verdict.guild.lines.values())
    for text in verdict.scene.pushed:
        assert said[text] == 1, text


async def audit_agrees(verdict: Verdict) -> None:
    """Each change of rights by hand is in the audit once, those of an absence too.

    What Discord left out in the middle of a session is found for two minutes.
    """
    never = {data["id"] for _event, data in verdict.scene.server.faults.never if "id" in data}
    kept = Counter(one["origin_id"] for one in await rows(verdict.database, audit_entry))
    for one in verdict.guild.entries:
        if one["action_type"] == ROLE:
            assert kept[int(one["id"])] in ((0, 1) if one["id"] in never else (1,)), one


async def protections_agree(verdict: Verdict) -> None:
    """What they began is at its end and told once."""
    raids, nukes, locks, repairs = [
        await rows(verdict.database, one) for one in (raid, nuke, lock, nuke_repair)
    ]
    assert {(one["state"], one["due_at"]) for one in raids} <= {("ended", None)}
    assert {one["state"] for one in locks} <= {"restored", "failed"}
    assert len(verdict.of("security.raid_detected")) == len(raids)
    assert {one["due_at"] for one in nukes} <= {None}
    assert {one["state"] for one in repairs} <= {"done", "failed"}
    assert len(verdict.of("security.nuke_detected")) == len(nukes)
    hits_of_network = await rows(verdict.database, network_hit)
    assert "acting" not in {one["state"] for one in hits_of_network}
    assert len(verdict.of("network.hit")) == len(hits_of_network)
    assert "owed" not in {one["state"] for one in await rows(verdict.database, share)}
    await automod_agrees(verdict)


async def automod_agrees(verdict: Verdict) -> None:
    """What was heard of is gone, and told once."""
    triggers = await rows(verdict.database, trigger)
    hits = Counter(one["message_id"] for one in verdict.of("automod.triggered"))
    assert hits == Counter(str(one["message_id"]) for one in triggers)
    server = verdict.scene.server
    unheard = {int(data["id"]) for _event, data in _missed(verdict.scene) if "content" in data}
    there = {int(one["id"]) for one in verdict.guild.written.get(CHANNEL_ID, ())}
    for number, user_id in verdict.scene.scolded.items():
        about = f"{number}: {hits}"
        # Of whom Discord does not say who they are, they might be staff: they are let be.
        is_unknown = f"GET {PLACE}/members/{user_id}" in server.faults.refused
        if number in unheard or is_unknown:
            assert hits[str(number)] <= 1, about
            continue
        assert number not in there, about
        assert hits[str(number)] == 1, about


JUDGES = (
    members_agree,
    cases_agree,
    tickets_agree,
    levels_agree,
    payments_agree,
    pushes_agree,
    audit_agrees,
    protections_agree,
)
