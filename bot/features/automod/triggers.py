"""Triggers: what a rule is about to do, written down before it is done. Model and store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from bot.features.automod.actions import RuleAction
from bot.features.automod.tables import trigger as table
from bot.incident import Measure, Why
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row
from bot.storage.sweep import LEASE

PENDING, DONE = "pending", "done"
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TriggerPlan:
    """What is to be done and why: actions in order, messages by channel, what the log says.

    `incident_id` is that of the burst that it belongs to. A thread's name is put back as
    `old_name`, or the thread goes. `told` is the title in English, for events.
    """

    title: str
    why: Why
    category: str
    actions: tuple[RuleAction, ...]
    messages: tuple[tuple[int, int], ...] = ()
    incident_id: int | None = None
    is_thread: bool = False
    old_name: str | None = None
    found: str = ""
    told: str = ""

    def stored(self) -> dict[str, Any]:
        """As the column holds it."""
        return {
            "title": self.title,
            "why": [self.why.rule, self.why.counters, self.why.spared],
            "category": self.category,
            "actions": [str(one) for one in self.actions],
            "messages": [[str(one) for one in pair] for pair in self.messages],
            "incident_id": self.incident_id,
            "is_thread": self.is_thread,
            "old_name": self.old_name,
            "found": self.found,
            "told": self.told,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "TriggerPlan":
        """The plan as it was stored."""
        rule, counters, spared = stored["why"]
        why = Why(rule, tuple((one[0], one[1]) for one in counters), tuple(spared))
        return cls(
            stored["title"],
            why,
            stored["category"],
            tuple(map(RuleAction.read, stored["actions"])),
            tuple((int(one[0]), int(one[1])) for one in stored["messages"]),
            stored["incident_id"],
            stored["is_thread"],
            stored["old_name"],
            stored["found"],
            stored.get("told", ""),
        )


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one action: whether it was done, and what the log says of it."""

    kind: str
    is_done: bool
    measure: Measure | None = None

    def stored(self) -> list[Any]:
        one = self.measure
        told = None if one is None else [one.kind, str(one.target_id), one.label, dict(one.data)]
        return [self.kind, self.is_done, told]

    @classmethod
    def read(cls, stored: Sequence[Any]) -> "Came":
        kind, is_done, told = stored
        measure = None if told is None else Measure(told[0], int(told[1]), told[2], told[3])
        return cls(kind, bool(is_done), measure)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule that was triggered; `step` counts the actions begun, `came` what came of them."""

    id: int
    guild_id: int
    rule_id: int
    user_id: int
    channel_id: int | None
    message_id: int | None
    plan: TriggerPlan
    step: int
    state: str
    created_at: datetime
    came: tuple[Came, ...] = field(default=())

    @property
    def key(self) -> tuple[int, int]:
        """One thing at a time is done about a person."""
        return self.guild_id, self.user_id


async def add(tx: Transaction, trigger: Trigger) -> Trigger:
    """Write it down: it gets its number, and no sweep looks at it within a minute."""
    made = await tx.execute(
        insert(table)
        .values(
            guild_id=trigger.guild_id,
            rule_id=trigger.rule_id,
            user_id=trigger.user_id,
            channel_id=trigger.channel_id,
            message_id=trigger.message_id,
            plan=trigger.plan.stored(),
            step=0,
            came={"came": []},
            state=PENDING,
            created_at=trigger.created_at,
            look_at=trigger.created_at + LEASE,
        )
        .returning(*table.c)
    )
    return trigger_of(made.one())


async def begin(
    tx: Transaction, trigger_id: int, step: int, came: Sequence[Came], *, now: datetime
) -> None:
    """That action begins; if this is the last that is heard, it may have been done."""
    values = {"step": step, "came": {"came": [one.stored() for one in came]}}
    mark = update(table).where(table.c.id == trigger_id)
    await tx.execute(mark.values(**values, look_at=now + LEASE))


async def settle(tx: Transaction, trigger_id: int) -> bool:
    """All is done; false where it was settled before."""
    settled = update(table).where(table.c.id == trigger_id, table.c.state == PENDING)
    return (await tx.execute(settled.values(state=DONE))).rowcount > 0


async def by_id(reading: Reading, trigger_id: int) -> Trigger | None:
    """One by its number."""
    row = (await reading.execute(select(table).where(table.c.id == trigger_id))).one_or_none()
    return None if row is None else trigger_of(row)


def pending(_now: datetime) -> Select[Any]:
    """Those that something kept from being finished."""
    return select(table.c.id).where(table.c.state == PENDING).order_by(table.c.id)


async def old(reading: Reading, before: datetime, limit: int) -> Sequence[int]:
    """Some of those that are settled and older."""
    fits = (table.c.state == DONE) & (table.c.created_at < before)
    ids = select(table.c.id).where(fits).order_by(table.c.created_at).limit(limit)
    return (await reading.execute(ids)).scalars().all()


async def remove(tx: Transaction, trigger_ids: Sequence[int]) -> None:
    """Delete these."""
    await tx.execute(delete(table).where(table.c.id.in_(trigger_ids)))


def trigger_of(row: Row[Any]) -> Trigger:
    """A whole row as a trigger."""
    came = tuple(map(Came.read, row.came["came"]))
    return from_row(Trigger, row, plan=TriggerPlan.read(row.plan), came=came)
