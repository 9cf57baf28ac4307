"""The service on both engines: recorded facts, settled by time, none lost when it stops."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.acts import Actor
from bot.catalogue.members import MemberBanned
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.members import MEMBERS, store
from bot.features.settings import SETTINGS
from bot.snapshots import Account, AuditSeen, Person, case_mark
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import FakeActs, Fault
from tests.support.features import features_on
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver

OTTER = Person(GUILD, 175_928_847_299_117_063, "quiet_otter", is_bot=False)
HERON = Person(GUILD, 345_678_901_234_567_890, "heron", is_bot=True)


class SignalsEnv:
    """The service with all it needs, and what the receiver was told."""

    def __init__(self, emitter: Emitter, receiver: Receiver, *, clock: ManualClock) -> None:
        self.clock = clock
        self.database = emitter.database
        self.discord = FakeActs()
        self.discord.log = False
        parts = features_on(emitter, clock, acts=self.discord)
        self.settings, self.members = parts[SETTINGS].service, parts[MEMBERS].service
        self._emitter = emitter
        self._receiver = receiver

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """What was delivered, once nothing is under way."""
        await self._emitter.worker.idle()
        return [(one.type, one.json["data"]) for one in self._receiver.requests]

    async def told_of(self, count: int) -> list[tuple[str, str]]:
        """Types and names of at least so many."""
        await self._receiver.has(count)
        return [
            (kind.removeprefix("member."), data["username"]) for kind, data in await self.told()
        ]

    async def switch(self, *, enabled: bool) -> None:
        actor = Actor(GUILD, 4, "harbour_master")
        await self.settings.change(actor, "members", "enabled", enabled)


@pytest.fixture
async def env(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> AsyncGenerator[SignalsEnv]:
    opened = await emitter()
    await add_endpoint(opened, receiver.url(), secret=receiver.secret, patterns=("member.*",))
    env = SignalsEnv(opened, receiver, clock=clock)
    env.members.start()
    yield env
    await env.members.stop()


async def test_a_join_is_told_at_once(env: SignalsEnv) -> None:
    joined_at = env.clock.now() - timedelta(seconds=1)
    await env.members.joined(OTTER, joined_at)
    await env.members.joined(OTTER, joined_at)
    assert await env.told() == [
        (
            "member.joined",
            {
                "user_id": "175928847299117063",
                "username": "quiet_otter",
                "account_age_days": 3676,
                "is_bot": False,
                "invite_code": None,
                "inviter_id": None,
                "joined_at": "2026-05-24T11:32:17+00:00",
            },
        )
    ]


async def test_a_ban_and_its_end_are_told_at_once(env: SignalsEnv) -> None:
    await env.members.audit_seen(AuditSeen(GUILD, 1, "ban", OTTER.user_id, 77, "Advertising"))
    await env.members.banned(OTTER)
    await env.members.unbanned(OTTER)
    person = {"user_id": "175928847299117063", "username": "quiet_otter"}
    by_hand = {"case_id": None, "source": "discord"}
    assert await env.told() == [
        (
            "member.banned",
            {
                **person,
                "moderator_id": "77",
                "reason": "Advertising",
                **by_hand,
                "was_member": None,
            },
        ),
        ("member.unbanned", {**person, "moderator_id": None, "reason": None, **by_hand}),
    ]


async def test_a_leave_is_told_when_its_time_has_come(env: SignalsEnv) -> None:
    await env.members.removed(OTTER, env.clock.now() - timedelta(days=1))
    env.clock.advance(2)
    await env.members.removed(HERON, None)
    assert await env.told() == []
    env.clock.advance(0.5)
    assert await env.told_of(1) == [("left", "quiet_otter")]
    env.clock.advance(2)
    assert await env.told_of(2) == [("left", "quiet_otter"), ("left", "heron")]
    assert [data["left_at"] for _, data in await env.told()] == [
        "2026-05-24T11:32:18+00:00",
        "2026-05-24T11:32:20+00:00",
    ]


async def test_a_ban_within_the_hold_is_all_that_is_told(env: SignalsEnv) -> None:
    await env.members.removed(OTTER, None)
    env.clock.advance(2)
    await env.members.banned(OTTER)
    await env.members.removed(HERON, None)
    env.clock.advance(10)
    assert await env.told_of(2) == [("banned", "quiet_otter"), ("left", "heron")]


async def test_signals_are_heard_in_their_order_even_while_settings_are_read(
    env: SignalsEnv,
) -> None:
    back_at = env.clock.now() + timedelta(seconds=1)
    await asyncio.gather(
        env.members.removed(OTTER, None),
        env.members.joined(OTTER, back_at),
        env.members.banned(HERON),
        env.members.removed(HERON, None),
    )
    # Heard after the rejoin, the removal would be held now.
    told = await env.told_of(3)
    assert sorted(told) == [("banned", "heron"), ("joined", "quiet_otter"), ("left", "quiet_otter")]


async def test_stopping_decides_what_is_held(env: SignalsEnv) -> None:
    await env.members.removed(OTTER, None)
    await env.members.stop()
    assert await env.told_of(1) == [("left", "quiet_otter")]
    await env.members.stop()
    assert len(await env.told()) == 1


async def test_a_stop_right_after_a_start_ends(env: SignalsEnv) -> None:
    await env.members.stop()
    env.members.start()
    async with asyncio.timeout(PATIENCE):
        await env.members.stop()
    env.members.start()
    await env.members.banned(OTTER)
    assert await env.told_of(1) == [("banned", "quiet_otter")]


async def test_switched_off_nothing_is_told(env: SignalsEnv) -> None:
    await env.members.removed(HERON, None)
    await env.switch(enabled=False)
    await env.members.joined(OTTER, env.clock.now())
    await env.members.banned(OTTER)
    await env.members.unbanned(OTTER)
    await env.members.stop()
    assert await env.told() == []
    env.members.start()
    await env.switch(enabled=True)
    await env.members.banned(OTTER)
    assert await env.told_of(1) == [("banned", "quiet_otter")]


async def test_a_leave_that_cannot_be_written_is_logged_and_keeps_no_other_back(
    env: SignalsEnv,
) -> None:
    too_long = Person(GUILD, 5, "x" * 300_000, is_bot=False)
    with structlog.testing.capture_logs() as logs:
        await env.members.removed(too_long, None)
        await env.members.removed(OTTER, None)
        env.clock.advance(2.5)
        assert await env.told_of(1) == [("left", "quiet_otter")]
    failed = [line for line in logs if line["event"] == "members.unrecorded"]
    assert [line["fact"] for line in failed] == ["member.left"]
    await env.members.removed(HERON, None)
    env.clock.advance(2.5)
    assert ("left", "heron") in await env.told_of(2)


async def test_a_signal_that_came_just_before_the_stop_is_recorded(env: SignalsEnv) -> None:
    listener = asyncio.create_task(env.members.joined(OTTER, env.clock.now()))
    await turn()

    await env.members.stop()

    assert listener.done()
    assert await env.told_of(1) == [("joined", "quiet_otter")]


def own_ban() -> MemberBanned:
    """The ban of a case."""
    return MemberBanned(
        guild_id=GUILD,
        user_id=OTTER.user_id,
        username=OTTER.username,
        moderator_id=4,
        reason="Advertising",
        case_id=3,
        source="bot",
    )


async def echo(env: SignalsEnv) -> None:
    """What the gateway tells of a ban by the bot, in an order of its own."""
    reason = f"{case_mark(3)} Advertising"
    await env.members.removed(OTTER, None)
    await env.members.banned(OTTER)
    entry = AuditSeen(GUILD, 1, "ban", OTTER.user_id, 81, reason, by_us=True)
    await env.members.audit_seen(entry)
    env.clock.advance(10)


async def test_the_bot_s_own_act_is_told_with_its_case_and_its_echo_adds_nothing(
    env: SignalsEnv,
) -> None:
    async with (
        env.members.echoes.own(GUILD, OTTER.user_id, "banned") as act,
        env.database.transaction() as tx,
    ):
        await act.told(tx, own_ban())
        assert await env.told() == []
    await echo(env)
    await env.members.joined(HERON, env.clock.now())
    told = await env.told()
    assert [kind for kind, _ in told] == ["member.banned", "member.joined"]
    assert (told[0][1]["case_id"], told[0][1]["source"]) == (3, "bot")


async def test_an_act_that_was_rolled_back_was_never_told(env: SignalsEnv) -> None:
    async def fail() -> None:
        async with env.database.transaction() as tx:
            async with env.members.echoes.own(GUILD, OTTER.user_id, None) as act:
                await act.told(tx, own_ban())
            raise RuntimeError("the case failed")

    with pytest.raises(RuntimeError, match="the case failed"):
        await fail()
    await env.members.banned(OTTER)
    ((kind, data),) = await env.told()
    assert (kind, data["source"], data["case_id"]) == ("member.banned", "discord", None)


@pytest.mark.parametrize("is_here", [True, False])
async def test_a_removal_and_a_join_handled_late(env: SignalsEnv, *, is_here: bool) -> None:
    """Somebody who went and came back is not taken for gone, and the other way round."""
    env.discord.accounts[OTTER.user_id] = Account(OTTER.user_id, OTTER.username)
    if is_here:
        env.discord.enter(OTTER.user_id, OTTER.username)
    joined_at = env.clock.now() - timedelta(seconds=2)
    await env.members.removed(OTTER, None)  # of whom memory has nothing
    await env.members.joined(OTTER, joined_at)
    env.clock.advance(3)
    kinds = [("joined", "quiet_otter")] + ([] if is_here else [("left", "quiet_otter")])
    assert await env.told_of(len(kinds)) == kinds
    await env.members.stop()
    async with env.database.reading() as reading:
        assert bool(await store.members(reading, GUILD)) is is_here


async def test_without_an_answer_nobody_is_taken_for_gone(env: SignalsEnv) -> None:
    env.discord.faults["member"] = Fault.LOST
    await env.members.removed(OTTER, None)
    await env.members.joined(OTTER, env.clock.now() - timedelta(seconds=2))
    env.clock.advance(3)
    await env.told_of(1)
    await env.members.stop()
    assert await env.told_of(1) == [("joined", "quiet_otter")]
