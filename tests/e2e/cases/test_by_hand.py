"""What the gateway tells of acts by hand, in the simulated Discord: the case follows."""

from datetime import timedelta

from bot.features.cases.model import CaseState
from tests.e2e.cases.scene import Scene, said
from tests.support.messages import read

HAND_WAIT = 20.0  # a sweep after the wait for the audit entry


async def test_a_timeout_lifted_by_hand_closes_the_case(scene: Scene) -> None:
    await scene.does("timeout", user=scene.otter, duration="1h")
    backend = scene.world.env.backend
    backend.edit_member(scene.guild_id, scene.otter.id, {"timed_out_until": None})
    await scene.world.env.settle()
    await scene.sweep(HAND_WAIT)
    assert (await scene.case(1)).state is CaseState.REVOKED
    assert (await scene.types())[1:] == ["case.updated"]


async def test_a_timeout_made_longer_by_hand_moves_its_case_s_end(scene: Scene) -> None:
    await scene.does("timeout", user=scene.otter, duration="1h")
    until = scene.world.clock.now() + timedelta(hours=5)
    backend = scene.world.env.backend
    backend.edit_member(scene.guild_id, scene.otter.id, {"timed_out_until": until.isoformat()})
    await scene.world.env.settle()
    await scene.sweep(HAND_WAIT)
    assert (await scene.case(1)).expires_at == until
    assert f"<t:{int(until.timestamp())}:f>" in read(scene.cards()[0])


async def test_a_role_taken_off_by_hand_closes_the_case(scene: Scene) -> None:
    await scene.does("mute", user=scene.otter)
    scene.world.env.backend.remove_member_role(scene.guild_id, scene.otter.id, scene.muted.id)
    await scene.world.env.settle()
    await scene.sweep(HAND_WAIT)
    assert (await scene.case(1)).state is CaseState.REVOKED
    assert scene.muted.id not in scene.roles_of(scene.otter)


async def test_a_rejoin_is_no_act_by_hand(scene: Scene) -> None:
    await scene.does("mute", user=scene.otter)
    backend = scene.world.env.backend
    backend.remove_member(scene.guild_id, scene.otter.id)
    await scene.world.env.settle()
    since, voice = "2026-01-01T00:01:00+00:00", {"deaf": False, "mute": False}
    back = scene.world.guild.add_member(scene.otter.user)
    backend.get_member(scene.guild_id, back.id).joined_at = since
    await scene.world.gateway("GUILD_MEMBER_ADD", back, roles=(), joined_at=since, flags=0, **voice)
    await scene.sweep(HAND_WAIT)
    assert (await scene.case(1)).state is CaseState.ACTIVE
    assert scene.muted.id in scene.roles_of(scene.otter)


async def test_who_is_away_is_pardoned_and_the_answer_says_when(scene: Scene) -> None:
    await scene.does("timeout", user=scene.otter, duration="24h")
    backend = scene.world.env.backend
    backend.remove_member(scene.guild_id, scene.otter.id)
    await scene.world.env.settle()
    answer = await scene.does("untimeout", user=scene.otter.user)
    assert "once they are back" in said(answer)
    shown = await scene.does("case view", number=1)
    assert "once they are back" in said(shown)
