"""Random histories of acts by hand and by the bot, late, lost, refused: rows = Discord at last."""

import os
from datetime import timedelta

import pytest

from bot.acts import Actor
from bot.catalogue.cases import CaseType
from bot.clock import ManualClock, to_snowflake
from bot.errors import UserError
from bot.features.cases.enforcement import is_same_end
from bot.features.cases.model import Case
from bot.features.cases.records import Changes
from bot.features.cases.store import case_of
from bot.features.cases.store import table as moderation_case
from bot.features.members import store as members_store
from bot.snapshots import AuditSeen
from tests.conftest import OpenEmitter
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv, person_of
from tests.integration.cases.history_by_hand import HAND, HOUR, HandsOn, Signal
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, Fault
from tests.support.fake_guild import ProcessDied

SOAK = os.environ.get("HERALD_SOAK") == "1"
EXAMPLES = int(os.environ.get("N", "400" if SOAK else "6"))
FIRST = int(os.environ.get("S", "0"))  # the seed to begin with
STEPS = 40 if SOAK else 25
HERALD = Actor(GUILD, BOT, "herald")
CALLS = ("ban", "unban", "kick", "timeout", "change_roles", "member", "ban_reason", "untell")
FAULTS = (Fault.REFUSES, Fault.LOST, Fault.LATE, Fault.CRASH_BEFORE, Fault.CRASH_AFTER)


class History(HandsOn):
    """One history; `late` is what the gateway has yet to tell, in whatever order it comes."""

    def __init__(self, env: CasesEnv, seed: int) -> None:
        super().__init__(env, seed)
        self.steps = [
            *[self.bot_orders] * 6,
            *[self.edits, self.timeout_by_hand, self.timeout_lifted, self.role_by_hand] * 2,
            *[self.ban_by_hand, self.unban_by_hand, self.leaves, self.returns, self.returns],
            *[self.hears, self.hears, self.sweeps, self.sweeps],
            *[self.fault, self.restarts, self.reconnects],
        ]

    async def step(self) -> None:
        """Something happens; a refusal is an answer, and a process that dies is born again."""
        # Between two things that happen there is time: Discord tells one visit from another by it.
        self.env.clock.advance(self.random.choice((6, 20, 300)))
        try:
            await self.random.choice(self.steps)()
        except UserError:
            pass
        except ProcessDied:
            self.env.discord.faults.clear()
            await self.env.again()
        await self._gather()

    async def bot_orders(self) -> None:
        kinds: list[tuple[CaseType, bool]] = [
            ("timeout", False),
            ("untimeout", False),
            ("mute", False),
            ("mute", True),
            ("unmute", False),
            ("tempban", False),
            ("ban", False),
            ("unban", False),
            ("kick", False),
            ("warn", False),
        ]
        type_, quarantine = self.random.choice(kinds)
        lasts = self.random.choice((HOUR, 5 * HOUR)) if type_ in ("timeout", "tempban") else None
        if type_ == "mute" and self.random.random() < 0.5:
            lasts = 3 * HOUR
        by, otter = self.random.choice((HARBOUR_MASTER, HERALD)), self.one()
        someone = self.env.discord.people.get(otter)
        before = None if someone is None else someone.timed_out_until
        try:
            await self.env.order(type_, otter, by=by, duration=lasts, quarantine=quarantine)
        finally:
            after = None if someone is None else someone.timed_out_until
            if type_ in ("timeout", "warn") and by is HERALD and before is not None:
                assert before <= self.env.clock.now() or (after and after >= before), "weakened"

    async def edits(self) -> None:
        rows = [row for row in await self.env.rows() if row["type"] == "timeout"]
        if rows:
            number = self.random.choice(rows)["number"]
            await self.env.process.book.edit(HARBOUR_MASTER, number, Changes(lasts=2 * HOUR))

    async def hears(self) -> None:
        """Some of what is late comes, in any order, and some of it twice, or never."""
        self.random.shuffle(self.late)
        for _ in range(self.random.randint(0, len(self.late))):
            signal = self.late.pop()
            if self.random.random() < 0.8:
                await signal()
            if self.random.random() < 0.2:
                await signal()

    async def sweeps(self) -> None:
        await self.env.sweep(after=self.random.choice((timedelta(), HOUR / 4, 2 * HOUR)))

    async def fault(self) -> None:
        self.env.discord.faults.clear()
        if self.random.random() < 0.7:
            self.env.discord.faults[self.random.choice(CALLS)] = self.random.choice(FAULTS)

    async def restarts(self) -> None:
        await self.env.again(orderly=self.random.random() < 0.5)

    async def reconnects(self) -> None:
        await self.env.sight_guild()

    async def _gather(self) -> None:
        """What came of the last step is told later."""
        env = self.env
        for what, user_id, reason in env.discord.signals:
            if what in ("ban", "kick") and user_id not in env.discord.people:
                self.away.setdefault(user_id, None)
            entry = env.discord.own_entries.pop((what, user_id, reason), None)
            if entry is None:
                entries = env.discord.entries_made
                entry = AuditSeen(
                    GUILD,
                    to_snowflake(env.clock.now()) + len(entries) + 1,
                    what,
                    user_id,
                    HAND,
                    reason,
                    target=person_of(f"otter_{user_id}", user_id),
                )
                entries.append(entry)
            self.late += self._signals(entry)
        env.discord.signals.clear()

    def _signals(self, entry: AuditSeen) -> list[Signal]:
        env, person = self.env, entry.target
        assert person is not None
        heard: list[Signal] = []
        if entry.action in ("ban", "kick"):
            heard.append(lambda: env.process.members.removed(person, None))
        if entry.action == "ban":
            heard.append(lambda: env.process.members.banned(person))
        if entry.action == "unban":
            heard.append(lambda: env.process.members.unbanned(person))
        if env.discord.log:
            heard.append(lambda: env.process.members.audit_seen(entry))
        return heard

    async def ends(self) -> None:
        """Discord answers again, and tells the rest; the bot looks, and does what is due."""
        env = self.env
        env.discord.faults.clear()
        self.random.shuffle(self.late)
        for signal in self.late if self.random.random() < 0.5 else ():
            await signal()
        await env.settle_members()
        await env.again(orderly=True)
        await env.sight_guild()
        for _ in range(4):
            await env.sweep(after=timedelta(minutes=16))
        await env.settle_members()


