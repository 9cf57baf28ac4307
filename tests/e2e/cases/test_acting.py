"""From a moderator's command to Discord, the person, the log and a receiver."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.cases.scene import Scene, said
from tests.support.messages import read
from tests.support.receiver import Receiver


async def test_a_warning_is_told_to_everybody_whom_it_concerns(scene: Scene) -> None:
    result = await scene.does("warn", user=scene.otter, reason="Spamming *links*")
    assert "Case 1: quiet\\_otter was warned" in said(result)
    assert "They were told by direct message." in said(result)
    ((kind, data),) = await scene.told()
    assert kind == "case.created"
    assert {key: data[key] for key in ("case_number", "type", "user_id", "moderator_id")} == {
        "case_number": 1,
        "type": "warn",
        "user_id": str(scene.otter.id),
        "moderator_id": str(scene.moderator.id),
    }
    assert (data["reason"], data["source"]) == ("Spamming *links*", "bot")
    (letter,) = scene.letters(scene.otter)
    assert "You were warned in" in read(letter)
    assert "Spamming \\*links\\*" in read(letter)
    (card,) = scene.cards()
    assert "Case 1: quiet\\_otter was warned" in read(card)


async def test_a_ban_is_one_case_and_one_ban(scene: Scene) -> None:
    result = await scene.does("ban", user=scene.otter, reason="Raiding", delete="12h")
    assert "was banned" in said(result)
    assert scene.is_banned(scene.otter)
    # Longer than a removal is held for the audit log to explain it.
    await scene.sweep(5)
    (created, banned) = await scene.told()
    assert (created[0], created[1]["type"]) == ("case.created", "ban")
    assert banned == (
        "member.banned",
        {
            "user_id": str(scene.otter.id),
            "username": "quiet_otter",
            "moderator_id": str(scene.moderator.id),
            "reason": "Raiding",
            "case_id": created[1]["case_id"],
            "source": "bot",
            "was_member": True,
        },
    )
    (letter,) = scene.letters(scene.otter)
    assert "You were banned from" in read(letter)
    (entry,) = [one for one in scene.world.guild.audit_log() if one.action_type == 22]
    assert entry.reason == "[case 1] moderator: Raiding"
    assert deleted_seconds(scene) == [12 * 3600]


async def test_a_ban_of_somebody_who_is_no_member(scene: Scene) -> None:
    stranger = scene.world.env.create_user("stranger")
    result = await scene.does("ban", user=stranger)
    assert "Case 1: stranger was banned" in said(result)
    assert await scene.types() == ["case.created", "member.banned"]
    assert (await scene.told())[1][1]["was_member"] is False
    assert scene.world.guild.get_ban(stranger) is not None


@pytest.mark.parametrize("command", ["ban", "tempban", "softban", "kick"])
async def test_in_vektor_whoever_is_sent_away_leaves_once(scene: Scene, command: str) -> None:
    async with Receiver(clock=scene.world.clock) as vektor:
        await scene.world.subscribe(vektor, ["case.created", "member.left"], dialect="vektor")
        duration = {"duration": "1d"} if command == "tempban" else {}
        await scene.does(command, user=scene.otter, reason="Raiding", **duration)
        await scene.sweep(5)
        await scene.told()
        told = [(one.type, one.json["data"].get("action")) for one in vektor.requests]
    action = "kick" if command in ("softban", "kick") else "ban"
    assert sorted(told, key=str) == [("member.leave", None), ("moderation.action", action)]


async def test_a_kick_is_a_case_and_a_departure(scene: Scene) -> None:
    await scene.does("kick", user=scene.otter, reason="Enough")
    await scene.sweep(5)
    (created, left) = await scene.told()
    assert (created[0], created[1]["type"]) == ("case.created", "kick")
    assert left[0] == "member.left"
    assert left[1]["kind"] == "kicked"
    assert left[1]["moderator_id"] == str(scene.moderator.id)
    assert scene.otter.id not in scene.world.guild.member_ids()


async def test_an_unban_ends_the_ban_s_case(scene: Scene) -> None:
    await scene.does("ban", user=scene.otter)
    await scene.does("unban", user=scene.otter.user, reason="Sorry")
    assert not scene.is_banned(scene.otter)
    told = (await scene.told())[2:]
    assert [kind for kind, _data in told] == ["case.created", "case.updated", "member.unbanned"]
    assert told[0][1]["type"] == "unban"
    assert (told[1][1]["case_number"], told[1][1]["status"]) == (1, "revoked")
    assert told[2][1]["case_id"] == told[1][1]["case_id"]


async def test_a_ban_for_a_time_ends_by_itself(scene: Scene) -> None:
    result = await scene.does("tempban", user=scene.otter, duration="1h", delete="7d")
    assert "It ends <t:1767229200:f>" in said(result)
    assert deleted_seconds(scene) == [7 * 86_400]
    await scene.sweep(3_540)
    assert scene.is_banned(scene.otter)
    await scene.sweep(61)
    assert not scene.is_banned(scene.otter)
    (_created, _banned, updated, unbanned) = await scene.told()
    assert (updated[0], updated[1]["status"]) == ("case.updated", "expired")
    assert unbanned[0] == "member.unbanned"
    assert "State: over" in read(scene.cards()[0])


async def test_a_timeout_and_its_end(scene: Scene) -> None:
    await scene.does("timeout", user=scene.otter, duration="10m", reason="Shouting")
    until = datetime.fromisoformat(scene.timed_out_until(scene.otter) or "")
    assert until - datetime(2026, 1, 1, tzinfo=UTC) == timedelta(minutes=10)
    lifted = await scene.does("untimeout", user=scene.otter)
    assert "may write again" in said(lifted)
    assert (
        scene.world.env.backend.get_member(scene.guild_id, scene.otter.id).timed_out_until is None
    )
    told = await scene.told()
    assert [kind for kind, _data in told] == ["case.created", "case.created", "case.updated"]
    assert told[0][1]["expires_at"] == "2026-01-01T00:10:00+00:00"


async def test_a_mute_gives_its_role_also_after_a_rejoin(scene: Scene) -> None:
    await scene.does("mute", user=scene.otter, reason="Noise")
    assert scene.roles_of(scene.otter) == {scene.muted.id}
    scene.world.guild.remove_member(scene.otter)
    await scene.world.env.advance_time(60)
    back = scene.world.guild.add_member(scene.otter.user)
    await scene.world.env.settle()
    assert scene.roles_of(back) == {scene.muted.id}
    await scene.does("unmute", user=back)
    assert scene.roles_of(back) == set()
    kinds = [kind for kind, _data in await scene.told() if kind.startswith("case.")]
    assert kinds == ["case.created", "case.created", "case.updated"]


async def test_a_quarantine_takes_the_roles_and_a_release_gives_them_back(scene: Scene) -> None:
    guild = scene.world.guild
    kept, lost = guild.create_role("Painter"), guild.create_role("Sailor")
    heron = guild.add_member(scene.world.env.create_user("heron"), roles=[kept, lost])
    await scene.world.env.settle()
    await scene.does("quarantine", user=heron, reason="Hacked")
    assert scene.roles_of(heron) == {scene.quarantined.id}
    scene.world.env.backend.delete_role(scene.guild_id, lost.id)
    await scene.world.env.settle()
    result = await scene.does("release", user=heron)
    assert scene.roles_of(heron) == {kept.id}
    assert "Roles that are gone by now: Sailor." in said(result)


async def test_notes_are_for_staff_and_warnings_can_be_cleared(scene: Scene) -> None:
    await scene.does("note", user=scene.otter, text="Asked nicely")
    assert scene.letters(scene.otter) == []
    await scene.does("warn", user=scene.otter, reason="One")
    result = await scene.does("clearwarnings", user=scene.otter)
    assert "had the warnings cleared" in said(result)
    told = await scene.told()
    assert [data["type"] for kind, data in told if kind == "case.created"] == [
        "note",
        "warn",
        "clear_warnings",
    ]
    assert told[-1][1]["status"] == "revoked"


async def test_the_third_warning_brings_a_timeout(scene: Scene) -> None:
    for count in range(1, 3):
        await scene.does("warn", user=scene.otter, reason=f"Number {count}")
    result = await scene.does("warn", user=scene.otter, reason="Number 3")
    assert "Case 4: quiet\\_otter was timed out" in said(result)
    assert (await scene.told())[-1][1]["type"] == "timeout"
    assert scene.timed_out_until(scene.otter) is not None
    again = await scene.does("warn", user=scene.otter, reason="Number 4")
    assert "was timed out" not in said(again)


async def test_whoever_takes_no_direct_message_is_warned_all_the_same(scene: Scene) -> None:
    scene.world.env.inject_error(
        "POST",
        f"/channels/{scene.otter.user.dm_channel.id}/messages",
        status=403,
        code=50007,
        message="Cannot send messages to this user",
    )
    result = await scene.does("warn", user=scene.otter, reason="Spam")
    assert "They take no direct message from me" in said(result)
    assert await scene.types() == ["case.created"]
    assert "Direct message: could not be delivered" in read(scene.cards()[0])


async def test_switched_off_letters_are_not_written(scene: Scene) -> None:
    await scene.choose(letters=False)
    await scene.does("ban", user=scene.otter)
    assert scene.letters(scene.otter) == []


def deleted_seconds(scene: Scene) -> list[int]:
    """Of how long the messages went with each ban."""
    asked = scene.world.env.http_requests
    bans = [one for one in asked if one.method == "PUT" and "/bans/" in one.path]
    return [int(one.params["delete_message_seconds"]) for one in bans]
