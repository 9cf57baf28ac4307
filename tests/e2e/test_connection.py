"""The connection to Discord, as what goes by time sees it."""

from bot.clock import ManualClock
from tests.support.emitter_setup import config_for
from tests.support.simulated import simulated


async def test_a_lost_connection_is_seen_while_it_lasts_and_counted_afterwards(
    sqlite_url: str, clock: ManualClock
) -> None:
    async with simulated(config_for(sqlite_url), clock) as world:
        acts, shard = world.app.parts.core.acts, world.app.client.shards[0]
        assert acts.is_connected
        before = acts.sessions
        await shard.disconnect()
        assert not acts.is_connected
        await shard.reconnect()
        await world.env.settle()
        assert acts.is_connected
        assert acts.sessions > before
