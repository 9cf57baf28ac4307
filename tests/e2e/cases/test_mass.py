"""`/massban` and `/massmute` in Discord."""

import discord

from tests.e2e.cases.scene import Scene, said
from tests.support.messages import read


async def test_a_mass_ban_is_one_call_one_line_and_a_case_for_each(scene: Scene) -> None:
    env = scene.world.env
    stranger = env.create_user("stranger")
    asked_from = len(env.http_requests)
    result = await scene.does(
        "massban",
        users=f"{scene.otter.id} <@{stranger.id}> {scene.pilot.id}",
        reason="Raid",
        delete="1h",
    )
    assert "2 people: was banned, cases 1 to 2" in said(result)
    assert "1 was not:" in said(result)
    assert "a role as high as yours" in said(result)
    assert scene.is_banned(scene.otter)
    assert scene.world.guild.get_ban(stranger) is not None
    asked = [one.path for one in env.http_requests[asked_from:] if "ban" in one.path]
    assert asked == [f"/guilds/{scene.guild_id}/bulk-ban"]
    await scene.sweep(5)
    types = await scene.types()
    assert sorted(types) == ["case.created"] * 2 + ["member.banned"] * 2
    (card,) = scene.cards()
    assert "Cases 1 to 2: 2 people were banned" in read(card)
    again = await scene.does("massban", users=f"{stranger.id}")
    assert "they are banned already" in said(again)


async def test_a_mass_ban_without_manage_server_says_so(scene: Scene) -> None:
    me = scene.world.guild.me
    assert me is not None
    rights = discord.Permissions.all()
    rights.update(administrator=False, manage_guild=False)
    backend = scene.world.env.backend
    backend.edit_role(scene.guild_id, me.top_role.id, {"permissions": rights.value})
    await scene.world.env.settle()
    scene.refused(await scene.does("massban", users=f"{scene.otter.id}"), "Manage Server")


async def test_many_are_muted(scene: Scene) -> None:
    result = await scene.does("massmute", users=f"{scene.otter.id}", duration="1h", reason="Raid")
    assert "1 person: was muted, cases 1 to 1" in said(result)
    assert scene.muted.id in scene.roles_of(scene.otter)
    refused = await scene.does("massmute", users="everybody")
    scene.refused(refused, "“everybody” is no id of a person")
