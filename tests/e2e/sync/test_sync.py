"""Networks of servers in the simulated Discord: two managers, a code, a ban that travels."""

from bot.clock import ManualClock
from tests.e2e.cases.scene import said
from tests.e2e.sync.scene import sync_scene
from tests.support.emitter_setup import config_for


async def test_two_servers_agree_and_a_ban_travels(sqlite_url: str, clock: ManualClock) -> None:
    async with sync_scene(config_for(sqlite_url), clock) as scene:
        assert "switches it on" in said(await scene.home("create", name="Harbours"))
        await scene.agree()
        assert "leads nowhere" in said(await scene.away("join", code="0123abcd"))
        status = said(await scene.away("status"))
        assert r"**\*Harbours\***: sends nothing; takes over kicks, bans" in status

        channel = scene.world.channel
        banned = await scene.captain.slash(channel, "ban", user=scene.mine, reason="Boats")
        assert "was banned" in said(banned)
        await scene.travels()
        assert scene.there.get_ban(scene.otter) is not None

        assert "has left" in said(await scene.away("leave", network=1))
        assert "no such network" in said(await scene.away("leave", network=1))
        assert "no such network" in said(await scene.away("invite", network=1))
        assert "nobody else yet" in said(await scene.home("status"))
