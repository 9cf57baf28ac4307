"""Cases: each act is three re-runnable steps, so that a crash between them ends in the truth.

1. A transaction: rank and permission, the number, a row that is pending; no event.
2. The call on Discord, with the case's number in the audit log's reason.
3. A transaction: the row active with its events, or void and no event.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from bot.acts import ActFailed, Actor, ActRefused, ActUnknown
from bot.errors import UserError
from bot.features.cases import enforcement, store
from bot.features.cases.escalation import Escalation, Step
from bot.features.cases.hierarchy import Standings, refuse
from bot.features.cases.model import KINDS, Case, Order, Told, checked, family
from bot.features.cases.paying import Paying
from bot.features.cases.ports import Tools
from bot.features.cases.preconditions import Preconditions, Prepared, needed
from bot.features.cases.reapply import Reapply
from bot.features.cases.settings import CasesSettings
from bot.features.cases.store import document, next_number
from bot.features.cases.sweeping import Sweeps
from bot.features.cases.transitions import BANS, CaseTransitions, owed_letter
from bot.storage.database import Transaction
from bot.texts import _


@dataclass(frozen=True, slots=True)
class Done:
    """A case as it stands after an order, and the one that the ladder added to it.

    `refusal` says why that one could not be carried out.
    """

    case: Case
    followed_by: Case | None = None
    refusal: str | None = None


@dataclass(eq=False)
class CasesService:
    """One way in for every order; it acts once a client is connected."""

    tools: Tools

    def __post_init__(self) -> None:
        self.settling = CaseTransitions(self.tools)
        self.paying = Paying(self.tools)
        self.again = Reapply(self.tools)
        self.sweeps = Sweeps(self.tools, self.settling, paying=self.paying, again=self.again)
        self._climbing = Escalation(self.tools)
        self._preparing = Preconditions(self.tools)

    async def order(self, actor: Actor, order: Order) -> Done:
        """Do what a moderator asks; a UserError where it cannot be, and nothing has changed."""
        order = checked(order)
        settings = await self.tools.settings.get(actor.guild_id, CasesSettings)
        if not settings.enabled:
            raise UserError(_("Moderation cases are switched off here; see /settings."))
        await self.tools.acts.meet(actor.guild_id, actor.user_id, order.user_id)
        self._refuse(actor, order, settings)
        prepared = await self._preparing.prepare(actor.guild_id, order, settings)
        if KINDS[order.type].acts:
            async with self.tools.database.transaction() as tx:
                case = await self._begin(tx, actor, order, prepared, settings)
                tx.on_commit(partial(self.settling.expect, case))
            return Done(await self.carry_out(case, settings))
        async with self.tools.database.transaction() as tx:
            case = await self._begin(tx, actor, order, prepared, settings)
            settled = await self.settling.done(tx, case, owed_letter(case, settings), settings)
            step = await self._climbing.climb(tx, case, settings)
        return await self._follow(settled or case, step, settings)

    async def carry_out(self, case: Case, settings: CasesSettings) -> Case:
        """The second and third step of a pending case; a UserError where Discord refused."""
        async with self.tools.turns.hold((case.guild_id, case.user_id)):
            case = await self._as_it_is_now(case)
            await self.settling.begin(case)
            told = await self._letter_before(case, settings)
            await self._act(case, told)
            if case.kind.tells == "after":
                told = owed_letter(case, settings)
            async with self.tools.database.transaction() as tx:
                settled = await self.settling.done(tx, case, told, settings)
            if settled is None:
                self.settling.settled_elsewhere(case)
                return await self._settled_elsewhere(case, told)
            return await self.paying.pay(settled)

    async def rejoined(self, guild_id: int, user_id: int) -> None:
        """Somebody came back: a mute or a quarantine is not left behind by leaving."""
        for case in await self.again.rejoined(guild_id, user_id):
            async with self.tools.turns.hold((guild_id, user_id)):
                await self.again.repeat_quietly(case)

    async def on_late_joins(
        self, tx: Transaction, guild_id: int, user_ids: Collection[int]
    ) -> None:
        """A reaction: who came back while the bot was away is muted again by the next sweep."""
        await store.repeat_mutes(tx, guild_id, user_ids, self.tools.clock.now())

    async def on_unbanned(
        self, tx: Transaction, guild_id: int, user_id: int, moderator_id: int | None
    ) -> None:
        """A reaction: whoever unbans by hand puts an end to the case of the ban."""
        me = self.tools.acts.own_standing(guild_id)
        for case in await store.active(tx, guild_id, user_id, BANS):
            unknown = case.moderator_id if me is None else me.account.user_id
            await self.settling.revoked(tx, case, moderator_id or unknown)

    def _refuse(self, actor: Actor, order: Order, settings: CasesSettings) -> None:
        acts, guild_id = self.tools.acts, actor.guild_id
        standings = Standings(
            moderator=acts.standing(guild_id, actor.user_id),
            me=acts.own_standing(guild_id),
            target=acts.standing(guild_id, order.user_id),
        )
        needs = needed(order, settings, acts.roles(guild_id))
        refuse(KINDS[order.type], standings, needs=needs)

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
        number = await next_number(tx, actor.guild_id)
        busy = await store.in_the_way(
            tx, actor.guild_id, order.user_id, family(order.type), prepared.newest
        )
        if busy is not None:
            text = _("{name} does that already, as case {number}.")
            raise UserError(text.format(name=busy.moderator_name, number=busy.number))
        return await store.add(
            tx,
            order,
            self.tools.clock.now(),
            number=number,
            guild_id=actor.guild_id,
            username=prepared.account.username,
            moderator_id=actor.user_id,
            moderator_name=actor.name,
            # Half a change of roles would lose some: it is finished, or taken back.
            repeats=prepared.details.is_quarantine,
            details=prepared.details,
        )

    async def _as_it_is_now(self, case: Case) -> Case:
        """A ban that stood when it was looked at may have ended while the turn was waited for."""
        if not case.details.was_banned:
            return case
        try:
            if await self.tools.acts.is_banned(case.guild_id, case.user_id):
                return case
        except ActFailed:
            return case  # the call itself will say what is wrong
        if case.type == "unban":
            # Whoever lifted it tells so: with one of ours it would be told twice.
            await self.settling.void(case, "somebody else lifted it")
            raise UserError(_("They are not banned any more."))
        details = document(case.details.model_copy(update={"was_banned": False}))
        async with self.tools.database.transaction() as tx:
            return await store.change(tx, case, details=details) or case

    async def _letter_before(self, case: Case, settings: CasesSettings) -> Told:
        wants = settings.letters and case.kind.tells == "before" and not case.details.is_bot
        return await self.paying.letter(case) if wants else Told.NONE

    async def _act(self, case: Case, told: Told) -> None:
        """The second step; a refusal makes the case void."""
        acts = self.tools.acts
        try:
            await enforcement.carry_out(acts, case)
        except ActRefused as error:
            await enforcement.undo(acts, case)
            await self.settling.void(case, str(error), told)
            text = _("Discord does not let me do that: {reason}. Case {number} is void.")
            raise UserError(text.format(reason=error, number=case.number)) from error
        except ActUnknown as error:
            text = _(
                "Discord gave no answer. I will look in a minute whether it was done; "
                "/case view {number} tells then."
            )
            raise UserError(text.format(number=case.number)) from error

    async def _settled_elsewhere(self, case: Case, told: Told) -> Case:
        """A sweep found first that it was done; only the letter's outcome is news."""
        async with self.tools.database.transaction() as tx:
            now = await store.locked(tx, case.guild_id, case.number)
            if now is None or now.told is not Told.NONE or told is Told.OWED:
                return now or case
            return await store.change(tx, now, told=told.value) or now

    async def _follow(self, case: Case, step: Step, settings: CasesSettings) -> Done:
        async with self.tools.turns.hold((case.guild_id, case.user_id)):
            paid = await self.paying.pay(case)
        if step.case is None:
            return Done(paid, refusal=step.refusal)
        try:
            return Done(paid, await self.carry_out(step.case, settings))
        except UserError as error:
            async with self.tools.database.reading() as reading:
                added = await store.by_id(reading, case.guild_id, step.case.id)
            return Done(paid, added, str(error))
