"""Editing and rotating, on both engines and on the wire."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

import pytest
from sqlalchemy import update

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.errors import NotFound, RefusedAddress, UserError
from bot.features.endpoints.edits import Rotated, Rotation
from bot.features.endpoints.ports import NewSecret
from bot.outbox import endpoint_store
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import endpoint as table
from bot.storage.vault import Vault, new_key
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import (
    ADMIN,
    STRANGER,
    draft,
    editing_of,
    endpoints_of,
    rows,
)
from tests.support.emitter_setup import KEY, add_endpoint, joined
from tests.support.receiver import SECRET, Receiver

CHANGED = "Somebody changed “backend” just now; look at it again, then decide."
WAITS = (
    "“backend” has a new secret that waits already: switch to it, or discard it first. "
    "/webhook rotate offers both."
)
GONE_SECRET = "That new secret of “backend” does not wait any more."
MEMBERS = ("member.*",)
TOKEN = "Bearer s3cr3t-t0ken"


async def arrives(running: Emitter, receiver: Receiver) -> dict[str, str]:
    """The headers of one more event, whose signature the receiver has checked."""
    count = len(receiver.requests)
    await running.outbox.record(joined(running.clock))
    await receiver.has(count + 1)
    await running.worker.idle()
    return dict(receiver.requests[-1].headers)


async def refused(running: Emitter, change: Awaitable[object], sentence: str) -> None:
    """That change is refused in those words, and no row moves."""
    await running.worker.idle()
    before = await rows(running.database)
    with pytest.raises(UserError) as error:
        await change
    assert str(error.value) == sentence
    assert await rows(running.database) == before


async def rotated(running: Emitter, mode: Rotation) -> Rotated:
    return await editing_of(running).rotate(ADMIN, "backend", mode)


def made_at(endpoint: Endpoint) -> int:
    assert endpoint.next_secret_at is not None
    return to_ms(endpoint.next_secret_at)


async def test_a_secret_switched_at_once_signs_what_leaves_next(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    await arrives(running, receiver)
    shown: list[str] = []

    async def show(new: NewSecret) -> None:
        await arrives(running, receiver)  # with the old one, while nobody has seen the new one
        shown.append(new.secret)
        assert new.secret not in repr(new)

    new = await editing_of(running).rotate(ADMIN, "backend", Rotation.AT_ONCE, show=show)
    assert [new.secret] == shown != [SECRET]
    assert (new.waits, new.endpoint.next_secret_at) == (False, None)
    receiver.secret = new.secret
    signature = (await arrives(running, receiver))["Phantom-Signature"]
    assert signature.count("v1=") == 1
    assert new.secret not in repr(new)
    assert new.secret not in str(await rows(running.database))


async def test_a_kept_secret_signs_until_the_switch_also_after_a_restart(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    new = await rotated(running, Rotation.KEEP_OLD)
    signature = (await arrives(running, receiver))["Phantom-Signature"]
    assert signature.count("v1=") == 1
    await running.stop()
    running = await emitter()
    await arrives(running, receiver)
    switched = await editing_of(running).switch(ADMIN, 1, made_at(new.endpoint))
    assert switched.next_secret_at is None
    receiver.secret = new.secret
    await arrives(running, receiver)
    twice = editing_of(running).switch(ADMIN, 1, made_at(new.endpoint))
    await refused(running, twice, GONE_SECRET)
    types = [row["event_type"] for row in (await rows(running.database))["audit_entry"]]
    assert types == ["endpoint.rotated", "endpoint.switched"]


@pytest.mark.parametrize("mode", Rotation)
async def test_a_second_rotation_before_the_switch_loses_nothing(
    emitter: OpenEmitter, receiver: Receiver, mode: Rotation
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    new = await rotated(running, Rotation.KEEP_OLD)
    await refused(running, editing_of(running).rotate(ADMIN, "backend", mode), WAITS)
    await editing_of(running).switch(ADMIN, 1, made_at(new.endpoint))
    receiver.secret = new.secret
    await arrives(running, receiver)


async def test_a_discarded_secret_is_gone_and_its_buttons_know_only_it(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    first = await rotated(running, Rotation.KEEP_OLD)
    await editing_of(running).discard(ADMIN, 1, made_at(first.endpoint))
    await arrives(running, receiver)
    clock.advance(1)
    await rotated(running, Rotation.KEEP_OLD)
    stale = editing_of(running).switch(ADMIN, 1, made_at(first.endpoint))
    await refused(running, stale, GONE_SECRET)
    with pytest.raises(NotFound):
        await editing_of(running).switch(STRANGER, 1, made_at(first.endpoint))


async def test_an_edit_is_stored_sealed_audited_and_sent(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url("/old"), patterns=MEMBERS, secret=SECRET)
    typed = {
        "name": " Back  end ",
        "url": receiver.url("/new?key=abc"),
        "description": "for the team",
        "headers": f"Authorization: {TOKEN}\nX-Team: moderation",
    }
    edited = await editing_of(running).edit(ADMIN, endpoint, draft(endpoint, **typed))
    assert (edited.name, edited.description) == ("Back end", "for the team")
    assert editing_of(running).header_names(edited) == ("Authorization", "X-Team")
    headers = await arrives(running, receiver)
    assert (headers["Authorization"], headers["X-Team"]) == (TOKEN, "moderation")
    assert receiver.requests[-1].path == "/new"
    stored = await rows(running.database)
    assert TOKEN not in str(stored)
    assert "key=abc" not in str(stored["audit_entry"]) + str(stored["body"])
    assert stored["audit_entry"][-1]["event_type"] == "endpoint.edited"
    assert '"headers": ["Authorization", "X-Team"]' in stored["audit_entry"][-1]["context"]
    assert TOKEN not in repr(edited) + repr(draft(endpoint, **typed))
    kept = draft(edited, headers="Authorization: …", name="backend")
    again = await editing_of(running).edit(ADMIN, edited, kept)
    assert again.url == receiver.url("/new?key=abc")
    headers = await arrives(running, receiver)
    assert headers["Authorization"] == TOKEN
    assert "X-Team" not in headers


async def test_the_dialects_headers_go_before_an_older_header_of_that_name(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    sealed = running.vault.seal('{"phantom-signature": "t=1,v1=00", "X-A": "1"}')
    async with running.database.transaction() as tx:
        await tx.execute(update(table).values(headers=sealed))
        await running.registry.subscribe(tx, endpoint, ("*",), running.clock.now())
    headers = await arrives(running, receiver)
    assert headers["X-A"] == "1"
    assert "t=1,v1=00" not in str(headers)


async def test_of_two_admins_who_edit_at_once_the_later_is_told(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    service = editing_of(running)
    await service.edit(ADMIN, seen, draft(seen, description="first"))
    late = service.edit(ADMIN, seen, draft(seen, description="second"))
    await refused(running, late, CHANGED)
    stale = service.subscribe(ADMIN, seen.id, "member.left", seen.version)
    await refused(running, stale, CHANGED)
    both = await asyncio.gather(
        *(service.subscribe(ADMIN, 1, name, 1) for name in ("member.left", "member.joined")),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in both) == ["Endpoint", "UserError"]
    (won,) = [one for one in both if isinstance(one, Endpoint)]
    now = await endpoints_of(running).get(ADMIN.guild_id, "backend")
    assert now.patterns == won.patterns
    in_memory = running.lanes.index.get(1)
    assert in_memory is not None
    assert (in_memory.patterns, in_memory.version) == (now.patterns, now.version)


async def test_new_events_are_owed_from_the_next_one_on(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), patterns=("member.left",), secret=SECRET)
    assert await running.outbox.record(joined(running.clock)) is None
    await editing_of(running).subscribe(ADMIN, 1, "member.joined, member.*", 0)
    await arrives(running, receiver)
    same = await editing_of(running).subscribe(ADMIN, 1, ["member.*"], 1)
    assert (same.version, same.patterns) == (1, ("member.*",))


@dataclass(frozen=True, slots=True)
class Bad:
    typed: dict[str, str]
    sentence: str


@pytest.mark.parametrize(
    "bad",
    [
        Bad({"name": ""}, "Use a name of 1 to 40 characters."),
        Bad({"name": "OTHER"}, "There is a webhook “OTHER” already; choose another name."),
        Bad({"description": "x" * 201}, "Use a description of at most 200 characters."),
        Bad({"headers": "Host: x"}, "The header “Host” is not yours to set; leave it out."),
        Bad(
            {"headers": "idempotency-key: x"},
            "The header “idempotency-key” is not yours to set; leave it out.",
        ),
    ],
    ids=lambda bad: next(iter(bad.typed.items()))[1][:12],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    emitter: OpenEmitter, receiver: Receiver, bad: Bad
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url())
    await add_endpoint(running, receiver.url(), name="other")
    edit = editing_of(running).edit(ADMIN, seen, draft(seen, **bad.typed))
    await refused(running, edit, bad.sentence)


async def test_an_address_is_guarded_and_another_server_finds_nothing(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url())
    before = await rows(running.database)
    service = editing_of(running)
    with pytest.raises(RefusedAddress):
        await service.edit(ADMIN, seen, draft(seen, url="https://10.0.0.1/"))
    with pytest.raises(NotFound):
        await service.edit(STRANGER, seen, draft(seen))
    with pytest.raises(NotFound):
        await service.subscribe(STRANGER, seen.id, "*", 0)
    with pytest.raises(NotFound):
        await service.rotate(STRANGER, "backend", Rotation.AT_ONCE)
    assert await rows(running.database) == before


async def test_a_changed_key_seals_everything_anew(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    seen, _ = await add_endpoint(running, receiver.url(), patterns=MEMBERS, secret=SECRET)
    await editing_of(running).edit(ADMIN, seen, draft(seen, headers="X-A: 1"))
    new = await rotated(running, Rotation.KEEP_OLD)
    vault = Vault([key := new_key()])
    async with running.database.transaction() as tx:
        await endpoint_store.reseal(tx, Vault([key, KEY]).reseal)
    (row,) = (await rows(running.database))["endpoint"]
    assert vault.open(bytes(row["secret"])) == SECRET
    assert vault.open(bytes(row["next_secret"])) == new.secret
    assert vault.open(bytes(row["headers"])) == '{"X-A": "1"}'
