"""How the client acts: what is asked of Discord, what is not, and what an answer means."""

import asyncio
from datetime import UTC, datetime, timedelta

import discord
import pytest
from simcord.actors import MemberActor

from bot.acts import ActRefused, ActUnknown, Gone, RoleChange
from bot.client.acts import DiscordActs
from bot.clock import Clock, ManualClock
from bot.controls import Post
from tests.e2e.cases.scene import Scene, answer


def acting_through(client: discord.Client, clock: Clock, **limits: float) -> DiscordActs:
    acts = DiscordActs(clock, **limits)
    acts.connect(client)
    return acts


@pytest.fixture
def acts(scene: Scene) -> DiscordActs:
    return acting_through(scene.world.app.client, scene.world.clock, answer_seconds=0.5)


class Asked:
    """What is asked of Discord from here on."""

    def __init__(self, scene: Scene) -> None:
        self._env = scene.world.env
        self._from = len(self._env.http_requests)

    def now(self) -> list[str]:
        return [f"{one.method} {one.path}" for one in self._env.http_requests[self._from :]]


def forget(scene: Scene, member: MemberActor) -> None:
    """As in a server whose members are too many to be listed."""
    guild = scene.world.app.client.get_guild(scene.guild_id)
    known = guild.get_member(member.id) if guild else None
    assert guild is not None
    assert known is not None
    guild._remove_member(known)  # pyright: ignore[reportPrivateUsage] - as Discord leaves it


def take_rights(scene: Scene, **kept: bool) -> None:
    """Leave the bot these permissions, and everybody none."""
    me, backend = scene.world.guild.me, scene.world.env.backend
    assert me is not None
    kept_value = discord.Permissions(**kept).value
    backend.edit_role(scene.guild_id, me.top_role.id, {"permissions": kept_value})
    backend.edit_role(scene.guild_id, scene.guild_id, {"permissions": 0})


async def test_somebody_not_remembered_is_met_by_asking_once_a_minute(
    scene: Scene, acts: DiscordActs
) -> None:
    forget(scene, scene.pilot)
    assert acts.standing(scene.guild_id, scene.pilot.id) is None
    asked = Asked(scene)
    for _again in range(2):
        await acts.meet(scene.guild_id, scene.moderator.id, scene.pilot.id)
    assert asked.now() == [f"GET /guilds/{scene.guild_id}/members/{scene.pilot.id}"]
    met = acts.standing(scene.guild_id, scene.pilot.id)
    assert met is not None
    assert met.may("ban_members")
    assert not met.may("manage_guild")
    scene.world.clock.advance(61)
    assert acts.standing(scene.guild_id, scene.pilot.id) is None


async def test_rank_holds_for_somebody_not_remembered(scene: Scene) -> None:
    forget(scene, scene.pilot)
    refused = await scene.does("ban", user=scene.pilot)
    scene.refused(refused, "pilot has a role as high as yours or higher")
    await scene.captain.slash(scene.world.channel, "warn", user=scene.pilot, reason="Late")
    for command, more in (("case edit", {"reason": "On time"}), ("case note", {"text": "No"})):
        scene.world.clock.advance(61)
        refused = await scene.does(command, number=1, **more)
        scene.refused(refused, "pilot has a role as high as yours or higher")
    scene.world.clock.advance(61)
    asked = await scene.does("case delete", number=1)
    refused = await scene.moderator.click(answer(asked), label="Delete it")
    scene.refused(refused, "pilot has a role as high as yours or higher")


async def test_a_look_at_a_stranger_that_fails_stops_the_order(scene: Scene) -> None:
    forget(scene, scene.pilot)
    scene.world.env.inject_error("GET", "/guilds/*/members/*", status=408)
    refused = await scene.does("ban", user=scene.pilot)
    assert "Discord did not answer" in (refused.response.content if refused.response else "")
    assert not scene.is_banned(scene.pilot)
    assert scene.world.errors() == []


async def test_no_answer_in_time_tells_nothing(scene: Scene) -> None:
    acts = acting_through(scene.world.app.client, scene.world.clock, answer_seconds=0.01)
    with pytest.raises(ActUnknown):
        async with acts.asking():
            await asyncio.Event().wait()


async def test_without_the_server_nothing_is_known(scene: Scene, acts: DiscordActs) -> None:
    assert acts.guild(1) is None
    assert acts.standing(1, scene.otter.id) is None
    assert acts.own_standing(1) is None
    assert acts.roles(1) == {}
    with pytest.raises(ActUnknown):
        await acts.is_banned(1, scene.otter.id)


async def test_what_memory_says_would_be_refused_is_not_asked(
    scene: Scene, acts: DiscordActs
) -> None:
    take_rights(scene, view_channel=True)
    await scene.world.env.settle()
    guild_id, otter, asked = scene.guild_id, scene.otter.id, Asked(scene)
    channel_id = scene.world.channel.id
    now = scene.world.env.now()
    for act, named in (
        (acts.ban(guild_id, otter, reason="x", delete_seconds=0), "Ban Members"),
        (acts.unban(guild_id, otter, reason="x"), "Ban Members"),
        (acts.is_banned(guild_id, otter), "Ban Members"),
        (acts.kick(guild_id, otter, reason="x"), "Kick Members"),
        (acts.timeout(guild_id, otter, until=now, reason="x"), "Timeout Members"),
        (acts.change_roles(guild_id, otter, RoleChange(), reason="x"), "Manage Roles"),
        (acts.send(guild_id, channel_id, Post(text="x")), "Send Messages"),
        (acts.delete_messages(guild_id, channel_id, [1], reason="x"), "Manage Messages"),
        (
            anext(acts.history(guild_id, channel_id, before=None, after=None)),
            "Read Message History",
        ),
    ):
        with pytest.raises(ActRefused, match=named):
            await act
    assert asked.now() == []


