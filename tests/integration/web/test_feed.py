"""The feed over HTTP: who may read it, what it says, and what it refuses."""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.clock import ManualClock
from bot.config import Config, WebConfig
from bot.delivery.emitter import Emitter
from bot.errors import UserError
from bot.features.endpoints import ENDPOINTS
from bot.features.endpoints.feeds import FeedsService, NewToken
from bot.outbox.endpoints import Endpoint
from bot.outbox.feed import FeedEntries
from bot.web.app import build
from bot.web.endpoints import routes
from bot.web.forms import Forms
from bot.web.measures import Measures
from bot.web.pages import Pages
from bot.web.parts import WebParts
from bot.web.server import Listening, Server
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import ADMIN, STRANGER
from tests.integration.outbox.test_feed import happen, prune
from tests.support.emitter_setup import add_endpoint
from tests.support.fake_acts import FakeActs
from tests.support.features import features_on
from tests.support.rows import rows

ORIGIN = "https://herald.example"


@dataclass
class FeedSite:
    """A web face with a feed, and a program that asks."""

    running: Emitter
    feeds: FeedsService
    port: int
    asks: aiohttp.ClientSession

    async def open(self, endpoint: Endpoint) -> str:
        """Open its feed; the token."""
        shown: list[NewToken] = []

        async def show(new: NewToken) -> None:
            shown.append(new)

        await self.feeds.open(ADMIN, endpoint, endpoint.version, show)
        return shown[0].token

    def now(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint as it is."""
        found = self.running.lanes.index.get(endpoint.id)
        assert found is not None
        return found

    async def get(
        self, feed: object, token: str | None, query: str = "", *, method: str = "GET"
    ) -> tuple[int, bytes, Mapping[str, str]]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{self.port}/feed/{feed}{query}"
        async with self.asks.request(method, url, headers=headers) as answer:
            return answer.status, await answer.read(), answer.headers.copy()

    async def page(self, feed: object, token: str, query: str = "") -> tuple[list[str], str]:
        """The ids of a page, and its cursor."""
        status, body, _ = await self.get(feed, token, query)
        assert status == 200
        told = json.loads(body)
        assert list(told) == ["events", "next"]
        return [one["id"] for one in told["events"]], told["next"]


@pytest.fixture
async def site(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[FeedSite]:
    running = await emitter(start=False)
    running.outbox.start()
    parts = features_on(running, clock, acts=FakeActs(), public_url=ORIGIN)
    config = Config(web=WebConfig(port=0, public_url=ORIGIN))
    web = WebParts(config, clock, Pages(urlsplit(ORIGIN).path), Measures())
    forms = Forms([b"k" * 32], clock, public_url=ORIGIN)
    app = build(web, probes={}, forms=forms, routes=routes(parts))
    server = Server(app, Listening("127.0.0.1", 0), reading=10, grace=1)
    await server.bind()
    await server.start()
    async with aiohttp.ClientSession() as asks:
        yield FeedSite(running, parts[ENDPOINTS].feeds, server.port, asks)
    await server.stop()
    await running.outbox.stop()


@pytest.fixture
async def endpoint(site: FeedSite) -> Endpoint:
    made, _ = await add_endpoint(site.running, "http://127.0.0.1:9/", patterns=("member.*",))
    return made


async def test_a_program_reads_all_that_happened_page_by_page(
    site: FeedSite, endpoint: Endpoint
) -> None:
    token = await site.open(endpoint)
    assert site.feeds.address(endpoint) == f"{ORIGIN}/feed/{endpoint.uuid}"
    sent = await happen(site.running, 5)
    before = await rows(site.running.database)
    first, cursor = await site.page(endpoint.uuid, token, "?limit=2")
    rest, end = await site.page(endpoint.uuid, token, f"?after={cursor}&limit=999999")
    assert [*first, *rest] == sent
    assert await site.page(endpoint.uuid, token, f"?after={end}") == ([], end)
    assert await rows(site.running.database) == before
    _, body, headers = await site.get(endpoint.uuid, token, "?limit=1")
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"
    envelope = json.loads(body)["events"][0]
    assert list(envelope) == ["id", "type", "created_at", "guild_id", "livemode", "data"]


async def test_whoever_may_not_read_it_learns_nothing(site: FeedSite, endpoint: Endpoint) -> None:
    """No feed, another's token, an unknown id, no token: one answer."""
    other, _ = await add_endpoint(site.running, "http://127.0.0.1:9/", name="other")
    unopened = [await site.get(endpoint.uuid, "feed_x")]
    token, others = await site.open(endpoint), await site.open(other)
    unknown = "00000000-0000-4000-8000-000000000000"
    wrong = [
        (endpoint.uuid, others),
        (endpoint.uuid, token[:-1]),
        (endpoint.uuid, token.upper()),
        (endpoint.uuid, None),
        (unknown, token),
        (str(endpoint.uuid).upper(), token),
        (endpoint.id, token),
        ("%00", token),
    ]
    answers = [*unopened, *[await site.get(feed, sent) for feed, sent in wrong]]
    assert {status for status, _, _ in answers} == {401}
    assert len({body for _, body, _ in answers}) == 1
    assert all(headers["WWW-Authenticate"] == "Bearer" for _, _, headers in answers)
    assert (await site.get(endpoint.uuid, token))[0] == 200


async def test_a_new_token_ends_the_old_one_and_a_closed_feed_ends_both(
    site: FeedSite, endpoint: Endpoint
) -> None:
    old = await site.open(endpoint)
    sent = await happen(site.running, 1)
    new = await site.open(site.now(endpoint))
    assert (await site.get(endpoint.uuid, old))[0] == 401
    assert (await site.page(endpoint.uuid, new))[0] == sent
    stored = b"".join(bytes(one.feed_hash or b"") for one in site.running.lanes.index.all())
    assert new.encode() not in stored
    assert len(stored) == 32
    now = site.now(endpoint)
    with pytest.raises(UserError, match="Somebody changed"):
        await site.feeds.close(ADMIN, endpoint.id, endpoint.version)
    with pytest.raises(UserError, match="not there any more"):
        await site.feeds.close(STRANGER, endpoint.id, now.version)
    await site.feeds.close(ADMIN, endpoint.id, now.version)
    assert (await site.get(endpoint.uuid, new))[0] == 401


async def test_a_token_that_nobody_saw_reads_nothing(site: FeedSite, endpoint: Endpoint) -> None:
    async def fail(_new: NewToken) -> None:
        raise ConnectionError("Discord is away")

    with pytest.raises(ConnectionError):
        await site.feeds.open(ADMIN, endpoint, endpoint.version, fail)
    assert site.now(endpoint).feed_hash is None


async def test_what_cannot_be_asked_is_refused_in_words(
    site: FeedSite, endpoint: Endpoint, clock: ManualClock
) -> None:
    token = await site.open(endpoint)
    await happen(site.running, 1)
    _, cursor = await site.page(endpoint.uuid, token)
    await happen(site.running, 1)
    for query in ("?after=moo", "?limit=0", "?limit=-1", "?limit=x", "?limit=1.5", "?limit="):
        status, body, _ = await site.get(endpoint.uuid, token, query)
        assert (status, list(json.loads(body))) == (400, ["error"])
    assert (await site.get(endpoint.uuid, token, method="POST"))[0] == 405
    clock.advance(7 * 86_400 + 1)
    await prune(FeedEntries(site.running.database), clock)
    status, body, _ = await site.get(endpoint.uuid, token, f"?after={cursor}")
    assert (status, "not kept any more" in json.loads(body)["error"]) == (410, True)


async def test_who_asks_too_often_is_told_when_to_come_back_and_guesses_cost_the_owner_nothing(
    site: FeedSite, endpoint: Endpoint, clock: ManualClock
) -> None:
    token = await site.open(endpoint)
    for _ in range(40):
        assert (await site.get(endpoint.uuid, "feed_guess"))[0] == 401
    clock.advance(60)
    answers = [await site.get(endpoint.uuid, token) for _ in range(31)]
    assert [status for status, _, _ in answers] == [*[200] * 30, 429]
    assert answers[-1][2]["Retry-After"] == "2"
