"""Cases service: each act is three re-runnable steps, so that a crash ends in the truth.

1. A transaction: rank and permission, the number, a row that is pending; no event.
2. The call on Discord, with the case's number in the audit log's reason.
3. A transaction: the row active with its events, or void and no event.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.acts import Actor, ActRefused, ActUnknown, Outcome
from bot.errors import UserError
from bot.feature import Echo
from bot.features.cases import enforcement, store
from bot.features.cases.comparison import Comparison
from bot.features.cases.escalation import Escalation, Step
from bot.features.cases.hierarchy import refuse_restoring
from bot.features.cases.messages import CaseMessages, EarlyMessage
from bot.features.cases.model import KINDS, Case, Order, checked, family
from bot.features.cases.ports import CasesPorts
from bot.features.cases.preconditions import (
    Preconditions,
    Prepared,
    refuse_order,
    refuse_reason,
    weaker,
)
from bot.features.cases.settings import CasesSettings
from bot.features.cases.sweep import DueCases
from bot.features.cases.transitions import BANS, CaseTransitions
from bot.features.cases.upkeep import Reapply
from bot.kept_texts import worded
from bot.storage.database import Transaction
from bot.texts import N_, _

LIFTED_ELSEWHERE = N_("somebody else lifted it")  # kept with the case, read in any language


class CaseUnanswered(UserError):
    """Refusal where Discord gave no answer: the case of that number is settled later."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


class CaseBusy(UserError):
    """Refusal where somebody, or a process that died, does the same at this moment."""


