"""Settings on both engines: defaults, changes, the audit entry of each, a fresh memory."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from pydantic import Field
from sqlalchemy import insert, select

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.delivery.emitter import Emitter
from bot.errors import NotFound, UserError
from bot.features.audit.service import AuditService
from bot.features.audit.tables import audit_entry
from bot.features.settings.service import SettingsService
from bot.features.settings.store import guild_setting
from bot.settings import ChannelId, FeatureSettings
from bot.storage.database import Database, Reading, Transaction
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver
from tests.support.watched import Watched, beside, listening

ACTOR = Actor(GUILD, 4, "harbour_master")
ELSEWHERE = Actor(GUILD + 1, 5, "somebody")


class Pond(FeatureSettings):
    feature = "pond"
    title = "Pond"

    open: bool = Field(default=True, description="Whether anybody may swim")
    depth: int = Field(default=3, ge=1, le=9, description="How deep it is")
    sign_id: ChannelId = Field(default=None, description="Where the sign stands")


@pytest.fixture
async def running(emitter: OpenEmitter) -> Emitter:
    return await emitter()


def service_of(emitter: Emitter) -> SettingsService:
    audit = AuditService(emitter.outbox, emitter.clock)
    return SettingsService(emitter.database, audit, models=[Pond])


async def test_before_any_choice_there_are_the_defaults(running: Emitter) -> None:
    assert await service_of(running).get(GUILD, Pond) == Pond()


async def test_a_choice_holds_in_its_guild_alone_and_after_a_restart(running: Emitter) -> None:
    settings = service_of(running)
    assert await settings.get(GUILD, Pond) == Pond()
    assert await settings.change(ACTOR, "pond", "depth", 5) == Pond(depth=5)
    for one in (settings, service_of(running)):
        assert await one.get(GUILD, Pond) == Pond(depth=5)
        assert await one.get(GUILD + 1, Pond) == Pond()


async def test_only_what_differs_from_the_defaults_is_kept(running: Emitter) -> None:
    settings = service_of(running)
    await settings.change(ACTOR, "pond", "depth", 5)
    await settings.change(ACTOR, "pond", "open", False)
    await settings.change(ACTOR, "pond", "depth", 3)
    async with running.database.reading() as reading:
        rows = (await reading.execute(select(guild_setting.c.document))).scalars().all()
    assert rows == [{"open": False}]


async def test_each_change_is_an_audit_entry_and_an_event(
    running: Emitter, receiver: Receiver
) -> None:
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await service_of(running).change(ACTOR, "pond", "sign_id", 234_567_890_123_456_789)
    await running.worker.idle()
    async with running.database.reading() as reading:
        (entry,) = (await reading.execute(select(audit_entry))).all()
    assert (entry.guild_id, entry.event_type, entry.actor_id) == (GUILD, "settings.changed", 4)
    assert entry.target_id == "pond.sign_id"
    assert entry.context == {"old": None, "new": "234567890123456789"}
    (told,) = receiver.requests
    assert told.type == "security.audit_entry"
    assert told.json["data"]["entry_id"] == entry.id
    assert told.json["data"]["context"] == entry.context


async def test_the_same_choice_again_changes_and_says_nothing(
    running: Emitter, receiver: Receiver
) -> None:
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    settings = service_of(running)
    both = await asyncio.gather(
        *(settings.change(ACTOR, "pond", "open", value=False) for _ in range(2))
    )
    await running.worker.idle()
    assert both == [Pond(open=False)] * 2
    assert len(receiver.requests) == 1


async def test_two_people_who_change_two_settings_at_once_both_get_theirs(
    running: Emitter,
) -> None:
    settings = service_of(running)
    for depth in range(4, 9):
        await asyncio.gather(
            settings.change(ACTOR, "pond", "depth", depth),
            settings.change(ACTOR, "pond", "open", depth % 2 == 1),
        )
        for one in (settings, service_of(running)):
            assert await one.get(GUILD, Pond) == Pond(depth=depth, open=depth % 2 == 1)


@pytest.mark.parametrize("value", [0, 10, "deep", None, 2.5])
async def test_a_value_that_does_not_fit_is_refused_and_changes_nothing(
    running: Emitter, value: object
) -> None:
    settings = service_of(running)
    with pytest.raises(UserError, match="Depth"):
        await settings.change(ACTOR, "pond", "depth", value)
    assert await settings.get(GUILD, Pond) == Pond()


async def test_an_unknown_setting_or_feature_is_refused_by_name(running: Emitter) -> None:
    settings = service_of(running)
    with pytest.raises(UserError, match="“width”"):
        await settings.change(ACTOR, "pond", "width", 1)
    with pytest.raises(NotFound, match=r"“lake”.*pond"):
        await settings.change(ACTOR, "lake", "depth", 1)


class Forgetful:
    """An audit log that keeps nothing."""

    async def write(self, tx: Transaction, draft: AuditDraft) -> int:
        return 1


class Slow(Database):
    """A database whose snapshots end only when they are let go."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.has_read, self.let_go = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def reading(self, *, long_for: int | None = None) -> AsyncGenerator[Reading]:
        async with super().reading(long_for=long_for) as reading:
            yield reading
            self.has_read.set()
            await self.let_go.wait()


async def test_a_change_during_a_first_look_is_not_forgotten(database_url: str) -> None:
    database = Slow(database_url)
    await database.open()
    settings = SettingsService(database, Forgetful(), models=[Pond])
    first_look = asyncio.create_task(settings.get(ELSEWHERE.guild_id, Pond))
    async with asyncio.timeout(PATIENCE):
        await database.has_read.wait()
        await settings.change(ELSEWHERE, "pond", "depth", 7)
        database.let_go.set()
        await first_look
    assert await settings.get(ELSEWHERE.guild_id, Pond) == Pond(depth=7)
    await database.close()


async def test_a_choice_in_one_process_holds_in_the_other(postgres_url: str) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        ours, theirs = (SettingsService(one, Forgetful(), models=[Pond]) for one in (here, there))
        told = Watched(there, "settings")
        await listening(there)
        for depth in (5, 6):
            await ours.change(ACTOR, "pond", "depth", depth)
            await told.has(depth - 3)
            assert await theirs.get(GUILD, Pond) == Pond(depth=depth)
            assert await theirs.get(GUILD + 1, Pond) == Pond()
        await theirs.change(ACTOR, "pond", "open", value=False)
        assert await theirs.get(GUILD, Pond) == Pond(depth=6, open=False)


async def test_what_no_longer_fits_gives_way_to_the_default(running: Emitter) -> None:
    async with running.database.transaction() as tx:
        stored = {"depth": 99, "open": False, "later": 1}
        await tx.execute(
            insert(guild_setting).values(guild_id=GUILD, feature="pond", document=stored)
        )
    settings = service_of(running)
    assert await settings.get(GUILD, Pond) == Pond(open=False)
    assert await settings.change(ACTOR, "pond", "depth", 5) == Pond(open=False, depth=5)


def test_what_may_be_empty_says_how() -> None:
    assert Pond().empty("sign_id") == (None,)
    assert Pond().empty("depth") == ()
