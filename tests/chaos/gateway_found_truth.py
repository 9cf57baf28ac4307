"""What is true of the protections after bad weather: what they found is dealt with, told once."""

from collections import Counter
from typing import Any

from bot.features.automod.tables import rule, trigger
from bot.features.incidents.tables import incident
from bot.features.network.tables import network_hit
from bot.features.nukes.tables import nuke
from bot.features.nukes.tables import repair as nuke_repair
from bot.features.raids.tables import lock, raid
from bot.features.scams.tables import detection
from bot.features.sync.tables import share
from tests.chaos.gateway_hands import FORBIDDEN
from tests.chaos.gateway_native import EXECUTED
from tests.chaos.gateway_verdict import Verdict, once
from tests.support.discord_server.native_guild import ALERT, BLOCK, RULES, TIMEOUT
from tests.support.discord_server.payloads import BOT_ID, CHANNEL_ID
from tests.support.rows import rows

DOES = {BLOCK: "delete", ALERT: "alert", TIMEOUT: "timeout"}


async def raids_agree(verdict: Verdict) -> None:
    """Each is over, told once, and what it locked is open or could not be opened."""
    raids, locks = [await rows(verdict.database, one) for one in (raid, lock)]
    assert {(one["state"], one["due_at"]) for one in raids} <= {("ended", None)}
    assert {one["state"] for one in locks} <= {"restored", "failed"}
    assert len(verdict.of("security.raid_detected")) == len(raids)


async def nukes_agree(verdict: Verdict) -> None:
    """Each is dealt with and told once."""
    nukes, repairs = [await rows(verdict.database, one) for one in (nuke, nuke_repair)]
    assert {one["due_at"] for one in nukes} <= {None}
    assert {one["state"] for one in repairs} <= {"done", "failed"}
    assert len(verdict.of("security.nuke_detected")) == len(nukes)


async def network_agrees(verdict: Verdict) -> None:
    """Each hit is dealt with and told once."""
    hits = await rows(verdict.database, network_hit)
    assert "acting" not in {one["state"] for one in hits}
    assert len(verdict.of("network.hit")) == len(hits)


async def sync_agrees(verdict: Verdict) -> None:
    """Nothing that was shared is owed still."""
    assert "owed" not in {one["state"] for one in await rows(verdict.database, share)}


async def automod_agrees(verdict: Verdict) -> None:
    """What was heard of is gone, and told once; so is what Discord's own rules did."""
    triggers = await rows(verdict.database, trigger)
    own = [one for one in verdict.of("automod.triggered") if one["native_rule_id"] is None]
    hits = Counter(one["message_id"] for one in own)
    assert hits == Counter(str(one["message_id"]) for one in triggers)
    unread = verdict.unread()
    there = {int(one["id"]) for one in verdict.guild.written.get(CHANNEL_ID, ())}
    for number, user_id in verdict.scene.scolded.items():
        about = f"{number}: {hits}"
        if number in unread or verdict.is_unknown(user_id):
            assert hits[str(number)] <= 1, about
            continue
        assert number not in there, about
        assert hits[str(number)] == 1, about
    await native_agrees(verdict)


async def native_agrees(verdict: Verdict) -> None:
    """Each strike of Discord's own rules is one event; the bot's own rule lies where it says."""
    events = [one for one in verdict.of("automod.triggered") if one["native_rule_id"] is not None]
    numbers = {(one["native_rule_id"], one["rule_id"]) for one in events}
    assert len({native_id for native_id, _number in numbers}) == len(numbers), numbers
    heard, struck = Counter[Any](), Counter[Any]()
    missed = [data for event, data in verdict.missed if event == EXECUTED]
    for actions in verdict.scene.strikes:
        first = actions[0]
        key = first["rule_id"], first["user_id"], first.get("message_id")
        struck[key] += 1
        heard[key] += any(one not in missed for one in actions)
    told = Counter((one["native_rule_id"], one["user_id"], one["message_id"]) for one in events)
    assert heard <= told <= struck, f"{heard} {told} {struck}"
    for one in events:
        rule_id = int(one["native_rule_id"])
        versions = verdict.guild.versions[rule_id]
        ways = ["_and_".join(DOES[kind] for kind in kinds) for kinds in versions]
        if rule_id not in verdict.guild.native or verdict.was_refused(f"GET {RULES}/{rule_id}"):
            ways += DOES.values()  # nobody says what else it does
        assert one["action_taken"] in ways, f"{one} {ways}"
    made = [one for one in verdict.guild.native.values() if one["creator_id"] == str(BOT_ID)]
    assert all(one["trigger_metadata"]["keyword_filter"] == [FORBIDDEN] for one in made), made
    (ours,) = [one for one in await rows(verdict.database, rule) if one["draft"]]
    is_laid = any("lies at Discord now" in said for said in verdict.scene.laid)
    assert (ours["native_id"] in verdict.guild.versions) or not is_laid, ours


async def scams_agree(verdict: Verdict) -> None:
    """Each picture that was looked at is gone with its message, and each finding told once."""
    found = await rows(verdict.database, detection)
    assert {(one["state"], one["is_told"]) for one in found} <= {("done", True)}, found
    told = once(one["detection_id"] for one in verdict.of("security.scam_detected"))
    assert told == {one["id"] for one in found}
    spots = once(int(spot[1]) for one in found for spot in one["spots"]["all"])
    assert spots <= verdict.scene.scams.keys()
    there = {int(one["id"]) for one in verdict.guild.written.get(CHANNEL_ID, ())}
    unread = verdict.unread()
    for number, (_user_id, name) in verdict.scene.scams.items():
        if number not in unread and not verdict.was_refused(f"GET files/{name}"):
            assert number in spots - there, f"{number}: {found}"


async def incidents_agree(verdict: Verdict) -> None:
    """What each protection found is one incident, and each has its post in the log."""
    found = await rows(verdict.database, incident)
    scams = {one["incident_id"] for one in await rows(verdict.database, detection)}
    assert {one["id"] for one in found if one["feature"] == "scams"} == scams
    raids = await rows(verdict.database, raid)
    assert sum(one["feature"] == "raids" for one in found) == len(raids)
    posts = Counter(
        one["id"] for one in found for line in verdict.guild.lines.values() if _is_post(line, one)
    )
    assert posts == Counter(one["id"] for one in found)


def _is_post(line: dict[str, Any], one: Any) -> bool:
    return f'incident:why:{one["id"]}"' in str(line).replace("'", '"')
