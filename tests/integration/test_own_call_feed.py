"""Own calls of one process are known in the one that hears of them: nobody takes it for a thief."""

from bot.client.own_call_feed import TOPIC, OwnCallFeed
from bot.clock import ManualClock
from bot.own_calls import NEW, OwnCalls
from tests.support.emitter_setup import GUILD
from tests.support.watched import Watched, beside, listening

PEOPLE = range(600_000_000_000_000_001, 600_000_000_000_000_201)  # as many as one call bans


async def test_what_one_process_does_explains_the_log_in_another(
    postgres_url: str, clock: ManualClock
) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        ours, theirs = OwnCalls(clock), OwnCalls(clock)
        feed, _other = OwnCallFeed(ours, here), OwnCallFeed(theirs, there)
        told = Watched(there, TOPIC)
        for database in (here, there):
            await listening(database)
        await feed.tell(GUILD, "kick", PEOPLE)  # there is nobody else yet
        here.signals.others = True
        await feed.tell(GUILD, "ban", PEOPLE)
        await feed.tell(GUILD, "role_create", [NEW])
        await told.until(lambda: len([one for one in told.told if one]) == 2)
        there.changes.reload()
        assert all(theirs.explains(GUILD, "ban", one) for one in PEOPLE)
        assert not theirs.explains(GUILD, "ban", PEOPLE[0])
        assert theirs.explains(GUILD, "role_create", 5)
        assert not theirs.explains(GUILD, "kick", PEOPLE[0])
        assert not ours.explains(GUILD, "ban", PEOPLE[0])  # whoever acts notes it by itself
