"""Entries as Discord sends them, read through discord.py: what is counted, and what is put back."""

from typing import Any

import discord

from bot.clock import ManualClock
from bot.features.nukes.model import LoggedAct
from cogs.nukes.entries import act_of
from tests.e2e.raids.scene import protected
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver

SENT, KEPT = {"key": "permissions", "old_value": "0", "new_value": "8"}, "2048"
ENTRIES: list[tuple[int, dict[str, Any], dict[str, Any] | None]] = [
    (10, {"changes": [{"key": "name", "new_value": "hacked"}]}, {"action": "channel_create"}),
    (
        13,
        {
            "options": {"id": "{role}", "type": "0", "role_name": "Staff"},
            "changes": [{"key": "deny", "new_value": KEPT}],
        },
        {
            "action": "overwrite",
            "subject": "{role}",
            "subject_is_role": True,
            "before": {"allow": 0, "deny": 0},
            "after": {"allow": 0, "deny": 2048},
        },
    ),
    (
        14,
        {
            "options": {"id": "{member}", "type": "1"},
            "changes": [{"key": "allow", "old_value": KEPT, "new_value": "0"}],
        },
        {
            "action": "overwrite",
            "subject": "{member}",
            "subject_is_role": False,
            "before": {"allow": 2048},
            "after": {"allow": 0},
        },
    ),
    (
        15,
        {
            "options": {"id": "9", "type": "0", "role_name": "Gone"},
            "changes": [{"key": "allow", "old_value": KEPT}, {"key": "deny", "old_value": "0"}],
        },
        {
            "action": "overwrite",
            "subject_is_role": True,
            "before": {"allow": 2048, "deny": 0},
            "after": {"allow": 0, "deny": 0},
        },
    ),
    (20, {}, {"action": "kick", "count": 1}),
    (
        21,
        {"options": {"delete_member_days": "7", "members_removed": "40"}, "target_id": None},
        {"action": "kick", "count": 40, "target_id": 0},
    ),
    (22, {}, {"action": "ban"}),
    (
        25,
        {"changes": [{"key": "$add", "new_value": [{"id": "77", "name": "Admins"}]}]},
        {"action": "grant", "granted": (77,)},
    ),
    (
        25,
        {"changes": [{"key": "$remove", "new_value": [{"id": "77", "name": "Admins"}]}]},
        {"action": "grant", "granted": ()},
    ),
    (30, {"changes": [{"key": "name", "new_value": "mine"}]}, {"action": "role_create"}),
    (
        31,
        {"changes": [SENT, {"key": "name", "old_value": "Deck", "new_value": "Crew"}]},
        {
            "action": "role_permissions",
            "before": {"permissions": 0, "name": "Deck"},
            "after": {"permissions": 8, "name": "Crew"},
        },
    ),
    (31, {"changes": [{"key": "color", "old_value": 0, "new_value": 255}]}, None),
    (
        32,
        {"changes": [{"key": "name", "old_value": "Crew"}, {"key": "hoist", "old_value": True}]},
        {"action": "role_delete", "target_name": "Crew", "before": {"name": "Crew", "hoist": True}},
    ),
    (
        50,
        {
            "changes": [
                {"key": "type", "new_value": 1},
                {"key": "channel_id", "new_value": "5"},
                {"key": "name", "new_value": "spout"},
            ]
        },
        {"action": "webhook_create", "target_name": "spout"},
    ),
    (51, {"changes": [{"key": "name", "old_value": "a", "new_value": "b"}]}, None),
    (52, {"changes": [{"key": "name", "old_value": "spout"}]}, {"action": "webhook_delete"}),
    (62, {"changes": [{"key": "name", "old_value": "wave"}]}, {"action": "emoji_delete"}),
    (92, {"changes": [{"key": "name", "old_value": "boat"}]}, {"action": "emoji_delete"}),
]

LIMITS = [(50, 3), (52, 3), (62, 5), (92, 5), (30, 5)]  # webhooks, emojis, stickers, roles


async def test_each_is_read_as_what_it_is(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        world = made.scene.world
        role = next(iter(world.guild.roles.values()))
        ids = {"{role}": role.id, "{member}": world.member.id}
        seen = list[LoggedAct | None]()

        async def on_entry(entry: discord.AuditLogEntry) -> None:
            seen.append(act_of(entry))

        world.app.client.add_listener(on_entry, "on_audit_log_entry_create")
        for action, sent, wanted in ENTRIES:
            options = dict(sent.get("options", {}))
            options = {name: str(ids.get(value, value)) for name, value in options.items()}
            target = sent.get("target_id", 4321)
            world.env.backend.record_audit_log(
                made.scene.guild_id,
                action,
                target_id=target,
                user_id=made.scene.moderator.id,
                changes=sent.get("changes", []),
                options=options,
            )
            await world.env.settle()
            act = seen.pop()
            if wanted is None:
                assert act is None, (action, sent)
                continue
            expected: dict[str, Any] = {
                "target_id": target,
                "actor_id": made.scene.moderator.id,
                **wanted,
            }
            if "subject" in expected:
                expected["subject_id"] = ids[expected.pop("subject")]
            assert act is not None, action
            assert {name: getattr(act, name) for name in expected} == expected, action


async def test_what_discord_tells_reaches_each_limit(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        await made.choose("nukes", enabled=True, reaction="alert")
        backend, people = made.scene.world.env.backend, await made.join(len(LIMITS), "staff")
        for person, (action, limit) in zip(people, LIMITS, strict=True):
            before = len(await made.told("security.nuke_detected"))
            for number in range(limit):
                assert len(await made.told("security.nuke_detected")) == before
                target = 7000 + number
                guild_id = made.scene.guild_id
                backend.record_audit_log(guild_id, action, target_id=target, user_id=person.id)
                await made.sweep()
            ((_kind, told),) = (await made.told("security.nuke_detected"))[before:]
            assert (told["actor_id"], told["count"]) == (str(person.id), limit)
