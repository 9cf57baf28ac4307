"""Revocation of a case before its time: of one warning, or of a punishment that was appealed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.acts import Actor, ActRefused, Gone
from bot.catalogue.cases import CaseAppealDecided, CaseAppealed
from bot.catalogue.members import MemberUnbanned
from bot.errors import UserError
from bot.feature import Echo
from bot.features.cases import enforcement, queries, store
from bot.features.cases.hierarchy import refuse_editing
from bot.features.cases.messages import LOG
from bot.features.cases.model import Case, CaseState, clean_reason
from bot.features.cases.ports import CasesPorts
from bot.features.cases.records import NOTES
from bot.features.cases.transitions import BANS, CaseTransitions, unbanned
from bot.storage.database import Reading, Transaction
from bot.texts import _

LIFTED_BY = {"unban", "untimeout", "unmute"}
APPEALED = "the appeal was approved"


class Revocation:
    """Revocation of one warning by whoever could give the warning; a reason is kept as a note."""

    def __init__(self, ports: CasesPorts, transitions: CaseTransitions) -> None:
        self._ports = ports
        self._transitions = transitions

    async def revoke(self, actor: Actor, number: int, reason: str | None = None) -> Case:
        """The case as it is then; a UserError where it is no warning, or none in effect."""
        why = clean_reason(reason)
        async with self._ports.database.reading() as reading:
            seen = await store.numbered(reading, actor.guild_id, number)
        await self._ports.acts.meet(actor.guild_id, actor.user_id, seen.user_id)
        async with self._ports.database.transaction() as tx:
            case = await store.numbered(tx, actor.guild_id, number, locks=True)
            refuse_revoking(case)
            refuse_editing(self._ports.acts, actor, case)
            notes = why is not None and await self._note(tx, actor, case, why)
            after = await self._transitions.revoked(tx, case, actor.user_id, notes=notes)
        await self._ports.posts.pay(LOG, case.id)
        return after or case

    async def _note(self, tx: Transaction, actor: Actor, case: Case, why: str) -> bool:
        if len(await queries.notes(tx, case)) >= NOTES:
            raise UserError(_("That case has as many notes as a case can have."))
        now, author = self._ports.clock.now(), {"author_id": actor.user_id}
        await queries.add_note(tx, case, now, **author, author_name=actor.name, text=why)
        return True


def refuse_revoking(case: Case) -> None:
    """A UserError for what is no warning, or was lifted before."""
    if case.type != "warn":
        ends = case.kind.ends
        if ends in LIFTED_BY and case.state is CaseState.ACTIVE:
            text = _("Case {number} is no warning: lift it with /{command}.")
            raise UserError(text.format(number=case.number, command=ends))
        text = _("Case {number} is no warning: there is nothing to lift.")
        raise UserError(text.format(number=case.number))
    if case.state is not CaseState.ACTIVE:
        text = _("The warning of case {number} was lifted before.")
        raise UserError(text.format(number=case.number))


@dataclass(frozen=True, slots=True)
class Pardon:
    """One case, and what is asked and done about lifting it."""

    ports: CasesPorts
    transitions: CaseTransitions
    case: Case

    async def finalise(self, tx: Transaction, *, is_final: bool) -> None:
        """Say whether it can be appealed; the case is locked."""
        details = self.case.details.model_copy(update={"is_final": is_final})
        await store.change(tx, self.case, details=store.document(details))

    def refuse(self, actor: Actor) -> None:
        """A UserError for whoever may not undo the case, or decides about themself."""
        if actor.user_id == self.case.user_id:
            raise UserError(_("You cannot decide about your own appeal."))
        refuse_editing(self.ports.acts, actor, self.case)

    @property
    def is_in_force(self) -> bool:
        """Whether its row and the clock say that it has effect."""
        ends_at = self.case.expires_at
        is_over = ends_at is not None and ends_at <= self.ports.clock.now()
        return self.case.state is CaseState.ACTIVE and not is_over

    async def stands(self) -> bool:
        """The same, but of a ban Discord is asked; ActFailed where it gives no answer."""
        if not self.is_in_force or self.case.type not in BANS:
            return self.is_in_force
        return await enforcement.has_own_ban(self.ports.acts, self.case)

    @asynccontextmanager
    async def lifting(self) -> AsyncGenerator[Echo]:
        """The person's turn; what Discord tells of the ban's end meanwhile is ours to tell."""
        act = "unbanned" if self.case.type in BANS else None
        async with (
            self.ports.locks.hold(self.case.person),
            self.ports.echoes.own(*self.case.person, act) as echo,
        ):
            yield echo

    def expect(self) -> None:
        """The same for a lift that another process began."""
        if self.case.type in BANS:
            self.ports.echoes.expect(*self.case.person, "unbanned")

    async def lift(self, by: str) -> None:
        """Lift it on Discord; ActRefused also where that would lift what somebody else did."""
        acts = self.ports.acts
        if self.case.type in BANS:
            try:
                is_own = await enforcement.is_own_ban(acts, self.case)
            except Gone:
                return
            if not is_own:
                raise ActRefused(_("somebody else has banned them since"))
        await enforcement.lift(acts, self.case, by, APPEALED)

    async def lifted(self, tx: Transaction, echo: Echo, by_id: int, reason: str | None) -> bool:
        """Every event of the lift; false where the case had ended already."""
        if self.case.state is not CaseState.ACTIVE:
            return False
        after = await self.transitions.revoked(tx, self.case, by_id)
        if after is not None and after.type in BANS:
            await echo.told(tx, self._unbanned(after, by_id, reason))
        return after is not None

    def told_elsewhere(self, echo: Echo, by_id: int, reason: str | None) -> None:
        """Another process told of the lift: nothing of it is still to come."""
        echo.elsewhere(self._unbanned(self.case, by_id, reason) if self.case.type in BANS else None)

    def _unbanned(self, case: Case, by_id: int, reason: str | None) -> MemberUnbanned:
        return unbanned(case, moderator_id=by_id, reason=reason, source="bot")


class Pardons:
    """Looks cases up by their id, whatever the guild: who calls compares guild and person."""

    def __init__(self, ports: CasesPorts, transitions: CaseTransitions) -> None:
        self._ports = ports
        self._transitions = transitions

    async def find(self, reading: Reading, case_id: int, *, locks: bool = False) -> Pardon | None:
        """The case, in whatever state; `locks` keeps it from other writers."""
        case = await store.of_any_guild(reading, case_id, locks=locks)
        return None if case is None else Pardon(self._ports, self._transitions, case)

    async def tell(self, tx: Transaction, event: CaseAppealed | CaseAppealDecided) -> None:
        """Emit it."""
        await self._ports.outbox.emit(tx, event)
