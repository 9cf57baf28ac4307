"""Create, edit, test and delivery: one guard at every door, and one spelling behind them all."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.delivery.guard import GuardPolicy
from bot.errors import RefusedAddress
from bot.features.endpoints.edits import EndpointDraft
from bot.outbox.tables import DeliveryState, attempt, delivery, endpoint
from tests.conftest import OpenEmitter
from tests.integration.delivery.receivers import OK, Receiver, answers
from tests.integration.endpoints.endpoints_env import ADMIN, deliveries_of, editing_of, endpoints_of
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint, config_for, joined
from tests.support.rows import rows

LOOPBACK = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0177.0.0.1", "0177.1", "017700000001"),
    *("0x7f.0.0.1", "0x7f000001", "0X7F.1", "127.0.0.01", "\uff11\uff12\uff17.0.0.1"),
    *("127\u30020\u30020\u30021", "127.0.0.1.", "localhost", "LOCALHOST", "localhost."),
    *("a.localhost", "0.0.0.0", "0", "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]"),
    *("[64:ff9b:1::127.0.0.1]", "[2002:7f00:1::]", "[2001:0:7f00:1::80ff:fffe]"),
    *("[2606:4700::5efe:127.0.0.1]", "[fe80::1%25lo]", "[::1%25lo]", "user@127.0.0.1"),
    *("example.com@127.0.0.1", "127.0.0.1%00"),
]
ELSEWHERE = [
    *("169.254.169.254", "[fd00:ec2::254]", "168.63.129.16", "100.100.100.200", "10.0.0.1"),
    *("metadata", "METADATA.google.internal", "metadata.google.internal.", "Metadata.Goog"),
    *("[64:ff9b::a9fe:a9fe]", "intranet"),
]
SHAPES = [
    "http://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "https:\\\\127.0.0.1:{port}/",
    "https://example.com\\@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}\t/",
    "https://127.0.0.1\n:{port}/",
    "https://example.com:22/",
    "https://example.com:6379/",
]


def refused(port: int) -> list[str]:
    """Every URL that must not pass, most of them for a port where somebody would answer."""
    hosts = [f"https://{host}:{port}/" for host in LOOPBACK + ELSEWHERE]
    return hosts + [shape.replace("{port}", str(port)) for shape in SHAPES]


@pytest.fixture
async def strict(database_url: str, clock: ManualClock) -> AsyncGenerator[Emitter]:
    """An emitter that may dial the public internet only, as every instance by default."""
    running = await Emitter.open(config_for(database_url), clock, policy=GuardPolicy())
    await running.start()
    yield running
    await running.stop()


async def test_no_spelling_gets_in_by_a_form(strict: Emitter) -> None:
    known, _ = await add_endpoint(strict, "https://hooks.example.com/", name="known")
    before = await rows(strict.database, endpoint)
    creating, editing = endpoints_of(strict), editing_of(strict)
    async with Receiver(answers(OK)) as receiver:
        for text in refused(receiver.port):
            with pytest.raises(RefusedAddress) as at_creation:
                await creating.create(ADMIN, name="new", url=text, patterns="*")
            with pytest.raises(RefusedAddress) as at_editing:
                await editing.edit(ADMIN, known, EndpointDraft("known", text, "", ""))
            assert str(at_creation.value) == str(at_editing.value)

    assert await rows(strict.database, endpoint) == before
    assert receiver.connections == 0


async def test_what_is_stored_already_is_refused_by_test_and_delivery(
    strict: Emitter, clock: ManualClock
) -> None:
    deliveries = deliveries_of(strict)
    async with Receiver(answers(OK)) as receiver:
        texts = refused(receiver.port)
        for number, text in enumerate(texts):
            await add_endpoint(strict, text, guild_id=GUILD, name=f"e{number}")
            await deliveries.test(ADMIN, f"e{number}")
        await strict.outbox.record(joined(clock))
        await quiet(strict)

    made = await rows(strict.database, attempt)
    assert [row["error"] for row in made] == ["blocked_address"] * 2 * len(texts)
    assert receiver.connections == 0
    for row in await rows(strict.database, delivery):
        assert (row["state"], row["reason"]) == (DeliveryState.FAILED, "blocked_address")
    for row in made:
        assert not any(address in row["detail"] for address in ("127.", "169.254", "10.0", "::1"))


async def test_what_is_checked_stored_and_dialled_is_one_url(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter()
    async with Receiver(answers(OK)) as receiver:
        typed = f"  HTTP://127.0.0.1:{receiver.port}/H\u00f6/%7e{{x}}?q=\u00fc&r=%zz&s='\"  "
        created = await endpoints_of(running).create(ADMIN, name="a", url=typed, patterns="*")
        checked = await running.guard.check(typed.strip())
        await running.outbox.record(joined(clock))
        await quiet(running)

    stored = (await rows(running.database, endpoint))[0]["url"]
    assert stored == created.endpoint.url == checked.text == running.guard.parse(stored).text
    lines = receiver.requests[0].split(b"\r\n")
    host = f"127.0.0.1:{receiver.port}"
    target = stored.removeprefix(f"http://{host}")
    assert lines[0] == f"POST {target} HTTP/1.1".encode()
    assert f"Host: {host}".encode() in lines
