"""Bans in vektor, on both engines: one event with departures, to subscribe to and to try."""

import pytest

from bot.catalogue.members import MemberBanned, MemberLeft
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import (
    ADMIN,
    deliveries_of,
    editing_of,
    endpoints_of,
)
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.receiver import Receiver


@pytest.mark.parametrize("pattern", ["member.left", "member.banned", "member.*", "*"])
async def test_one_subscription_of_vektor_covers_departures_and_bans(
    emitter: OpenEmitter, receiver: Receiver, pattern: str
) -> None:
    running = await emitter()
    await add_endpoint(
        running, receiver.url(), patterns=(pattern,), secret=receiver.secret, dialect="vektor"
    )
    ban = MemberBanned.sample(GUILD)

    await running.outbox.record(MemberLeft.sample(GUILD))
    await running.outbox.record(ban)
    for unknown in (False, None):
        told = await running.outbox.record(ban.model_copy(update={"was_member": unknown}))
        assert told is None
    await receiver.has(2)
    await quiet(running)
    assert [one.type for one in receiver.requests] == ["member.leave"] * 2

    await deliveries_of(running).test(ADMIN, "backend")
    await receiver.until(lambda: len(receiver.requests) > 2)
    await quiet(running)
    tested = [one for one in receiver.requests[2:] if one.type == "member.leave"]
    assert [one.json["data"]["username"] for one in tested] == ["former_member"]


async def test_a_ban_is_chosen_in_vektor_as_the_departure_that_it_is_told_as(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    made = await endpoints_of(running).create(
        ADMIN, name="a", url=receiver.url(), dialect="vektor", patterns="member.banned, member.left"
    )
    assert made.endpoint.patterns == ("member.left",)
    changed = await editing_of(running).subscribe(ADMIN, made.endpoint.id, "member.banned", 0)
    assert changed.version == made.endpoint.version


async def test_in_the_other_dialects_a_ban_is_no_departure(
    emitter: OpenEmitter, receiver: Receiver
) -> None:
    running = await emitter()
    for name in ("phantom", "standard"):
        await add_endpoint(
            running,
            receiver.url(),
            name=name,
            patterns=("member.left",),
            secret=receiver.secret,
            dialect=name,
        )
    assert await running.outbox.record(MemberBanned.sample(GUILD)) is None
