"""What is true after bad weather: rows, Discord and the events agree, feature by feature."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from bot.features.audit.tables import audit_entry
from bot.features.cases.store import table as moderation_case
from bot.features.duels.tables import duel
from bot.features.levels.model import level_of
from bot.features.levels.tables import level_member
from bot.features.members.store import known_ban, known_member
from bot.features.tickets.tables import ticket, ticket_message
from tests.chaos.games_truth import giveaways_agree, money_agrees
from tests.chaos.gateway_appeals_truth import appeals_agree
from tests.chaos.gateway_found_truth import (
    automod_agrees,
    incidents_agree,
    network_agrees,
    nukes_agree,
    raids_agree,
    scams_agree,
    sync_agrees,
)
from tests.chaos.gateway_scene import MESSAGE_XP, VOICE_XP
from tests.chaos.gateway_verdict import Verdict, once
from tests.support.discord_server.hand_guild import ROLE
from tests.support.discord_server.payloads import BOT_ID
from tests.support.discord_server.populated_guild import FRIEND
from tests.support.rows import rows

ABOUT_MEMBERS = ("member.joined", "member.left", "member.banned", "member.unbanned")
MEMBER_EVENTS = ("GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE")
BANS = ("ban", "tempban")

Judge = Callable[[Verdict], Awaitable[None]]


async def members_agree(verdict: Verdict) -> None:
    """Who is known is who is there; what was told of each leads there, and each step once."""
    guild = verdict.guild
    known = {one["user_id"] for one in await rows(verdict.database, known_member)}
    assert known == set(guild.members)
    banned = {one["user_id"] for one in await rows(verdict.database, known_ban)}
    assert banned == set(guild.bans), f"{banned ^ set(guild.bans)} {guild.moves}"
    unheard = verdict.unheard(*MEMBER_EVENTS)
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
    rooms = {*verdict.scene.ticket_rooms()}
    held = {one["channel_id"]: (one["number"], one["state"]) for one in tickets}
    # Asked for twice by discord.py, of which nobody but the gateway tells.
    untold = {int(data["id"]) for event, data in verdict.missed if event == "CHANNEL_CREATE"}
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
        about = f"{user_id}: {xp} for {verdict.guild.wrote[user_id]}"
        assert xp // MESSAGE_XP <= verdict.guild.wrote[user_id], about
        assert (str(FRIEND) in member["roles"]) is (level_of(xp) >= 2), about
    ups = Counter((one["user_id"], one["new_level"]) for one in verdict.of("xp.level_up"))
    assert set(ups.values()) <= {1}
    await voices_agree(verdict)


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


async def voices_agree(verdict: Verdict) -> None:
    """Each minute in company was paid once, by levels and by the economy, and no other minute."""
    minutes = verdict.scene.minutes
    xp = {one["user_id"]: one["xp"] for one in await rows(verdict.database, level_member)}
    by_levels = {user_id: all_of_it % MESSAGE_XP / VOICE_XP for user_id, all_of_it in xp.items()}
    changes = verdict.of("economy.balance_changed")
    by_economy = Counter(int(one["user_id"]) for one in changes if one["operation"] == "voice")
    for user_id in {*minutes.sure, *minutes.maybe, *xp, *by_economy}:
        sure, maybe = minutes.sure[user_id], minutes.maybe[user_id]
        for paid in (by_levels.get(user_id, 0), by_economy[user_id]):
            assert sure <= paid <= sure + maybe, f"{user_id}: {paid} for {sure} and {maybe}"


async def duels_agree(verdict: Verdict) -> None:
    """Each has ended; each that was won was told once, of whoever won it."""
    duels = await rows(verdict.database, duel)
    assert not {one["state"] for one in duels} & {"challenged", "playing"}
    won = {one["id"]: one["winner_id"] for one in duels if one["winner_id"] is not None}
    events = verdict.of("duel.finished")
    assert once(one["duel_id"] for one in events) == won.keys()
    assert {one["duel_id"]: int(one["winner_id"]) for one in events} == won


async def books_agree(verdict: Verdict) -> None:
    """The books are in balance, each round was paid once, each trade told once."""
    await money_agrees(verdict.database, verdict.vault, verdict.events)


async def drawings_agree(verdict: Verdict) -> None:
    """Each giveaway was drawn and told once."""
    await giveaways_agree(verdict.database, verdict.scene.server, verdict.events)


async def deliveries_agree(verdict: Verdict) -> None:
    """Each event was received, and nothing else."""
    assert verdict.received == {one["id"] for one in verdict.events}


JUDGES: Mapping[str, Judge] = {
    "members": members_agree,
    "cases": cases_agree,
    "appeals": appeals_agree,
    "tickets": tickets_agree,
    "levels": levels_agree,
    "economy": payments_agree,
    "casino": books_agree,
    "trades": books_agree,
    "giveaways": drawings_agree,
    "duels": duels_agree,
    "endpoints": deliveries_agree,
    "incoming": pushes_agree,
    "audit": audit_agrees,
    "incidents": incidents_agree,
    "automod": automod_agrees,
    "scams": scams_agree,
    "raids": raids_agree,
    "nukes": nukes_agree,
    "network": network_agrees,
    "sync": sync_agrees,
}
"""By feature; what else there is shows and asks, and nothing comes of it later."""

UNJUDGED = frozenset({"dashboard", "privacy", "settings", "setup", "status"})
