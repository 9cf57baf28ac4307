"""New secrets: each is shown before it is stored, and none that nobody saw ever signs."""

import asyncio
from functools import partial

import pytest

from bot.errors import UserError
from bot.features.endpoints.edits import Rotated, Rotation
from bot.features.endpoints.ports import NewSecret
from bot.features.endpoints.service import Created
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import ADMIN, editing_of, endpoints_of, rows
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.loops import turn
from tests.support.receiver import SECRET, Receiver

MEMBERS = ("member.*",)
LOCAL = "http://127.0.0.1:65000/hook"
CHANGED = "Somebody changed “backend” just now; look at it again, then decide."


@pytest.mark.parametrize("end", [RuntimeError("refused"), asyncio.CancelledError()])
async def test_an_endpoint_whose_secret_nobody_saw_is_none(
    emitter: OpenEmitter, end: BaseException
) -> None:
    running = await emitter()

    async def show(_new: NewSecret) -> None:
        # What a crash just now would leave; and no transaction is open.
        assert not any((await rows(running.database)).values())
        async with running.database.transaction():
            raise end

    with pytest.raises(type(end)):
        await endpoints_of(running).create(ADMIN, name="a", url=LOCAL, patterns="*", show=show)
    assert not any((await rows(running.database)).values())
    assert running.lanes.index.all() == []


async def test_of_two_clicks_at_a_creation_the_later_shows_no_other_secret(
    emitter: OpenEmitter,
) -> None:
    running = await emitter()
    service, shown = endpoints_of(running), list[str]()

    async def show(new: NewSecret) -> None:
        shown.append(new.secret)
        await turn()  # Discord takes its time

    click = partial(service.create, ADMIN, name="a", url=LOCAL, patterns="*", show=show)
    results = await asyncio.gather(click(), click(), return_exceptions=True)
    (made,) = [one for one in results if isinstance(one, Created)]
    (lost,) = [one for one in results if isinstance(one, UserError)]
    assert str(lost) == "There is a webhook “a” already; choose another name."
    assert shown == [made.secret]
    sealed = bytes((await rows(running.database))["endpoint"][0]["secret"])
    assert running.vault.open(sealed) == made.secret


@pytest.mark.parametrize("mode", Rotation)
@pytest.mark.parametrize("end", [RuntimeError("refused"), asyncio.CancelledError()])
async def test_a_new_secret_that_nobody_saw_is_not_stored(
    emitter: OpenEmitter, receiver: Receiver, mode: Rotation, end: BaseException
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    before = await rows(running.database)

    async def show(_new: NewSecret) -> None:
        assert await rows(running.database) == before  # what a crash just now would leave
        raise end

    with pytest.raises(type(end)):
        await editing_of(running).rotate(ADMIN, "backend", mode, show=show)
    assert await rows(running.database) == before
    await running.outbox.record(joined(running.clock))
    await receiver.has(1)  # signed as before


async def test_of_two_clicks_at_a_rotation_the_later_shows_no_other_secret(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    service, shown = editing_of(running), list[str]()

    async def show(new: NewSecret) -> None:
        shown.append(new.secret)
        await turn()  # Discord takes its time

    click = partial(service.rotate, ADMIN, "backend", Rotation.AT_ONCE, version=endpoint.version)
    results = await asyncio.gather(click(show=show), click(show=show), return_exceptions=True)
    won, lost = results
    assert isinstance(won, Rotated)
    assert str(lost) == CHANGED
    assert shown == [won.secret]


async def test_two_who_rotate_at_once_get_one_secret(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    results = await asyncio.gather(
        *(
            editing_of(running).rotate(ADMIN, "backend", Rotation.AT_ONCE, version=endpoint.version)
            for _ in range(2)
        ),
        return_exceptions=True,
    )
    (won,) = [result for result in results if isinstance(result, Rotated)]
    (lost,) = [result for result in results if isinstance(result, UserError)]
    assert str(lost) == CHANGED
    receiver.secret = won.secret
    await running.outbox.record(joined(running.clock))
    await receiver.has(1)
