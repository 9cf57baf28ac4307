"""What people do by hand in Discord, as its audit log tells it: an entry each, sent once."""

from typing import Any

import pytest
from simcord.backend import serializers

from bot.clock import ManualClock
from tests.e2e.cases.scene import running
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver
from tests.support.simulated import Told, World, simulated

MEMBER_UPDATE, ROLE_GIVEN, ROLE_UPDATE = 24, 25, 31
OVERWRITE_CREATE, OVERWRITE_UPDATE, OVERWRITE_DELETE = 13, 14, 15
UNTIL = "2026-06-01T00:00:00+00:00"
TIMEOUT = {"key": "communication_disabled_until", "new_value": UNTIL}
SPEAK, CONNECT = 1 << 21, 1 << 20


def entries(told: list[Told]) -> list[dict[str, Any]]:
    return [data for kind, data in told if kind == "security.audit_entry"]


@pytest.mark.parametrize("times", [1, 3])
async def test_a_timeout_by_hand_is_one_entry_however_often_it_is_told(
    sqlite_url: str, clock: ManualClock, receiver: Receiver, times: int
) -> None:
    async with simulated(config_for(sqlite_url), clock) as world:
        await world.subscribe(receiver, ["security.*", "case.*"])
        entry = world.env.backend.record_audit_log(
            world.guild.id,
            MEMBER_UPDATE,
            target_id=world.member.id,
            user_id=world.manager.id,
            changes=[TIMEOUT],
            reason="Shouting",
        )
        again = {**serializers.audit_log_entry_payload(entry), "guild_id": str(world.guild.id)}
        for _ in range(times - 1):
            world.env.backend.emit("GUILD_AUDIT_LOG_ENTRY_CREATE", again)
        assert await world.told(receiver) == [
            (
                "security.audit_entry",
                {
                    "entry_id": 1,
                    "event_type": "member.timed_out",
                    "severity": "info",
                    "source": "discord",
                    "actor_id": str(world.manager.id),
                    "actor_name": "harbour_master",
                    "target_id": str(world.member.id),
                    "target_type": "user",
                    "summary": f"harbour_master timed quiet_otter out by hand until {UNTIL}.",
                    "context": {
                        "name": "quiet_otter",
                        "reason": "Shouting",
                        "expires_at": UNTIL,
                    },
                },
            )
        ]


async def test_what_the_bot_does_itself_is_told_by_its_case_alone(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with running(config_for(sqlite_url), clock, receiver) as scene:
        await scene.does("timeout", user=scene.otter, duration="1h")
        await scene.does("untimeout", user=scene.otter)
        logged = [one.action_type for one in scene.world.guild.audit_log()]
        assert logged.count(MEMBER_UPDATE) == 2
        assert entries(await scene.world.told(receiver)) == []


async def test_without_the_log_nothing_of_it_is_known(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    """A kick is a departure then, and a timeout is seen by nobody."""
    async with simulated(config_for(sqlite_url), clock) as world:
        await world.subscribe(receiver)
        backend, guild_id = world.env.backend, world.guild.id
        backend.edit_member(guild_id, world.member.id, {"timed_out_until": UNTIL})
        role = world.guild.create_role("Crew")
        backend.edit_role(guild_id, role.id, {"permissions": 8})
        world.guild.remove_member(world.member)
        await world.env.settle()
        clock.advance(2.5)
        await receiver.has(1)
        ((kind, data),) = await world.told(receiver)
        assert (kind, data["kind"], data["moderator_id"]) == ("member.left", "left", None)


async def test_other_changes_of_a_member_or_a_role_are_no_entries(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with simulated(config_for(sqlite_url), clock) as world:
        await world.subscribe(receiver)
        crew = world.guild.create_role("Crew")
        await world.env.settle()
        log(world, MEMBER_UPDATE, world.member.id, {"key": "nick", "new_value": "Otter"})
        log(world, ROLE_UPDATE, crew.id, {"key": "name", "new_value": "Crew", "old_value": "A"})
        given = {"key": "$add", "new_value": [{"id": str(crew.id), "name": "Crew"}]}
        log(world, ROLE_GIVEN, world.member.id, given)
        taken = {"key": "$remove", "new_value": [{"id": str(crew.id), "name": "Crew"}]}
        log(world, ROLE_GIVEN, world.member.id, taken)
        assert entries(await world.told(receiver)) == []


async def test_a_channel_s_permissions_for_a_role_and_for_a_member(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with simulated(config_for(sqlite_url), clock) as world:
        await world.subscribe(receiver)
        crew = world.guild.create_role("Crew")
        await world.env.settle()
        of_role = {"id": str(crew.id), "type": "0", "role_name": "Crew"}
        of_member = {"id": str(world.member.id), "type": "1"}
        channel = world.channel.id
        allow = {"key": "allow", "new_value": str(SPEAK)}
        log(world, OVERWRITE_CREATE, channel, allow, options=of_role)
        changed = {"key": "deny", "old_value": "0", "new_value": str(CONNECT)}
        log(world, OVERWRITE_UPDATE, channel, changed, options=of_member)
        gone = {"key": "deny", "old_value": str(CONNECT)}
        log(world, OVERWRITE_DELETE, channel, gone, options=of_member)
        told = entries(await world.told(receiver))
    assert [one["event_type"] for one in told] == ["channel.permissions_changed"] * 3
    nothing: dict[str, list[str]] = {"allowed": [], "denied": [], "cleared": []}
    common = {"name": "general", "reason": None, **nothing}
    role = {"type": "role", "id": str(crew.id)}
    member = {"type": "user", "id": str(world.member.id)}
    assert [one["context"] for one in told] == [
        {**common, "subject": role, "allowed": ["speak"]},
        {**common, "subject": member, "denied": ["connect"]},
        {**common, "subject": member, "cleared": ["connect"]},
    ]


def log(world: World, action: int, target_id: int, change: dict[str, Any], **more: Any) -> None:
    """An entry of Discord's audit log, by the manager's hand."""
    world.env.backend.record_audit_log(
        world.guild.id,
        action,
        target_id=target_id,
        user_id=world.manager.id,
        changes=[change],
        **more,
    )