async def test_nobody_above_the_bot_is_acted_upon(scene: Scene, acts: DiscordActs) -> None:
    high = scene.world.guild.create_role("High", position=40)
    admiral = scene.world.guild.add_member(scene.world.env.create_user("admiral"), roles=[high])
    await scene.world.env.settle()
    asked = Asked(scene)
    for user_id in (admiral.id, scene.world.guild.owner.id):
        with pytest.raises(ActRefused, match="not below mine"):
            await acts.ban(scene.guild_id, user_id, reason="x", delete_seconds=0)
    assert asked.now() == []


async def test_what_is_not_there_is_gone(scene: Scene, acts: DiscordActs) -> None:
    stranger = scene.world.env.create_user("stranger")
    with pytest.raises(Gone):
        await acts.kick(scene.guild_id, stranger.id, reason="x")
    with pytest.raises(Gone):
        await acts.unban(scene.guild_id, stranger.id, reason="x")
    with pytest.raises(Gone):
        await acts.account(42)
    with pytest.raises(Gone):
        await acts.send(scene.guild_id, 42, Post(text="x"))
    assert await acts.member(scene.guild_id, stranger.id) is None
    assert not await acts.is_banned(scene.guild_id, stranger.id)


async def test_roles_are_given_and_taken_one_by_one(scene: Scene, acts: DiscordActs) -> None:
    lost = scene.world.guild.create_role("Lost")
    await scene.world.env.settle()
    change = RoleChange(give=(scene.muted.id, scene.quarantined.id))
    await acts.change_roles(scene.guild_id, scene.otter.id, change, reason="x")
    assert scene.roles_of(scene.otter) == {scene.muted.id, scene.quarantined.id}
    scene.world.env.backend.delete_role(scene.guild_id, lost.id)
    await scene.world.env.settle()
    # A role that is gone is taken already, and cannot be given.
    taken = RoleChange(take=(lost.id, scene.muted.id))
    await acts.change_roles(scene.guild_id, scene.otter.id, taken, reason="x")
    assert scene.roles_of(scene.otter) == {scene.quarantined.id}
    with pytest.raises(ActRefused, match="a role is gone"):
        await acts.change_roles(
            scene.guild_id, scene.otter.id, RoleChange(give=(lost.id,)), reason="x"
        )


async def test_history_comes_newest_first_and_stops_at_its_end(
    scene: Scene, acts: DiscordActs
) -> None:
    sent: list[discord.Message] = []
    for count in range(5):
        sent.append(await scene.otter.send(scene.world.channel, f"{count}"))
        await scene.world.env.advance_time(1)
    found = acts.history(
        scene.guild_id,
        scene.world.channel.id,
        before=sent[4].created_at,
        after=sent[0].created_at,
    )
    assert [message.message_id async for message in found] == [sent[n].id for n in (3, 2, 1)]


async def test_nothing_is_older_than_discord(scene: Scene, acts: DiscordActs) -> None:
    """Discord refuses the id that stands for a moment before its first."""
    asked = Asked(scene)
    old = datetime(2010, 1, 1, tzinfo=UTC)
    found = acts.history(scene.guild_id, scene.world.channel.id, before=old, after=None)
    assert [message async for message in found] == []
    assert asked.now() == []


async def test_a_member_as_discord_tells_now(scene: Scene, acts: DiscordActs) -> None:
    until = scene.world.env.now() + timedelta(minutes=5)
    await acts.timeout(scene.guild_id, scene.otter.id, until=until, reason="x")
    change = RoleChange(give=(scene.muted.id,))
    await acts.change_roles(scene.guild_id, scene.otter.id, change, reason="x")
    seen = await acts.member(scene.guild_id, scene.otter.id)
    assert seen is not None
    assert (seen.role_ids, seen.timed_out_until) == (frozenset({scene.muted.id}), until)


async def test_a_client_that_is_closed_tells_nothing(clock: ManualClock) -> None:
    client = discord.Client(intents=discord.Intents.none())
    await client.close()
    with pytest.raises(ActUnknown, match="there is no connection"):
        await acting_through(client, clock).account(42)


async def test_one_message_that_is_gone_counts_as_deleted(scene: Scene, acts: DiscordActs) -> None:
    """Of several Discord passes over it; of one alone it says so."""
    channel_id = scene.world.channel.id
    for count in (1, 2):
        sent = [await scene.otter.send(scene.world.channel, "x") for _ in range(count)]
        ids = [message.id for message in sent]
        await acts.delete_messages(scene.guild_id, channel_id, ids, reason="x")
        await acts.delete_messages(scene.guild_id, channel_id, ids, reason="x")
