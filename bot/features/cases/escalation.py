"""Escalation by the ladder: the case that a warning brings with it."""

from dataclasses import dataclass

from bot.errors import UserError
from bot.features.cases import store
from bot.features.cases.hierarchy import refuse_harmful
from bot.features.cases.model import Case, Details, Order, checked, family
from bot.features.cases.ports import CasesPorts
from bot.features.cases.preconditions import chosen, refuse_mute, refuse_order
from bot.features.cases.settings import CasesSettings, Rung, rung_at
from bot.sanctions import OwnReason
from bot.storage.database import Transaction
from bot.texts import N_, _


@dataclass(frozen=True, slots=True)
class Step:
    """What the ladder added: a pending case, or why there is none."""

    case: Case | None = None
    refusal: str | None = None


class Escalation:
    """Counts within the transaction of the warning, whose number keeps others out: never twice."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports

    async def climb(self, tx: Transaction, case: Case, settings: CasesSettings) -> Step:
        """What follows on this warning, if anything does; the bot itself orders it."""
        rung = await self._rung(tx, case, settings) if case.type == "warn" else None
        if rung is None:
            return Step()
        acts = self._ports.acts
        me = acts.own_standing(case.guild_id)
        reason = OwnReason.of(N_("{count} warnings"), count=rung.count)
        order = checked(Order(rung.action, case.user_id, reason, rung.duration))
        gives = chosen(settings.mute_role_id) if order.type == "mute" else ()
        try:
            refuse_order(acts, case.guild_id, me, order, settings)
            await self._refuse_lasting(tx, case, order, gives)
            refuse_harmful(acts, case.guild_id, gives)
        except UserError as error:
            return Step(refusal=str(error))
        busy = await store.in_the_way(tx, case.guild_id, case.user_id, family(order.type), case.id)
        if me is None or busy is not None:
            return Step()
        added = await store.add(
            tx,
            order,
            self._ports.clock.now(),
            number=await store.next_number(tx, case.guild_id),
            guild_id=case.guild_id,
            username=case.username,
            moderator_id=me.account.user_id,
            moderator_name=me.account.username,
            repeats=True,  # nobody stands by to order it again
            details=Details(is_bot=case.details.is_bot, gives=gives),
        )
        return Step(added)

    async def _refuse_lasting(
        self, tx: Transaction, case: Case, order: Order, gives: tuple[int, ...]
    ) -> None:
        """A UserError where what stands would be lost, or end before its time."""
        active = await store.active(tx, case.guild_id, case.user_id, (order.type,))
        if order.type == "mute":
            refuse_mute(active, gives)
        for one in active:
            if one.expires_at is None or (
                order.duration is not None
                and one.expires_at >= self._ports.clock.now() + order.duration
            ):
                text = _("{name} {done} already, as case {number}, for longer than that.")
                done = _(one.kind.done)
                raise UserError(text.format(name=one.username, done=done, number=one.number))

    async def _rung(self, tx: Transaction, case: Case, settings: CasesSettings) -> Rung | None:
        now = self._ports.clock.now()
        rungs = settings.rungs
        counts = {
            within: await store.count_since(tx, case.guild_id, case.user_id, "warn", now - within)
            for within in {rung.within for rung in rungs}
        }
        return rung_at(rungs, counts)
