"""The process dies at any await, or there are two: each message is there once, as it is to be."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

import pytest

from bot.acts import Outcome
from bot.posts.store import Addressee
from bot.storage.database import Database
from tests.integration.posts.posts_env import HERE, LEASE, NOTE, SIGN, Signs
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.emitter_setup import GUILD


async def cut_at(signs: Signs, work: Coroutine[Any, Any, object], point: int) -> bool:
    """Whether the work was cut at that await: as by a death, where the driver stands it."""
    if signs.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


async def whole(signs: Signs, subject_id: int, kind: str, to: Addressee) -> None:
    """Owed, paid, changed and paid again."""
    for words in ("open", "closed"):
        async with signs.database.transaction() as tx:
            said = {subject_id: f"{words} {subject_id}"}
            tx.on_commit(partial(signs.words.update, said))
            await signs.posts.owe(tx, kind, subject_id, to, soon=False)
        await signs.posts.pay(kind, subject_id)


@pytest.mark.parametrize("kind", [SIGN, NOTE])
async def test_a_crash_at_any_await(signs: Signs, kind: str) -> None:
    person = signs.discord.enter(1001)
    to = HERE if kind == SIGN else Addressee(GUILD, user_id=person)
    cut = list[int]()
    for point in range(1, 200):
        if not await cut_at(signs, whole(signs, point, kind, to), point):
            break
        cut.append(point)
    assert len(cut) > 10
    signs.posts = signs.process()
    await signs.sweep(after=LEASE)
    texts = [post.text for _to, post in signs.discord.letters] + list(signs.shown.values())
    assert len(texts) == len(set(texts))  # the numbers are in them
    for subject_id in cut:
        record = await signs.record(subject_id, kind)
        if record is None:  # its transaction was cut
            assert not [text for text in texts if text.endswith(f" {subject_id}")]
            continue
        assert (record.is_owed, record.outcome) == (False, Outcome.SENT)
        assert signs.words[subject_id] in texts


async def test_a_crash_at_any_await_of_a_drop(signs: Signs) -> None:
    async def gone(subject_id: int) -> None:
        await signs.drop(subject_id)
        await signs.posts.pay(SIGN, subject_id)

    cut = list[int]()
    for point in range(1, 200):
        await signs.write(f"open {point}", point)
        await signs.sweep()
        if not await cut_at(signs, gone(point), point):
            break
        cut.append(point)
        signs.words.setdefault(point, f"open {point}")
    assert len(cut) > 5
    signs.posts = signs.process()
    await signs.sweep(after=LEASE)
    for point in cut:
        record = await signs.record(point)
        text = signs.shown[point]
        assert text == ("taken away by queen" if record is None else f"open {point}")


async def test_two_processes_send_each_once(signs: Signs, database_url: str) -> None:
    for number in range(1, 61):
        await signs.write(f"open {number}", number)
    others = [signs.process() for _ in range(3)]
    second = Database(database_url) if not signs.database.is_sqlite else None
    if second is not None:
        await second.open()
        signs.database = second
        others.append(signs.process())
    await asyncio.gather(*(one.sweep() for one in others))
    assert sorted(signs.shown.values()) == sorted(f"open {number}" for number in range(1, 61))
    if second is not None:
        await second.close()


async def test_two_that_pay_the_same_send_it_once(signs: Signs) -> None:
    async with signs.database.transaction() as tx:
        signs.words[1] = "open"
        await signs.posts.owe(tx, SIGN, 1, HERE, soon=False)
    await asyncio.gather(*(one.pay(SIGN, 1) for one in (signs.posts, signs.process())))
    assert signs.called("send") == 1
