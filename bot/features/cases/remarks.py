"""Remarks: what staff read in the moderation log, or beside it, that is no case of theirs."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
)

from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.controls import SNOWFLAKE, Button, ControlId, Post, Tone
from bot.features.cases import queries
from bot.features.cases.model import Case
from bot.features.cases.ports import CasesPorts
from bot.features.cases.settings import CasesSettings
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Reading, Transaction
from bot.storage.schema import RowId, UtcDateTime, from_row, metadata
from bot.texts import N_, _, stamp
from bot.user_text import inline

RemarkKind = Literal["ban", "unban", "kick", "timeout", "untimeout", "return", "unkept"]

HISTORY = ControlId("case:history", user=SNOWFLAKE)
BY_HAND, RETURN = "cases.by_hand", "cases.return"
FRESH = timedelta(days=1)
KEPT = timedelta(days=30)
SHOWN = 5  # of somebody's cases
REASON_SHOWN = 200  # characters
TOGETHER = 100  # dropped in one transaction

TITLES: dict[RemarkKind, str] = {
    "ban": N_("{name} was banned by hand"),
    "unban": N_("{name} was unbanned by hand"),
    "kick": N_("{name} was kicked by hand"),
    "timeout": N_("{name} was timed out by hand"),
    "untimeout": N_("{name} may write again, by hand"),
    "return": N_("{name} came back"),
    "unkept": N_("Muted people can write in a new channel"),
}

_Fact = MemberJoined | MemberLeft | MemberBanned | MemberUnbanned

table = Table(
    "log_remark",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("entry_id", BigInteger),  # of Discord's audit log, which may tell of it twice
    Column("subject_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("moderator_id", BigInteger),
    Column("reason", Text),
    Column("ends_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("guild_id", "entry_id"),
    Index("log_remark_of_person", "guild_id", "subject_id"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is said; `subject_id` is the person's, or the channel's of what was not kept up."""

    guild_id: int
    kind: RemarkKind
    subject_id: int
    name: str
    created_at: datetime
    moderator_id: int | None = None
    reason: str | None = None
    ends_at: datetime | None = None
    entry_id: int | None = None
    id: int = 0

    def row(self) -> dict[str, object]:
        """What is stored of one that is new."""
        names = (name for name in self.__slots__ if name != "id")
        return {name: getattr(self, name) for name in names}