async def cases_of(env: CasesEnv, otter: int) -> list[Case]:
    query = moderation_case.select().where(moderation_case.c.user_id == otter)
    async with env.emitter.database.reading() as reading:
        return [case_of(row) for row in await reading.execute(query)]


async def agrees(env: CasesEnv, otter: int) -> None:
    """Whatever the rows say of somebody, Discord shows; whatever was lifted it does not."""
    now, cases = env.clock.now(), await cases_of(env, otter)
    someone = env.discord.people.get(otter)
    assert not [case for case in cases if case.state == "pending"]
    active = [case for case in cases if case.state == "active"]
    assert not [case for case in active if case.expires_at and case.expires_at <= now]
    by_type = {one: [case for case in active if case.type == one] for one in ("timeout", "mute")}
    for case in active:
        if case.type in ("ban", "tempban"):
            assert otter in env.discord.banned, case
    if someone is None:
        return
    for case in by_type["timeout"]:
        assert is_same_end(someone.timed_out_until, case.expires_at), case
    for case in by_type["mute"]:
        assert set(case.details.gives) <= someone.role_ids, case
        assert not set(case.details.takes) & someone.role_ids, case
        assert not case.repeats, case
    lifted = [case for case in cases if case.type == "timeout" and case.state == "revoked"]
    untimed = [case for case in cases if case.type == "untimeout" and case.state == "active"]
    if lifted and untimed and not by_type["timeout"]:
        kept = [case for case in lifted if is_same_end(someone.timed_out_until, case.expires_at)]
        assert not kept, kept


@pytest.mark.soak
@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.thorough("one engine in the inner loop, with the log", but="sqlite-log")
async def test_whatever_happens_rows_and_discord_agree_at_the_end(
    emitter: OpenEmitter, clock: ManualClock, *, log: bool
) -> None:
    env = await CasesEnv.open(await emitter(start=False), clock)
    env.discord.log = log
    await env.choose(log_channel_id=5)
    for seed in range(FIRST, FIRST + EXAMPLES):
        history = History(env, seed)
        await env.sight_guild()
        for _ in range(STEPS):
            await history.step()
        await history.ends()
        for otter in history.people:
            try:
                await agrees(env, otter)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, {log=}, {otter=}: {error}") from error
        async with env.emitter.database.reading() as reading:
            known = set(await members_store.members(reading, GUILD))
            banned = set(await members_store.bans(reading, GUILD))
        for otter in history.people:
            assert (otter in known) is (otter in env.discord.people), f"seed {seed}, {log=}"
            assert (otter in banned) is (otter in env.discord.banned), f"seed {seed}, {log=}"
    await env.close()
