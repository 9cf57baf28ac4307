"""Decisions of the staff, and the three steps of an approval."""

from bot.acts import ActFailed, Actor, ActRefused
from bot.errors import NotFound, UserError
from bot.feature import Echo
from bot.features.appeals import store
from bot.features.appeals.invites import ReturnInvites
from bot.features.appeals.model import Appeal, AppealState, Decision, clean_reason
from bot.features.appeals.ports import AppealsPorts, Punishment
from bot.features.appeals.transitions import AppealTransitions
from bot.storage.database import Reading
from bot.texts import _


class Decisions:
    """One conditional write says who decides; everybody else is told who that was."""

    def __init__(
        self, ports: AppealsPorts, transitions: AppealTransitions, *, invites: ReturnInvites
    ) -> None:
        self._ports = ports
        self._transitions = transitions
        self._invites = invites

    async def ready(self, actor: Actor, appeal_id: int) -> Appeal:
        """The appeal, where that person may decide about it now; a UserError says why not."""
        return (await self._ready(actor, appeal_id))[0]

    async def decide(
        self, actor: Actor, appeal_id: int, decision: Decision, reason: str | None
    ) -> Appeal:
        """The appeal afterwards: decided, or closed where there was nothing left to lift.

        A UserError where that cannot be, and the appeal is as it was.
        """
        reason = clean_reason(decision, reason)
        seen, punishment = await self._ready(actor, appeal_id)
        stands = await self._stands(punishment, decision)
        async with self._ports.database.transaction() as tx:
            locked = await self._ports.cases.find(tx, seen.case_id, locks=True)
            appeal = await store.by_id(tx, actor.guild_id, appeal_id)
            if locked is None or appeal is None:
                raise _missing()
            _refuse_decided(appeal)
            locked.refuse(actor)
            if not stands:
                moved = await self._transitions.closed(tx, appeal)
            elif decision == "denied":
                moved = await self._transitions.denied(tx, appeal, actor, reason)
            else:
                moved = await self._transitions.begin(tx, appeal, actor, reason)
        if moved is None:
            raise _missing()
        return await self._approve(moved) if moved.state is AppealState.APPROVING else moved

    async def finish(self, appeal: Appeal) -> Appeal:
        """The second and third step, which may be done again; ActRefused opens it again."""
        async with self._ports.database.reading() as reading:
            _seen, punishment = await self._found(reading, appeal.guild_id, appeal.id)
        async with punishment.lifting() as echo:
            async with self._ports.database.reading() as reading:
                appeal, punishment = await self._found(reading, appeal.guild_id, appeal.id)
            if appeal.state is not AppealState.APPROVING:
                return appeal
            if punishment.case.state == "active":
                await self._lift(appeal, punishment)
            concluded = await self._conclude(appeal, punishment, echo)
        return await self._invite(concluded)

    async def _approve(self, appeal: Appeal) -> Appeal:
        try:
            return await self.finish(appeal)
        except ActRefused as error:
            text = _("Discord does not let me do that: {reason}. The appeal stays open.")
            raise UserError(text.format(reason=error)) from error
        except ActFailed as error:
            text = _("Discord gave no answer. I will try again until it does.")
            raise UserError(text) from error

    async def _invite(self, appeal: Appeal) -> Appeal:
        """At once, so that the person has it with the decision; a sweep does what fails here."""
        if not appeal.invite_owed:
            return appeal
        await self._invites.make(appeal)
        async with self._ports.database.reading() as reading:
            return await store.by_id(reading, appeal.guild_id, appeal.id) or appeal

    async def _lift(self, appeal: Appeal, punishment: Punishment) -> None:
        try:
            await punishment.lift(appeal.decided_by_name or "")
        except ActRefused as error:
            async with self._ports.database.transaction() as tx:
                await self._transitions.refused(tx, appeal, str(error))
            raise

    async def _conclude(self, appeal: Appeal, punishment: Punishment, echo: Echo) -> Appeal:
        invites = await self._invites.is_wanted(appeal)
        async with self._ports.database.transaction() as tx:
            locked = await self._ports.cases.find(tx, appeal.case_id, locks=True)
            now = await store.by_id(tx, appeal.guild_id, appeal.id)
            approved = None
            if locked is not None and now is not None:
                approved = await self._transitions.approved(tx, now, locked, echo, invites=invites)
        if approved is None and now and now.punishment_lifted and now.decided_by_id is not None:
            punishment.told_elsewhere(echo, now.decided_by_id, now.reason)
        return approved or now or appeal

    async def _stands(self, punishment: Punishment, decision: Decision) -> bool:
        """Asked of Discord; to deny, the row is enough where it gives no answer."""
        try:
            return await punishment.stands()
        except ActFailed as error:
            if decision == "denied":
                return punishment.is_in_force
            text = _("Discord did not answer: {reason}. Nothing was done; try again soon.")
            raise UserError(text.format(reason=error)) from error

    async def _ready(self, actor: Actor, appeal_id: int) -> tuple[Appeal, Punishment]:
        async with self._ports.database.reading() as reading:
            seen, punishment = await self._found(reading, actor.guild_id, appeal_id)
        await self._ports.acts.meet(actor.guild_id, actor.user_id, punishment.case.user_id)
        punishment.refuse(actor)
        _refuse_decided(seen)
        return seen, punishment

    async def _found(
        self, reading: Reading, guild_id: int, appeal_id: int
    ) -> tuple[Appeal, Punishment]:
        appeal = await store.by_id(reading, guild_id, appeal_id)
        punishment = appeal and await self._ports.cases.find(reading, appeal.case_id)
        if appeal is None or punishment is None:
            raise _missing()
        return appeal, punishment


def _missing() -> NotFound:
    return NotFound(_("There is no such appeal in this server, or its case was deleted."))


def _refuse_decided(appeal: Appeal) -> None:
    """A UserError for whoever comes second."""
    if appeal.state is AppealState.CLOSED:
        raise UserError(_("The punishment has ended by itself: there is nothing to decide."))
    if appeal.state is not AppealState.OPEN:
        text = _("That appeal was already decided by {name}.")
        raise UserError(text.format(name=appeal.decided_by_name))
