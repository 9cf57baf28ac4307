"""Creating and deleting endpoints, alone and at the same moment as somebody else."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from bot.catalogue.security import AuditDraft
from bot.errors import NotFound, RefusedAddress, UserError
from bot.feature import CheckedUrl
from bot.features.audit.service import AuditService
from bot.storage.database import Database, Transaction
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import (
    ADMIN,
    STRANGER,
    Url,
    deliveries_of,
    endpoints_of,
    entries,
    rows,
)
from tests.support.emitter_setup import GUILD
from tests.support.patience import PATIENCE

RACERS = 6
LOCAL = "http://127.0.0.1:65000/hook"


class MeetingGuard:
    """Lets everyone go on at the same moment, when all have passed the first checks."""

    def __init__(self, count: int) -> None:
        self._all = asyncio.Barrier(count)

    async def check(self, text: str) -> CheckedUrl:
        await self._all.wait()
        return Url(text)


class WritingGuard:
    """Needs the database itself while it checks, as any other work of the bot may."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check(self, text: str) -> CheckedUrl:
        async with asyncio.timeout(PATIENCE), self._database.transaction():
            return Url(text)


class BrokenAudit(AuditService):
    """An audit log that cannot be written."""

    async def write(
        self, tx: Transaction, draft: AuditDraft, *, event_id: UUID | None = None
    ) -> int:
        raise RuntimeError(draft.event_type)


async def test_the_checked_url_is_stored_and_the_secret_only_sealed(emitter: OpenEmitter) -> None:
    running = await emitter()
    service = endpoints_of(running)
    created = await service.create(
        ADMIN, name="a", url=" HTTP://127.0.0.1:65000/hook ", patterns=["*"]
    )
    assert created.endpoint.url == LOCAL
    stored = await rows(running.database)
    assert created.secret not in str(stored)
    assert created.secret not in repr(created)
    sealed = bytes(stored["endpoint"][0]["secret"])
    assert running.vault.open(sealed) == created.secret
    assert running.lanes.index.subscribed(GUILD, "member.joined") == (created.endpoint,)


async def test_no_transaction_is_open_while_the_address_is_checked(emitter: OpenEmitter) -> None:
    running = await emitter()
    service = endpoints_of(running, guard=WritingGuard(running.database))
    await service.create(ADMIN, name="a", url=LOCAL, patterns="*")
    assert await entries(running.database) == ["endpoint.created"]


async def test_a_refused_address_changes_nothing(emitter: OpenEmitter) -> None:
    running = await emitter()
    with pytest.raises(RefusedAddress):
        await endpoints_of(running).create(
            ADMIN, name="a", url="https://169.254.169.254/", patterns="*"
        )
    assert not any((await rows(running.database)).values())


async def test_of_many_who_want_one_name_one_gets_it(emitter: OpenEmitter) -> None:
    running = await emitter()
    guard = MeetingGuard(RACERS)  # a service each, as in as many processes
    outcomes = await asyncio.gather(
        *(
            endpoints_of(running, guard=guard).create(ADMIN, name=name, url=LOCAL, patterns="*")
            for name in ["Backend", "backend"] * (RACERS // 2)
        ),
        return_exceptions=True,
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(refusals) == RACERS - 1
    assert all(type(refusal) is UserError for refusal in refusals)
    assert {str(refusal).casefold() for refusal in refusals} == {
        "there is a webhook “backend” already; choose another name."
    }
    assert await entries(running.database) == ["endpoint.created"]
    assert len(running.lanes.index.all()) == 1


async def test_of_many_who_want_the_last_place_one_gets_it(emitter: OpenEmitter) -> None:
    running = await emitter()
    await endpoints_of(running).create(ADMIN, name="first", url=LOCAL, patterns="member.*")
    guard = MeetingGuard(RACERS)
    services = [endpoints_of(running, guard=guard, per_guild=2) for _ in range(RACERS)]
    outcomes = await asyncio.gather(
        *(
            service.create(ADMIN, name=f"n{number}", url=LOCAL, patterns="member.*")
            for number, service in enumerate(services)
        ),
        return_exceptions=True,
    )
    told = Counter(str(outcome) for outcome in outcomes if isinstance(outcome, BaseException))
    assert told == {"This server has 2 webhooks, which is the limit; delete one first.": RACERS - 1}
    assert len(await services[0].list(GUILD)) == 2


async def test_a_name_and_the_limit_are_each_servers_own(emitter: OpenEmitter) -> None:
    running = await emitter()
    service = endpoints_of(running, per_guild=1)
    await service.create(ADMIN, name="a", url=LOCAL, patterns="member.*")
    other = await service.create(STRANGER, name="a", url=LOCAL, patterns="member.*")
    assert [endpoint.id for endpoint in await service.list(STRANGER.guild_id)] == [
        other.endpoint.id
    ]


async def test_nothing_stands_where_the_audit_entry_cannot(emitter: OpenEmitter) -> None:
    running = await emitter()
    kept = (await endpoints_of(running).create(ADMIN, name="a", url=LOCAL, patterns="*")).endpoint
    before = await rows(running.database)
    service = endpoints_of(running, audit=BrokenAudit(running.outbox, running.clock))
    for attempt in (
        service.create(ADMIN, name="b", url=LOCAL, patterns="*"),
        service.pause(ADMIN, "a"),
        service.disable(ADMIN, "a"),
        service.delete(ADMIN, kept.id),
    ):
        with pytest.raises(RuntimeError, match=r"^endpoint\."):
            await attempt
    assert await rows(running.database) == before
    assert running.lanes.index.all() == [kept]


async def test_deleting_twice_at_once_deletes_once(emitter: OpenEmitter) -> None:
    running = await emitter()
    service = endpoints_of(running)
    endpoint = (await service.create(ADMIN, name="a", url=LOCAL, patterns="*")).endpoint
    await service.pause(ADMIN, "a")
    await deliveries_of(running).test(ADMIN, "a")
    outcomes = await asyncio.gather(
        *(service.delete(ADMIN, endpoint.id) for _ in range(4)), return_exceptions=True
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [type(refusal) for refusal in refusals] == [NotFound] * 3
    left = await rows(running.database)
    assert (left["endpoint"], left["subscription"], left["delivery"]) == ([], [], [])
    assert (await entries(running.database)).count("endpoint.deleted") == 1
    assert running.lanes.index.all() == []


async def test_another_servers_endpoint_is_found_by_nobody_else(emitter: OpenEmitter) -> None:
    running = await emitter()
    service = endpoints_of(running)
    endpoint = (await service.create(ADMIN, name="a", url=LOCAL, patterns="member.*")).endpoint
    before = await rows(running.database)
    words: set[str] = set()
    for attempt in (
        service.delete(STRANGER, endpoint.id),
        service.numbered(STRANGER.guild_id, endpoint.id),
        service.numbered(STRANGER.guild_id, endpoint.id + 1),
    ):
        with pytest.raises(NotFound) as refused:
            await attempt
        words.add(str(refused.value))
    assert len(words) == 1
    with pytest.raises(NotFound):
        await service.pending_count(STRANGER.guild_id, "a")
    assert await rows(running.database) == before


async def test_a_name_is_found_as_it_was_typed(emitter: OpenEmitter) -> None:
    service = endpoints_of(await emitter())
    typed = " Cafe\u0301  au lait "
    endpoint = (await service.create(ADMIN, name=typed, url=LOCAL, patterns="*")).endpoint

    assert endpoint.name == "Caf\u00e9 au lait"
    assert await service.get(GUILD, typed) == endpoint
    assert await service.pending_count(GUILD, typed.upper()) == 0
