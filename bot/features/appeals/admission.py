"""Admission to appeals by the staff: a link handed over, a final case, people on the block list."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import (
    BigInteger,
    Column,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    func,
    select,
    text,
)

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.clock import Clock, to_ms
from bot.errors import NotFound, UserError
from bot.features.appeals.links import Issuing
from bot.features.appeals.model import APPEALABLE, REASON_LIMIT
from bot.features.appeals.ports import AppealsPorts, Punishment
from bot.outbox.audit import AuditLog
from bot.snapshots import CaseSeen
from bot.storage.database import Database, Reading
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import UtcDateTime, from_row, metadata
from bot.texts import _
from bot.user_text import clean_line

MOST = 1_000  # of one guild

table = Table(
    "appeal_block",
    metadata,
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("by_id", BigInteger, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("reason", Text),
    Column("created_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("guild_id", "user_id"),
)

ADD = text(
    "INSERT INTO appeal_block (guild_id, user_id, by_id, by_name, reason, created_at) "
    "VALUES (:guild_id, :user_id, :by_id, :by_name, :reason, :created_at) "
    "ON CONFLICT DO NOTHING RETURNING user_id"
)
DONE = {True: ("forbidden", "let nobody appeal"), False: ("allowed", "let appeals be made of")}


@dataclass(frozen=True, slots=True)
class Block:
    """One person on it; `reason` is for the staff."""

    guild_id: int
    user_id: int
    by_id: int
    by_name: str
    reason: str | None
    created_at: datetime


BlockPage = RowPage[Block]
"""Some of a guild's, newest first."""


class Admission:
    """Whoever may lift the punishment may do so; each act is in the audit log."""

    def __init__(self, ports: AppealsPorts, issuing: Issuing) -> None:
        self._ports = ports
        self._issuing = issuing

    async def hand_over(self, actor: Actor, case: CaseSeen) -> str:
        """The address of the case's page, for whoever got no message; a UserError without one.

        It is as good as the one that the person was sent: who has it writes in their name.
        """
        punishment = await self._ready(actor, case)
        if not punishment.is_in_force:
            raise UserError(_("That has ended: there is nothing to appeal."))
        url = await self._issuing.link(punishment.case)
        if url is None:
            raise UserError(self._why_not(punishment.case))
        async with self._ports.database.transaction() as tx:
            entry = _entry(actor, punishment.case, "link_handed_over", "took the appeal link of")
            await self._ports.audit.write(tx, entry)
        return url

    async def finalise(self, actor: Actor, case: CaseSeen, *, is_final: bool) -> None:
        """Say that a case cannot be appealed, or that it can; a UserError where that is so."""
        await self._ready(actor, case)
        async with self._ports.database.transaction() as tx:
            locked = await self._ports.cases.find(tx, case.id, locks=True)
            if locked is None:
                raise NotFound(_("That case was deleted."))
            if locked.case.is_final == is_final:
                raise UserError(_("That is so already."))
            await locked.finalise(tx, is_final=is_final)
            await self._ports.audit.write(tx, _entry(actor, case, *DONE[is_final]))

    async def _ready(self, actor: Actor, case: CaseSeen) -> Punishment:
        async with self._ports.database.reading() as reading:
            punishment = await self._ports.cases.find(reading, case.id)
        if punishment is None or punishment.case.guild_id != actor.guild_id:
            raise NotFound(_("That case was deleted."))
        if case.type not in APPEALABLE:
            raise UserError(_("Bans, timeouts and mutes alone can be appealed."))
        await self._ports.acts.meet(actor.guild_id, actor.user_id, case.user_id)
        punishment.refuse(actor)
        return punishment

    def _why_not(self, case: CaseSeen) -> str:
        if case.is_final:
            text = _("Case {number} cannot be appealed; /appeals allow changes that.")
            return text.format(number=case.number)
        if self._issuing.links.has_address:
            return _("Appeals are switched off, or this person is on the block list of /appeals.")
        return _("My pages have no public address: whoever runs this bot sets `web.public_url`.")


