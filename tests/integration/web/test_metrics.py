"""What a scraper reads, and who may."""

import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from bot import __version__
from bot.clock import ManualClock
from bot.config import Config, DeliveryConfig, WebConfig
from bot.delivery.emitter import Emitter
from bot.outbox.tables import EndpointState
from bot.web.face import WebFace
from bot.web.forms import Forms
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import add_endpoint, alone, change_state, config_for, joined
from tests.support.lossy_line import lossy_line
from tests.support.raw_http import Answer, ask
from tests.support.receiver import Receiver, status

TOKEN = "a-token-of-the-scraper"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@dataclass
class Discord:
    """A connection, as far as the web face looks."""

    is_connected: bool = True
    latency: float = 0.042
    guilds: list[object] = field(default_factory=lambda: list[object](range(3)))
    unread_events: dict[str, int] = field(default_factory=lambda: {"CHANNEL_CREATE": 2})


@pytest.fixture
async def unstarted(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[Emitter]:
    """For what does not depend on the engine."""
    opened = await Emitter.open(config_for(sqlite_url), clock)
    yield opened
    await opened.close()


@asynccontextmanager
async def faced(
    emitter: Emitter, discord: Discord | None = None, **settings: Any
) -> AsyncGenerator[WebFace]:
    """The web face of that emitter."""
    config = Config(web=WebConfig(port=0, **settings), delivery=DeliveryConfig(shutdown_grace=1.0))
    gateway = discord or Discord()
    face = WebFace(config, emitter.clock)
    face.watch(emitter)
    await face.open()
    forms = Forms([b"k" * 32], emitter.clock)
    await face.serve(emitter, forms=forms, gateway=lambda: gateway, fleet=alone(emitter))
    try:
        yield face
    finally:
        await face.stop()


def samples(answer: Answer) -> Samples:
    """Every number by name and labels; an AssertionError where there are none."""
    assert answer.status == 200, answer.text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def of(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


async def test_events_attempts_and_latencies_are_counted_as_they_happen(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    one = await emitter(jitter=0)
    receiver.behave_at["/failing"] = status(500)
    async with faced(one) as face:
        await add_endpoint(one, receiver.url("/well"), secret=receiver.secret)
        await add_endpoint(one, receiver.url("/failing"), name="b", secret=receiver.secret)
        await one.outbox.record(joined(clock, 1))
        async with one.database.transaction() as tx:
            await one.outbox.emit(tx, joined(clock, 2))
        await one.outbox.record(joined(clock, 3, guild_id=99))  # wanted by nobody
        with suppress(ZeroDivisionError):
            async with one.database.transaction() as tx:
                await one.outbox.emit(tx, joined(clock, 4))
                raise ZeroDivisionError  # so it never was
        await one.worker.idle()
        found = samples(await ask(face.ports[0], "/metrics"))
    assert of(found, "herald_events_emitted_total", type="member.joined") == 2
    delivered = of(found, "herald_attempts_total", dialect="phantom", outcome="delivered")
    retried = of(found, "herald_attempts_total", dialect="phantom", outcome="retry")
    assert delivered == 2
    assert retried is not None
    assert 1 <= retried <= 2
    seconds = "herald_attempt_duration_seconds"
    assert of(found, f"{seconds}_count", dialect="phantom") == delivered + retried
    assert of(found, f"{seconds}_bucket", dialect="phantom", le="+Inf") == delivered + retried
    assert of(found, f"{seconds}_bucket", dialect="phantom", le="10.0") is not None
    assert of(found, "herald_attempts_in_flight") == 0
    assert of(found, "herald_ready_deliveries") == 0
    assert of(found, "herald_endpoints", state="active") == 2
    assert of(found, "herald_deliveries", state="ended") == 2
    assert of(found, "herald_deliveries", state="pending") == 2


async def test_how_things_stand_is_told_too(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    one = await emitter(jitter=0)
    discord = Discord()
    paused, _secret = await add_endpoint(one, receiver.url(), secret=receiver.secret)
    await change_state(one, paused.id, EndpointState.PAUSED)
    await one.outbox.record(joined(clock, 1))
    async with faced(one, discord) as face:
        found = samples(await ask(face.ports[0], "/metrics"))
        discord.is_connected, discord.latency = False, float("nan")
        later = samples(await ask(face.ports[0], "/metrics"))
    assert of(found, "herald_build_info", version=__version__) == 1
    assert of(found, "herald_gateway_connected") == 1
    assert of(found, "herald_gateway_latency_seconds") == pytest.approx(0.042)
    assert of(found, "herald_guilds") == 3
    assert of(found, "herald_gateway_events_unread_total", type="CHANNEL_CREATE") == 2
    assert of(found, "herald_endpoints", state="paused") == 1
    assert of(found, "herald_endpoints", state="active") == 0
    assert of(found, "herald_deliveries", state="held") == 1
    assert of(found, "herald_database_up") == 1
    size = of(found, "herald_database_bytes")
    assert (size or 0) > 4096
    assert of(found, "process_resident_memory_bytes") is not None
    assert of(later, "herald_gateway_connected") == 0
    assert of(later, "herald_gateway_latency_seconds") is None
    assert of(later, "herald_web_requests_total", route="/metrics", method="GET", status="200") == 1


async def test_the_backlog_is_counted_at_most_once_in_fifteen_seconds(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    one = await emitter(start=False)
    await add_endpoint(one, receiver.url(), secret=receiver.secret)
    async with faced(one) as face:

        async def owed() -> tuple[float | None, float | None]:
            found = samples(await ask(face.ports[0], "/metrics"))
            pending = of(found, "herald_deliveries", state="delivering")
            return pending, of(found, "herald_oldest_due_seconds")

        assert await owed() == (0, 0)
        async with one.database.transaction() as tx:
            await one.outbox.emit(tx, joined(clock, 1))
        clock.advance(14.9)
        assert await owed() == (0, 0)
        clock.advance(0.1)
        assert await owed() == (1, 0)


async def test_a_database_that_does_not_answer_leaves_no_old_numbers(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    one = await emitter(start=False)
    async with faced(one) as face:
        assert of(samples(await ask(face.ports[0], "/metrics")), "herald_database_up") == 1
        await one.database.close()
        clock.advance(15.0)
        found = samples(await ask(face.ports[0], "/metrics"))
        ready = await ask(face.ports[0], "/readyz")
    assert of(found, "herald_database_up") == 0
    assert of(found, "herald_deliveries", state="pending") is None
    assert ready.json == {"ready": False, "missing": ["database", "deliveries"]}


async def test_readiness_names_what_the_parts_lack(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    one, discord = await emitter(), Discord(is_connected=False)
    async with faced(one, discord) as face:
        lacking = await ask(face.ports[0], "/readyz")
        discord.is_connected = True
        clock.advance(2.0)
        well = await ask(face.ports[0], "/readyz")
        await one.stop()
        clock.advance(1.0)
        stopped = await ask(face.ports[0], "/readyz")
    assert (lacking.status, lacking.json["missing"]) == (503, ["discord"])
    assert (well.status, well.json["ready"]) == (200, True)
    assert stopped.json["missing"] == ["database", "deliveries"]


async def test_nothing_is_registered_where_other_libraries_look(unstarted: Emitter) -> None:
    before = {family.name for family in REGISTRY.collect()}
    async with AsyncExitStack() as both:
        for _ in range(2):
            await both.enter_async_context(faced(unstarted))
        assert {family.name for family in REGISTRY.collect()} == before


@pytest.mark.parametrize(
    ("headers", "status_"),
    [
        ({}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "rebound.example"}, 403),
        ({"X-Forwarded-For": "198.51.100.1"}, 403),
        ({"Forwarded": "for=198.51.100.1"}, 403),
        ({"Via": "1.1 proxy"}, 403),
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
async def test_without_a_token_only_this_machine_may_look(
    unstarted: Emitter, headers: dict[str, str], status_: int
) -> None:
    async with faced(unstarted, trusted_proxies="127.0.0.1/32") as face:
        answer = await ask(face.ports[0], "/metrics", headers=headers)
    assert answer.status == status_
    assert (b"herald_build_info" in answer.body) is (status_ == 200)


@pytest.mark.parametrize(
    ("authorization", "status_"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
        ("", 401),
        ("Bearer", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer schlüssel", 401),
    ],
)
async def test_with_a_token_it_alone_counts(
    unstarted: Emitter, authorization: str, status_: int
) -> None:
    async with faced(unstarted, metrics_token=TOKEN) as face:
        answer = await ask(
            face.ports[0],
            "/metrics",
            host="herald.example",
            Authorization=authorization,
            X_Forwarded_For="198.51.100.1",
        )
    assert answer.status == status_
    if status_ == 401:
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_port_of_its_own(unstarted: Emitter) -> None:
    async with faced(unstarted, metrics_port=0) as face:
        pages, metrics = face.ports
        assert (await ask(pages, "/metrics")).status == 404
        found = await ask(metrics, "/metrics", host="herald:9464", X_Forwarded_For="10.0.0.1")
        assert found.status == 200
        assert (await ask(metrics, "/readyz")).status == 404
        assert re.search("^herald_web_requests_total.*404", found.text, re.MULTILINE)


async def test_both_formats_of_prometheus(unstarted: Emitter) -> None:
    async with faced(unstarted) as face:
        plain = await ask(face.ports[0], "/metrics")
        named = await ask(
            face.ports[0], "/metrics", Accept="application/openmetrics-text;version=1.0.0"
        )
    assert plain.headers["Content-Type"].startswith("text/plain; version=")
    assert named.headers["Content-Type"].startswith("application/openmetrics-text")
    assert named.text.endswith("# EOF\n")


@pytest.mark.thorough("waits for a deadline")
async def test_a_line_to_the_database_that_fell_silent(
    postgres_url: str, clock: ManualClock
) -> None:
    """The process lives, and cannot work: it must not be restarted for that."""
    async with lossy_line(postgres_url) as (line, url):
        config = config_for(url)
        database = config.database.model_copy(update={"statement_timeout": 0.5})
        emitter = await Emitter.open(config.model_copy(update={"database": database}), clock)
        async with faced(emitter) as face:
            line.go_silent()
            assert (await ask(face.ports[0], "/healthz")).status == 200
            answer = await ask(face.ports[0], "/readyz")
            assert answer.status == 503
            assert "database" in answer.json["missing"]
        await emitter.stop()


async def test_the_log_beside_the_file_has_its_size(unstarted: Emitter) -> None:
    await add_endpoint(unstarted, "https://example.com/")
    async with faced(unstarted) as face:
        found = samples(await ask(face.ports[0], "/metrics"))
    assert of(found, "herald_database_log_bytes") == unstarted.database.log_size()
    assert unstarted.database.log_size() > 0
