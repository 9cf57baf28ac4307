"""A punishment lifted before its time because somebody appealed: the side of cases."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.acts import Actor, ActRefused, Gone
from bot.catalogue.cases import CaseAppealDecided, CaseAppealed
from bot.catalogue.members import MemberUnbanned
from bot.errors import UserError
from bot.features.cases import enforcement, events
from bot.features.cases.hierarchy import refuse_editing
from bot.features.cases.model import Case, CaseState
from bot.features.cases.ports import Tools
from bot.features.cases.store import of_any_guild
from bot.features.cases.transitions import BANS, CaseTransitions
from bot.storage.database import Reading, Transaction
from bot.texts import _

WHY = "the appeal was approved"


@dataclass(frozen=True, slots=True)
class Pardon:
    """One case, and what is asked and done about lifting it."""

    tools: Tools
    case: Case

    def turn(self) -> AbstractAsyncContextManager[None]:
        """The person's turn: nothing else is done about them meanwhile."""
        return self.tools.turns.hold((self.case.guild_id, self.case.user_id))

    async def meet(self, actor: Actor) -> None:
        """Learn the rank of both people, where nobody remembers it; ActFailed without an answer."""
        await self.tools.acts.meet(actor.guild_id, actor.user_id, self.case.user_id)

    def refuse(self, actor: Actor) -> None:
        """A UserError for whoever may not undo the case, or decides about themself."""
        case, acts = self.case, self.tools.acts
        if actor.user_id == case.user_id:
            raise UserError(_("You cannot decide about your own appeal."))
        moderator = acts.standing(actor.guild_id, actor.user_id)
        refuse_editing(case, moderator, acts.standing(case.guild_id, case.user_id))

    @property
    def is_in_force(self) -> bool:
        """Whether its row and the clock say that it has effect."""
        ends_at = self.case.expires_at
        is_over = ends_at is not None and ends_at <= self.tools.clock.now()
        return self.case.state is CaseState.ACTIVE and not is_over

    async def stands(self) -> bool:
        """The same, but of a ban Discord is asked; ActFailed where it gives no answer."""
        if not self.is_in_force or self.case.type not in BANS:
            return self.is_in_force
        try:
            return await enforcement.is_own_ban(self.tools.acts, self.case)
        except Gone:
            return False

    async def catch_up(self) -> None:
        """What members hold of the person is told now: it came before the lift."""
        await self.tools.members.catch_up(self.case.guild_id, self.case.user_id)

    def expect(self) -> None:
        """What Discord tells of the ban's end from now on is ours to tell."""
        if self.case.type in BANS:
            self.tools.members.expect(self.case.guild_id, self.case.user_id, "unbanned")

    async def lift(self, by: str) -> None:
        """Lift it on Discord; ActRefused also where that would lift what somebody else did."""
        acts = self.tools.acts
        if self.case.type in BANS:
            try:
                is_own = await enforcement.is_own_ban(acts, self.case)
            except Gone:
                return
            if not is_own:
                raise ActRefused(_("somebody else has banned them since"))
        await enforcement.lift(acts, self.case, by, WHY)

    async def lifted(self, tx: Transaction, by_id: int, reason: str | None) -> bool:
        """Every event of the lift; false where the case had ended already."""
        if self.case.state is not CaseState.ACTIVE:
            return False
        after = await CaseTransitions(self.tools).revoked(tx, self.case, by_id)
        if after is not None and after.type in BANS:
            await self.tools.members.told(tx, self._unbanned(after, by_id, reason))
        return after is not None

    def told_elsewhere(self, by_id: int, reason: str | None) -> None:
        """Another process told of the lift: nothing of it is still to come."""
        if self.case.type in BANS:
            self.tools.members.learn(self._unbanned(self.case, by_id, reason))

    async def left(self) -> None:
        """Nothing was lifted: what was kept of the ban's end is told as somebody else's."""
        if self.case.type in BANS:
            await self.tools.members.forget(self.case.guild_id, self.case.user_id, "unbanned")

    def _unbanned(self, case: Case, by_id: int, reason: str | None) -> MemberUnbanned:
        return events.unbanned(case, moderator_id=by_id, reason=reason, source="bot")


class Pardons:
    """Looks cases up by their id, whatever the guild: who calls compares guild and person."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def find(self, reading: Reading, case_id: int) -> Pardon | None:
        """The case, in whatever state."""
        return self._of(await of_any_guild(reading, case_id))

    async def locked(self, tx: Transaction, case_id: int) -> Pardon | None:
        """The case, kept from other writers until the transaction ends."""
        return self._of(await of_any_guild(tx, case_id, locks=True))

    async def tell(self, tx: Transaction, event: CaseAppealed | CaseAppealDecided) -> None:
        """Emit it."""
        await self._tools.outbox.emit(tx, event)

    def _of(self, case: Case | None) -> Pardon | None:
        return None if case is None else Pardon(self._tools, case)