async def is_blocked(reading: Reading, guild_id: int, user_id: int) -> bool:
    """Whether that guild takes no appeal from that person."""
    them = (table.c.guild_id == guild_id) & (table.c.user_id == user_id)
    found = await reading.execute(select(table.c.user_id).where(them))
    return found.one_or_none() is not None


class BlockList:
    """Who is on it is told when they would appeal; what they wrote before is still decided."""

    def __init__(self, database: Database, audit: AuditLog, *, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def has(self, guild_id: int, user_id: int) -> bool:
        """Whether that guild takes no appeal from that person."""
        async with self._database.reading() as reading:
            return await is_blocked(reading, guild_id, user_id)

    async def add(self, actor: Actor, user_id: int, reason: str | None = None) -> None:
        """Take no appeal from them any more; a UserError where that is so already."""
        _refuse_own(actor, user_id)
        reason = clean_line(reason or "") or None
        if len(reason or "") > REASON_LIMIT:
            raise UserError(_("Use at most {limit} characters.").format(limit=REASON_LIMIT))
        async with self._database.transaction() as tx:
            if await _count(tx, actor.guild_id) >= MOST:
                words = _("The block list holds {limit} people: take somebody off it first.")
                raise UserError(words.format(limit=MOST))
            row = Block(
                actor.guild_id, user_id, actor.user_id, actor.name, reason, self._clock.now()
            )
            added = await tx.execute(ADD, {**asdict(row), "created_at": to_ms(row.created_at)})
            if added.one_or_none() is None:  # also where somebody else did it this moment
                raise UserError(_("They are on the block list already."))
            await self._audit.write(tx, _entry_about(actor, user_id, "blocked", reason))

    async def remove(self, actor: Actor, user_id: int) -> None:
        """Take appeals from them again; NotFound where they are not on the list."""
        _refuse_own(actor, user_id)
        async with self._database.transaction() as tx:
            gone = await tx.execute(
                delete(table)
                .where(table.c.guild_id == actor.guild_id, table.c.user_id == user_id)
                .returning(table.c.user_id)
            )
            if gone.one_or_none() is None:
                raise NotFound(_("They are not on the block list."))
            await self._audit.write(tx, _entry_about(actor, user_id, "unblocked", None))

    async def page(self, guild_id: int, number: int = 1) -> BlockPage:
        """Ten of them, newest first: that page, or the nearest there is."""
        newest = (table.c.created_at.desc(), table.c.user_id)
        wanted = select(table).where(table.c.guild_id == guild_id).order_by(*newest)
        async with self._database.reading() as reading:
            return await page_of(reading, wanted, number, partial(from_row, Block))


def _entry(actor: Actor, case: CaseSeen, done: str, words: str) -> AuditDraft:
    return AuditDraft(
        guild_id=actor.guild_id,
        event_type=f"appeal.{done}",
        summary=f"{actor.name} {words} case {case.number}.",
        target_type="case",
        target_id=str(case.id),
        actor_id=actor.user_id,
        actor_name=actor.name,
        context={"case_number": case.number},
    )


async def _count(reading: Reading, guild_id: int) -> int:
    query = select(func.count()).select_from(table).where(table.c.guild_id == guild_id)
    return int((await reading.execute(query)).scalar_one())


def _refuse_own(actor: Actor, user_id: int) -> None:
    if actor.user_id == user_id:
        raise UserError(_("You cannot decide about your own appeals."))


def _entry_about(actor: Actor, user_id: int, done: str, reason: str | None) -> AuditDraft:
    words = "blocked from appealing" if done == "blocked" else "allowed to appeal again"
    return AuditDraft(
        guild_id=actor.guild_id,
        event_type=f"appeal.{done}",
        summary=f"{actor.name} {words}: {user_id}.",
        target_type="user",
        target_id=str(user_id),
        actor_id=actor.user_id,
        actor_name=actor.name,
        context={"reason": reason} if reason else {},
    )