class Remarks:
    """Each is a row and the post that it owes, written with what made it true."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports
        posts = ports.posts
        posts.kind(PostKind(BY_HAND, self._draw, FRESH, channel=self._log_channel))
        posts.kind(PostKind(RETURN, self._draw, FRESH, channel=self._return_channel))

    async def on_fact(self, tx: Transaction, fact: _Fact) -> None:
        """A reaction: somebody joined, or something was done by hand, told in this transaction."""
        settings = await self._ports.settings.get(fact.guild_id, CasesSettings)
        if not settings.enabled:
            return
        if isinstance(fact, MemberJoined):
            cases = await queries.about(tx, fact.guild_id, fact.user_id, 1)
            if settings.return_channel_id is not None and cases:
                await self._add(tx, self._remark(fact, "return"))
            return
        kind = _kind(fact)
        if kind is not None and settings.logs_by_hand:
            reason = None if isinstance(fact, MemberLeft) else fact.reason
            remark = self._remark(fact, kind)
            await self._add(tx, replace(remark, moderator_id=fact.moderator_id, reason=reason))

    async def timed_out(self, remark: Remark) -> None:
        """A timeout, or its end, by hand, as the audit log tells it."""
        await self._write(remark)

    async def unkept(self, guild_id: int, channel_id: int, why: str) -> None:
        """The muting role could not be denied anything in a new channel."""
        now = self._ports.clock.now()
        await self._write(
            Remark(
                guild_id=guild_id,
                kind="unkept",
                subject_id=channel_id,
                name="",
                created_at=now,
                reason=why,
            )
        )

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Those of a month ago; what they said stays said."""
        gone = 1
        while gone:
            async with self._ports.database.transaction() as tx:
                dropped = await drop_old(tx, now - KEPT)
                for remark_id, kind in dropped:
                    await self._ports.posts.drop(tx, _post(kind), remark_id)
                gone = len(dropped)
            yield gone

    async def _write(self, remark: Remark) -> None:
        settings = await self._ports.settings.get(remark.guild_id, CasesSettings)
        if settings.enabled and settings.logs_by_hand:
            async with self._ports.database.transaction() as tx:
                await self._add(tx, remark)

    async def _add(self, tx: Transaction, remark: Remark) -> None:
        remark_id = await add(tx, remark)
        if remark_id is not None:
            to = Addressee(remark.guild_id)
            await self._ports.posts.owe(tx, _post(remark.kind), remark_id, to)

    def _remark(self, fact: _Fact, kind: RemarkKind) -> Remark:
        return Remark(
            guild_id=fact.guild_id,
            kind=kind,
            subject_id=fact.user_id,
            name=fact.username,
            created_at=self._ports.clock.now(),
        )

    async def _draw(self, guild: GuildSeen, remark_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            remark = await find(reading, guild.guild_id, remark_id)
            if remark is None:
                return None
            if remark.kind != "return":
                return by_hand(remark)
            about = (guild.guild_id, remark.subject_id)
            cases = await queries.about(reading, *about, SHOWN)
            return came_back(remark, cases, await queries.count_about(reading, *about))

    async def _log_channel(self, guild_id: int) -> int | None:
        return (await self._ports.settings.get(guild_id, CasesSettings)).log_channel_id

    async def _return_channel(self, guild_id: int) -> int | None:
        return (await self._ports.settings.get(guild_id, CasesSettings)).return_channel_id


async def add(tx: Transaction, remark: Remark) -> int | None:
    """The new row's id; None where that entry was remarked upon before."""
    if remark.entry_id is not None:
        known = select(table.c.id).where(
            table.c.guild_id == remark.guild_id, table.c.entry_id == remark.entry_id
        )
        if (await tx.execute(known)).scalar_one_or_none() is not None:
            return None
    added = await tx.execute(insert(table).values(remark.row()).returning(table.c.id))
    return int(added.scalar_one())


async def find(reading: Reading, guild_id: int, remark_id: int) -> Remark | None:
    """The guild's remark."""
    is_it = (table.c.guild_id == guild_id) & (table.c.id == remark_id)
    row = (await reading.execute(select(table).where(is_it))).one_or_none()
    return None if row is None else from_row(Remark, row)


async def drop_old(tx: Transaction, before: datetime) -> list[tuple[int, str]]:
    """Let go of some that are older, the oldest first; their ids and kinds."""
    oldest = select(table.c.id, table.c.created_at).order_by(table.c.id).limit(TOGETHER).subquery()
    old = select(oldest.c.id).where(oldest.c.created_at <= before)
    held = select(table.c.id).where(table.c.id.in_(old)).with_for_update(skip_locked=True)
    gone = delete(table).where(table.c.id.in_(held)).returning(table.c.id, table.c.kind)
    return [(row.id, row.kind) for row in await tx.execute(gone)]


def by_hand(remark: Remark) -> Post:
    """The line about something that was done without Herald, or that it could not do."""
    title = _(TITLES[remark.kind]).format(name=inline(remark.name, 40))
    reason = inline(remark.reason or _("none given"), REASON_SHOWN)
    if remark.kind == "unkept":
        channel = (_("Channel"), f"<#{remark.subject_id}>")
        return Post(title=title, fields=(channel, (_("Why"), reason)), tone=Tone.WARNING)
    who = _("not known") if remark.moderator_id is None else f"<@{remark.moderator_id}>"
    fields = [(_("Person"), _person(remark)), (_("Moderator"), who), (_("Reason"), reason)]
    if remark.ends_at is not None:
        fields.append((_("Ends"), stamp(remark.ends_at)))
    return Post(title=title, fields=tuple(fields), at=remark.created_at)


def came_back(remark: Remark, cases: Sequence[Case], count: int) -> Post:
    """The alert about somebody with cases, the newest of them shown."""
    lines = [
        f"**{case.number}** {_(case.kind.done)}: {inline(case.said or '-', REASON_SHOWN)}"
        for case in cases
    ]
    if count > len(lines):
        lines.append("…")
    return Post(
        title=_(TITLES["return"]).format(name=inline(remark.name, 40)),
        text="\n".join(lines),
        fields=((_("Person"), _person(remark)), (_("Cases"), str(count))),
        tone=Tone.WARNING,
        buttons=(Button(_("History"), custom_id=HISTORY.of(user=remark.subject_id)),),
        at=remark.created_at,
    )


def _person(remark: Remark) -> str:
    return f"<@{remark.subject_id}> `{remark.subject_id}`"


def _post(kind: str) -> str:
    return RETURN if kind == "return" else BY_HAND


def _kind(fact: _Fact) -> RemarkKind | None:
    """What was done by hand; who left by themselves did nothing to anybody."""
    match fact:
        case MemberBanned():
            return "ban"
        case MemberUnbanned():
            return "unban"
        case MemberLeft(kind="kicked"):
            return "kick"
        case _:
            return None
