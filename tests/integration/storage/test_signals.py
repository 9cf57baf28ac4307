"""Signals to the other processes on one PostgreSQL: said after the commit, each once."""

from collections.abc import Collection

from bot.storage.database import Database
from tests.support.watched import Watched, beside, listening


class Heard:
    """What a process heard of one topic."""

    def __init__(self, database: Database, topic: str) -> None:
        self.keys: list[str | None] = []
        database.signals.watch(topic, self._note)
        self._watched = Watched(database, topic)

    def _note(self, keys: Collection[str] | None) -> None:
        self.keys += [None] if keys is None else keys

    async def has(self, *keys: str) -> None:
        await self._watched.until(lambda: set(keys) <= set(self.keys))


async def test_others_hear_it_and_who_is_alone_says_nothing(postgres_url: str) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        ours, theirs = Heard(here, "sweep"), Heard(there, "sweep")
        await listening(there)
        await here.start()
        here.signals.put("sweep", "lost")
        here.signals.others = True
        for name in ("posts", "posts", "raids"):
            here.signals.put("sweep", name)
        await theirs.has("posts", "raids")
        assert theirs.keys == [None, "posts", "raids"]  # a gap, as it began to listen
        assert ours.keys in ([], [None])


async def test_many_keys_are_said_in_batches(postgres_url: str) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        theirs = Heard(there, "due")
        await listening(there)
        here.signals.others = True
        keys = [f"{10**17 + number}" for number in range(1_000)]
        for key in keys:
            here.signals.put("due", key)
        await here.start()
        await theirs.has(*keys)
        assert len(theirs.keys) == 1_001


async def test_what_a_stop_finds_unsaid_is_said(postgres_url: str) -> None:
    async with beside(postgres_url) as there:
        theirs = Heard(there, "due")
        await listening(there)
        async with beside(postgres_url) as here:
            here.signals.others = True
            here.signals.put("due", "7")
        await theirs.has("7")
