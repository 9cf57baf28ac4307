"""Raids in the simulated Discord: joins, channels, commands, the log, what the receiver gets."""

from bot.clock import ManualClock
from tests.e2e.cases.scene import said
from tests.e2e.raids.scene import protected
from tests.support.emitter_setup import config_for
from tests.support.messages import read
from tests.support.receiver import Receiver

SEND = 1 << 11


async def test_a_raid_from_the_eighth_join_to_its_release(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        scene = made.scene
        channel = scene.world.env.backend.channels[scene.world.channel.id]
        before = [repr(one) for one in channel.overwrites]
        await made.choose("raids", enabled=True, account_days=0, lockdown=True)
        early = await made.join(7)
        assert await made.told("security.raid_detected") == []
        late = await made.join(2, "straggler")
        await made.sweep()
        for one in (*early, *late):
            assert scene.roles_of(one) == {scene.quarantined.id}
        ((_kind, told),) = await made.told("security.raid_detected")
        assert (told["joins_in_window"], told["action_taken"]) == (8, "quarantine")
        everybody = next(one for one in channel.overwrites if one.target_id == scene.guild_id)
        assert everybody.deny & SEND
        (post,) = made.posts()
        assert "A raid: 8 people joined within 10 s" in read(post)
        status = said(await scene.captain.slash(scene.world.channel, "antiraid status"))
        assert "9 came, 9 dealt with, 0 to go" in status
        answer = said(await scene.captain.slash(scene.world.channel, "antiraid release"))
        assert "9 people are being let go" in answer
        await made.sweep(61)
        assert all(scene.roles_of(one) == set() for one in (*early, *late))
        assert [repr(one) for one in channel.overwrites] == before


async def test_commands(sqlite_url: str, clock: ManualClock, receiver: Receiver) -> None:
    async with protected(config_for(sqlite_url), clock, receiver) as made:
        scene, channel = made.scene, made.scene.world.channel

        async def use(command: str) -> str:
            return said(await scene.captain.slash(channel, f"antiraid {command}"))

        assert "switched off" in await use("start")
        assert "switched off" in await use("panel")
        await made.choose("raids", enabled=True, action="alert")
        assert "has begun" in await use("start")
        assert "lasts already" in await use("start")
        assert "is over" in await use("end")
        assert "no raid" in await use("end")
        assert "none" not in await use("status")
        scene.world.errors()
