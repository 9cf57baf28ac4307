"""Records of cases: read, searched, exported, edited, noted upon, deleted."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from bot.acts import ActFailed, Actor, ActRefused, Outcome
from bot.catalogue.base import utc_text
from bot.csv_export import csv_rows
from bot.errors import UserError
from bot.features.cases import queries, store, transitions
from bot.features.cases.hierarchy import refuse_editing
from bot.features.cases.messages import DIRECT, LOG
from bot.features.cases.model import (
    NOTE_LIMIT,
    Case,
    CaseEdit,
    CaseState,
    clean_reason,
    ends_at,
    refuse_duration,
)
from bot.features.cases.ports import CasesPorts
from bot.features.cases.preconditions import refuse_reason
from bot.features.cases.queries import CasePage, CaseQuery, Exhibit, Note
from bot.features.cases.settings import CasesSettings
from bot.features.cases.suggestions import suggested
from bot.features.cases.upkeep import Reapply
from bot.storage.database import Transaction
from bot.texts import _
from bot.user_text import clean_line, visible

NOTES = 50  # of one case
COLUMNS = (
    "number",
    "type",
    "state",
    "user_id",
    "username",
    "moderator_id",
    "moderator_name",
    "reason",
    "source",
    "created_at",
    "expires_at",
)
"""Of an export: fields of a case."""


class Unchanged(Enum):
    """Stands for what an edit leaves alone: None is a reason, or an end, that is taken away."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edit asks for; `lasts` counts from now, None for no end."""

    reason: str | Unchanged | None = UNCHANGED
    lasts: timedelta | Unchanged | None = UNCHANGED


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with all that hangs on it; `told` is what came of the letter.

    `is_owed` where it is lifted, and on Discord once they are back.
    """

    case: Case
    notes: list[Note] = field(default_factory=list[Note])
    evidence: list[Exhibit] = field(default_factory=list[Exhibit])
    told: Outcome | None = None
    is_owed: bool = False


class RecordsService:
    """Every number is looked up in the actor's guild; another guild's cases are not found."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports
        self._reapply = Reapply(ports)

    async def view(self, guild_id: int, number: int) -> CaseView:
        """One case, in whatever state; NotFound without one."""
        async with self._ports.database.reading() as reading:
            case = await store.numbered(reading, guild_id, number)
            notes = await queries.notes(reading, case)
            exhibits = await queries.exhibits(reading, case)
            told = await self._ports.posts.outcome(reading, DIRECT, case.id)
            return CaseView(case, notes, exhibits, told, self._is_owed(case))

    async def search(self, guild_id: int, query: CaseQuery, page: int = 1) -> CasePage:
        """The cases that fit, ten at a time."""
        query = replace(query, text=clean_line(query.text or "") or None)
        async with self._ports.database.reading(long_for=guild_id) as reading:
            return await queries.page(reading, guild_id, query, page)

    async def suggested(
        self, guild_id: int, typed: str, query: CaseQuery | None = None
    ) -> list[tuple[str, int]]:
        """While a number, a name or a reason is typed: what fits in words, with its number."""
        typed = clean_line(typed)
        is_heavy = bool(typed) and not typed.isdecimal()
        async with self._ports.database.reading(long_for=guild_id if is_heavy else None) as reading:
            found = await suggested(reading, guild_id, typed, query or CaseQuery())
        return [
            (f"{case.number}: {visible(case.username)} {_(case.kind.done)}", case.number)
            for case in found
        ]

    async def export(self, guild_id: int) -> AsyncGenerator[bytes]:
        """Every case as a table in pieces, the names of the columns first.

        Read in short pages, so that a large book neither fills the memory nor keeps a snapshot.
        """
        yield csv_rows([COLUMNS])
        async for cases in queries.all_cases(self._ports.database, guild_id):
            yield csv_rows([_cell(getattr(case, name)) for name in COLUMNS] for case in cases)

    async def edit(self, actor: Actor, number: int, changes: Changes) -> Case:
        """Change the reason, or when it ends; a timeout's end is changed on Discord first."""
        seen = await self._seen(actor, number)
        settings = await self._ports.settings.get(actor.guild_id, CasesSettings)
        key = (seen.guild_id, seen.user_id)
        async with self._ports.locks.hold(key):
            async with self._ports.database.transaction() as tx:
                case = await self._locked(tx, actor, number)
                edit = self._edit(actor, case, changes)
                if edit.reason != case.reason:
                    refuse_reason(settings, case.type, edit.reason)
                on_discord = case.type == "timeout" and edit.ends_at != case.expires_at
                step = self._reapply.owe if on_discord else self._reapply.applied
                case = await step(tx, case, edit)
            if on_discord:
                case = await self._repeated(case)
        await self._ports.posts.pay(LOG, case.id)
        return case

    async def note(self, actor: Actor, number: int, text: str) -> Case:
        """Write something down for staff alone; its text is in no event."""
        note = clean_line(text)
        if not note:
            raise UserError(_("Write something into the note."))
        if len(note) > NOTE_LIMIT:
            message = _("Use at most {limit} characters for a note.")
            raise UserError(message.format(limit=NOTE_LIMIT))
        await self._seen(actor, number)
        async with self._ports.database.transaction() as tx:
            case = await self._locked(tx, actor, number)
            if len(await queries.notes(tx, case)) >= NOTES:
                raise UserError(_("That case has as many notes as a case can have."))
            now = self._ports.clock.now()
            await queries.add_note(
                tx, case, now, author_id=actor.user_id, author_name=actor.name, text=note
            )
            event = transitions.updated(case, case, actor.user_id, notes=True)
            await self._ports.outbox.emit(tx, event)
        return case

    async def delete(self, actor: Actor, number: int) -> Case:
        """Remove a case with its notes and evidence; the case as it was."""
        await self._seen(actor, number)
        async with self._ports.database.transaction() as tx:
            case = await self._locked(tx, actor, number)
            schedules = case.expires_at is not None or case.details.restores
            if case.state is CaseState.ACTIVE and schedules and case.kind.ends is not None:
                text = _("Case {number} still has to end. Lift it first, then delete it.")
                raise UserError(text.format(number=number))
            if self._is_owed(case):
                text = _("Case {number} is to be lifted on Discord once they are back.")
                raise UserError(text.format(number=number))
            for react in self._ports.on_deleting:
                await react(tx, case.id)
            await store.remove(tx, case)
            about = {"number": number, "by_id": actor.user_id}
            await self._ports.posts.drop(tx, DIRECT, case.id)
            await self._ports.posts.drop(tx, LOG, case.id, about, soon=False)
            await self._ports.outbox.emit(tx, transitions.deleted(case, actor.user_id))
        await self._ports.posts.pay(LOG, case.id)
        return case

    def _is_owed(self, case: Case) -> bool:
        """Discord keeps the timeout of who is away, and lets nobody lift it."""
        is_kept = case.type == "timeout" and case.state is CaseState.REVOKED
        is_open = case.expires_at is not None and case.expires_at > self._ports.clock.now()
        is_away = self._ports.acts.standing(*case.person) is None
        return is_kept and is_open and is_away

    async def _seen(self, actor: Actor, number: int) -> Case:
        """The case, once the rank of both people is known."""
        case = (await self.view(actor.guild_id, number)).case
        await self._ports.acts.meet(actor.guild_id, actor.user_id, case.user_id)
        return case

    async def _locked(self, tx: Transaction, actor: Actor, number: int) -> Case:
        """The case, kept from other writers; a UserError for whoever may not change it."""
        case = await store.numbered(tx, actor.guild_id, number, locks=True)
        if case.state in (CaseState.PENDING, CaseState.VOID):
            text = _("Case {number} was not carried out: there is nothing to change.")
            raise UserError(text.format(number=number))
        refuse_editing(self._ports.acts, actor, case)
        return case

    def _edit(self, actor: Actor, case: Case, changes: Changes) -> CaseEdit:
        # One that still waits for Discord is taken along: this one takes its place.
        before = case.details.edit
        reason = case.reason if before is None else before.reason
        end = case.expires_at if before is None else before.ends_at
        if not isinstance(changes.reason, Unchanged):
            typed = clean_reason(changes.reason)
            reason = case.reason if typed == case.said else typed
        if not isinstance(changes.lasts, Unchanged):
            self._refuse_end(case, changes.lasts)
            end = ends_at(case.type, self._ports.clock.now(), changes.lasts)
        return CaseEdit(by_id=actor.user_id, reason=reason, ends_at=end)

    def _refuse_end(self, case: Case, lasts: timedelta | None) -> None:
        kind, now = case.kind, self._ports.clock.now()
        if not kind.takes_duration:
            raise UserError(_("A case of that kind has no end."))
        if case.state is not CaseState.ACTIVE or (case.expires_at and case.expires_at <= now):
            raise UserError(_("Case {number} is over already.").format(number=case.number))
        refuse_duration(kind, lasts)

    async def _repeated(self, case: Case) -> Case:
        try:
            return await self._reapply.repeat(case)
        except ActRefused as error:
            await self._reapply.give_up(case)
            text = _("Discord does not let me do that: {reason}. Nothing was changed.")
            raise UserError(text.format(reason=error)) from error
        except ActFailed as error:
            text = _("Discord gave no answer. I will try again until it does.")
            raise UserError(text) from error


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    return "" if value is None else str(value)
