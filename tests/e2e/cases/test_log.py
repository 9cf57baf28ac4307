"""The moderation log beside its cases, and new channels, in Discord."""

from datetime import UTC, datetime

import discord

from tests.e2e.cases.scene import Scene
from tests.support.messages import read


async def test_a_timeout_and_a_ban_by_hand_are_lines(scene: Scene) -> None:
    backend = scene.world.env.backend
    by, until = scene.captain.id, datetime(2026, 1, 2, tzinfo=UTC).isoformat()
    about = {"target_id": scene.otter.id, "user_id": by, "reason": "Raiding"}
    key = "communication_disabled_until"
    backend.edit_member(scene.guild_id, scene.otter.id, {key: until})
    changed = [{"key": key, "new_value": until}]
    backend.record_audit_log(scene.guild_id, 24, changes=changed, **about)
    await scene.world.env.settle()
    await scene.sweep(5)
    backend.record_audit_log(scene.guild_id, 22, **about)
    backend.create_ban(scene.guild_id, scene.otter.id, "Raiding")
    await scene.world.env.settle()
    await scene.sweep(5)
    texts = [read(card) for card in scene.cards()]
    assert any("quiet\\_otter was timed out by hand" in text for text in texts), texts
    assert any("quiet\\_otter was banned by hand" in text for text in texts), texts
    assert all(f"<@{by}>" in text for text in texts)


async def test_who_has_cases_and_joins_is_told_of_with_a_button(scene: Scene) -> None:
    await scene.choose(return_channel_id=scene.log.id)
    await scene.does("note", user=scene.otter, text="Likes boats")
    scene.world.env.backend.remove_member(scene.guild_id, scene.otter.id)
    await scene.sweep(5)
    scene.world.guild.add_member(scene.otter.user)
    await scene.sweep(5)
    alert = next(card for card in scene.cards() if "came back" in read(card))
    assert "Likes boats" in read(alert)
    listed = await scene.moderator.click(alert, label="History")
    assert listed.followups or listed.response


async def test_a_new_channel_is_closed_to_the_muted(scene: Scene) -> None:
    made = scene.world.guild.create_text_channel("later")
    await scene.world.env.settle()
    client = scene.world.app.client
    channel = client.get_channel(made.id)
    assert isinstance(channel, discord.TextChannel)
    role = channel.guild.get_role(scene.muted.id)
    assert role is not None
    denied = channel.overwrites_for(role)
    assert denied.send_messages is False
    assert denied.add_reactions is False
    assert denied.view_channel is None