@dataclass(frozen=True, slots=True)
class Done:
    """A case as it stands after an order, and the one that the ladder added to it.

    `told` is what came of the letter to the person, `logged` of the entry in the log, None where
    there is none; `refusal` says why the added one could not be carried out. `is_owed` where
    Discord lets nobody do it before they are back.
    """

    case: Case
    told: Outcome | None = None
    logged: Outcome | None = None
    followed_by: "Done | None" = None
    refusal: str | None = None
    is_owed: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Of a release: the names of roles that are deleted, or above the bot by now."""
        return tuple(self.case.details.names.values())


@dataclass(eq=False)
class CasesService:
    """One way in for every order; it acts once a client is connected."""

    ports: CasesPorts

    def __post_init__(self) -> None:
        self.messages = CaseMessages(self.ports)
        self.transitions = CaseTransitions(self.ports, self.messages)
        self._reapply = reapply = Reapply(self.ports)
        self._comparison = Comparison(self.ports, self.transitions, reapply=reapply)
        self.changed, self.comparisons = self._comparison.changed, self._comparison.sweep()
        self.on_sighted, self.on_late_joins = self._comparison.on_sighted, reapply.on_late_joins
        self._escalation = Escalation(self.ports)
        self._preconditions = Preconditions(self.ports)
        ends = DueCases(
            self.ports, self.transitions, messages=self.messages, comparison=self._comparison
        )
        self.sweep = ends.sweep(reapply)

    async def order(self, actor: Actor, order: Order) -> Done:
        """Do what a moderator asks; a UserError where it cannot be, and nothing has changed."""
        order = checked(order)
        settings = await self.ports.settings.get(actor.guild_id, CasesSettings)
        if not settings.enabled:
            raise UserError(_("Moderation cases are switched off here; see /settings."))
        refuse_reason(settings, order.type, order.reason)
        await self.ports.acts.meet(actor.guild_id, actor.user_id, order.user_id)
        self._refuse(actor, order, settings)
        prepared = await self._preconditions.prepare(actor.guild_id, order, settings)
        if KINDS[order.type].acts:
            async with self.ports.database.transaction() as tx:
                case = await self._begin(tx, actor, order, prepared, settings)
                tx.on_commit(partial(self.transitions.expect, case))
            return await self.carry_out(case, settings)
        async with self.ports.database.transaction() as tx:
            case = await self._begin(tx, actor, order, prepared, settings)
            settled = await self.transitions.done(tx, case, settings)
            step = await self._escalation.climb(tx, case, settings)
        return await self._follow(await self._paid(settled or case), step, settings)

    async def release(
        self, actor: Actor, user_id: int, reason: str | None = None, *, silent: bool = False
    ) -> Done:
        """Give back what of a quarantine can be; a UserError where they are in none."""
        async with self.ports.database.reading() as reading:
            mutes = await store.active(reading, actor.guild_id, user_id, ("mute",))
        if not any(case.details.is_quarantine for case in mutes):
            raise UserError(_("They are not in quarantine."))
        return await self.order(actor, Order("unmute", user_id, reason, silent=silent))

    async def carry_out(self, case: Case, settings: CasesSettings) -> Done:
        """The second and third step of a pending case; a UserError where Discord refused."""
        async with self.ports.locks.hold(case.person):
            case = await self._as_it_is_now(case)
            try:
                async with self.transitions.own(case) as echo:
                    await self._refuse_unbanned(case, echo)
                    early, visit = await self._act(case, settings, echo)
                    async with self.ports.database.transaction() as tx:
                        settled = await self.transitions.done(
                            tx, case, settings, echo=echo, early=early, visit=visit
                        )
            except ActUnknown as error:
                text = _(
                    "Discord gave no answer. I will look in a minute whether it was done; "
                    "/case view {number} tells then."
                )
                raise CaseUnanswered(text.format(number=case.number), case.number) from error
            return await self._paid(settled or await self._settled_elsewhere(case, early))

    async def rejoined(self, guild_id: int, user_id: int) -> None:
        """Somebody came back: what leaving had kept from them, or from being lifted, is done."""
        await self._reapply.rejoined(guild_id, user_id)
        await self.changed(guild_id, user_id)

    async def on_unbanned(
        self, tx: Transaction, guild_id: int, user_id: int, moderator_id: int | None
    ) -> None:
        """A reaction: whoever unbans by hand puts an end to the case of the ban."""
        me = self.ports.acts.own_standing(guild_id)
        for case in await store.active(tx, guild_id, user_id, BANS):
            unknown = case.moderator_id if me is None else me.account.user_id
            await self.transitions.revoked(tx, case, moderator_id or unknown)

    def _refuse(self, actor: Actor, order: Order, settings: CasesSettings) -> None:
        moderator = self.ports.acts.standing(actor.guild_id, actor.user_id)
        refuse_order(self.ports.acts, actor.guild_id, moderator, order, settings)

    def _refuse_release(self, actor: Actor, order: Order, prepared: Prepared) -> None:
        """Whoever gives roles back must stand above them; the bot itself lets time run out."""
        acts, guild_id = self.ports.acts, actor.guild_id
        moderator, me = acts.standing(guild_id, actor.user_id), acts.own_standing(guild_id)
        if order.type == "unmute" and moderator is not None and moderator != me:
            refuse_restoring(acts, guild_id, moderator, prepared.details.gives)

    async def _begin(
        self,
        tx: Transaction,
        actor: Actor,
        order: Order,
        prepared: Prepared,
        settings: CasesSettings,
    ) -> Case:
        """The first step; rank is asked again here, where nobody else's change comes between."""
        self._refuse(actor, order, settings)
        self._refuse_release(actor, order, prepared)
        number = await store.next_number(tx, actor.guild_id)
        busy = await store.in_the_way(
            tx, actor.guild_id, order.user_id, family(order.type), prepared.newest
        )
        if busy is not None:
            text = _("{name} does that already, as case {number}.")
            raise CaseBusy(text.format(name=busy.moderator_name, number=busy.number))
        return await store.add(
            tx,
            order,
            self.ports.clock.now(),
            number=number,
            guild_id=actor.guild_id,
            username=prepared.account.username,
            moderator_id=actor.user_id,
            moderator_name=actor.name,
            # Half a change of roles would lose some: it is finished, or taken back.
            repeats=prepared.details.is_quarantine,
            details=prepared.details.model_copy(update={"is_silent": order.silent}),
        )

    async def _as_it_is_now(self, case: Case) -> Case:
        """A ban that stood when it was looked at may have ended while the turn was waited for."""
        if case.type == "unban" or await enforcement.is_still_banned(self.ports.acts, case):
            return case
        details = store.document(case.details.model_copy(update={"was_banned": False}))
        async with self.ports.database.transaction() as tx:
            return await store.change(tx, case, details=details) or case

    async def _refuse_unbanned(self, case: Case, echo: Echo) -> None:
        """Whoever lifted it tells so: with one of ours it would be told twice."""
        if case.type != "unban":
            return
        if case.details.was_banned:
            is_over = not await enforcement.is_still_banned(self.ports.acts, case)
        else:
            async with self.ports.database.reading() as reading:
                is_over = not await store.active(reading, *case.person, BANS)
        if is_over:
            await self.transitions.void(case, LIFTED_ELSEWHERE, echo)
            raise UserError(_("They are not banned any more."))

    async def _act(
        self, case: Case, settings: CasesSettings, echo: Echo
    ) -> tuple[EarlyMessage | None, datetime | None]:
        """The second step, after the letter to whom it removes; a refusal makes the case void."""
        early = None
        try:
            why = await weaker(self.ports, case)
            if why is not None:
                await self.transitions.void(case, why, echo)
                text = _("That would be less than there is: {reason}.")
                raise UserError(text.format(reason=worded(why)))
            early = await self.messages.before(case, settings)
            return early, await enforcement.carry_out(self.ports.acts, case)
        except ActRefused as error:
            kept = await enforcement.undo(self.ports.acts, case)
            await self.messages.take_back(case, early)
            reason = "; ".join(filter(None, (str(error), kept)))
            await self.transitions.void(case, reason, echo)
            text = _("Discord does not let me do that: {reason}. Case {number} is void.")
            raise UserError(text.format(reason=reason, number=case.number)) from error

    async def _settled_elsewhere(self, case: Case, early: EarlyMessage | None) -> Case:
        """A sweep found first that it was done; only the letter's outcome is news."""
        async with self.ports.database.transaction() as tx:
            now = await store.by_id(tx, case.guild_id, case.id, locks=True)
            if now is not None and early is not None:
                await self.messages.keep(tx, now, early)
            return now or case

    async def _paid(self, case: Case) -> Done:
        told, logged = await self.messages.pay(case)
        is_away = self.ports.acts.standing(*case.person) is None
        return Done(case, told, logged, is_owed=is_away and case.type == "untimeout")

    async def _follow(self, done: Done, step: Step, settings: CasesSettings) -> Done:
        if step.case is None:
            return replace(done, refusal=step.refusal)
        try:
            return replace(done, followed_by=await self.carry_out(step.case, settings))
        except UserError as error:
            async with self.ports.database.reading() as reading:
                added = await store.by_id(reading, done.case.guild_id, step.case.id)
            return replace(done, followed_by=Done(added or step.case), refusal=str(error))
