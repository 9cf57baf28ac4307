"""Transitions of an appeal, with all that follows from each, in the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from bot.acts import Actor
from bot.catalogue.cases import CaseAppealDecided, CaseAppealed
from bot.feature import Echo
from bot.features.appeals import store
from bot.features.appeals.messages import CARD, DIRECT
from bot.features.appeals.model import Action, Appeal, AppealState, Decision, after
from bot.features.appeals.ports import AppealsPorts, Punishment
from bot.posts.store import Addressee
from bot.snapshots import CaseSeen
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE


class AppealTransitions:
    """None where the appeal is not where it was any more: somebody was faster."""

    def __init__(self, ports: AppealsPorts) -> None:
        self._ports = ports

    async def submit(
        self, tx: Transaction, case: CaseSeen, before: Sequence[Appeal], message: str
    ) -> Appeal | None:
        """The next attempt, with its card owed."""
        state = after(before[-1].state if before else None, Action.SUBMIT)
        if state is None:
            return None
        now = self._ports.clock.now()
        appeal = await store.add(
            tx,
            guild_id=case.guild_id,
            case_id=case.id,
            case_number=case.number,
            case_type=case.type,
            user_id=case.user_id,
            username=case.username,
            attempt=len(before) + 1,
            message=message,
            state=state.value,
            created_at=now,
        )
        await self._ports.posts.owe(tx, CARD, appeal.id, Addressee(appeal.guild_id))
        await self._ports.cases.tell(tx, _appealed(appeal))
        return appeal

    async def begin(
        self, tx: Transaction, appeal: Appeal, actor: Actor, reason: str | None
    ) -> Appeal | None:
        """The first step of an approval; no event. A sweep finishes it after the lease."""
        look_at = self._ports.clock.now() + LEASE
        return await store.move(
            tx, appeal, Action.APPROVE, failure=None, look_at=look_at, **_by(actor, reason)
        )

    async def approved(
        self,
        tx: Transaction,
        appeal: Appeal,
        punishment: Punishment,
        echo: Echo,
        *,
        invites: bool = False,
    ) -> Appeal | None:
        """The third step: what was lifted is told before the decision; an invite may be owed."""
        if appeal.decided_by_id is None or after(appeal.state, Action.LIFT) is None:
            return None
        lifted = await punishment.lifted(tx, echo, appeal.decided_by_id, appeal.reason)
        came: dict[str, Any] = {"punishment_lifted": lifted}
        if invites and lifted:  # whoever decides makes it, and a sweep after the lease
            came |= {"invite_owed": True, "look_at": self._ports.clock.now() + LEASE}
        return await self._decided(tx, appeal, Action.LIFT, **came)

    async def denied(
        self, tx: Transaction, appeal: Appeal, actor: Actor, reason: str | None
    ) -> Appeal | None:
        """The punishment stays."""
        return await self._decided(tx, appeal, Action.DENY, **_by(actor, reason))

    async def refused(self, tx: Transaction, appeal: Appeal, failure: str) -> Appeal | None:
        """Discord would not lift it: the appeal is open again, and no event says otherwise."""
        nobody = {"decided_by_id": None, "decided_by_name": None, "reason": None, "look_at": None}
        moved = await store.move(tx, appeal, Action.REFUSE, failure=failure[:500], **nobody)
        await self._redraw(tx, moved)
        return moved

    async def closed(self, tx: Transaction, appeal: Appeal) -> Appeal | None:
        """The punishment ended before anybody decided; the person is told, no event is sent."""
        return await self._over(tx, appeal, Action.CLOSE)

    async def _decided(
        self, tx: Transaction, appeal: Appeal, action: Action, **values: Any
    ) -> Appeal | None:
        moved = await self._over(tx, appeal, action, **values)
        if moved is not None:
            await self._ports.cases.tell(tx, _decided(moved))
        return moved

    async def _over(
        self, tx: Transaction, appeal: Appeal, action: Action, **values: Any
    ) -> Appeal | None:
        now = self._ports.clock.now()
        reset = {"decided_at": now, "look_at": None, "failure": None}
        moved = await store.move(tx, appeal, action, **{**reset, **values})
        if moved is not None:
            person = Addressee(moved.guild_id, user_id=moved.user_id)
            await self._ports.posts.owe(tx, DIRECT, moved.id, person)
        await self._redraw(tx, moved)
        return moved

    async def _redraw(self, tx: Transaction, appeal: Appeal | None) -> None:
        if appeal is not None:
            await self._ports.posts.redraw(tx, CARD, appeal.id)


def _by(actor: Actor, reason: str | None) -> dict[str, Any]:
    return {"decided_by_id": actor.user_id, "decided_by_name": actor.name, "reason": reason}


def _appealed(appeal: Appeal) -> CaseAppealed:
    return CaseAppealed(
        guild_id=appeal.guild_id,
        case_id=appeal.case_id,
        appeal_id=appeal.id,
        user_id=appeal.user_id,
        message=appeal.message,
    )


def _decided(appeal: Appeal) -> CaseAppealDecided:
    decision: Decision = "approved" if appeal.state is AppealState.APPROVED else "denied"
    return CaseAppealDecided.model_validate(
        {
            "guild_id": appeal.guild_id,
            "case_id": appeal.case_id,
            "appeal_id": appeal.id,
            "user_id": appeal.user_id,
            "decision": decision,
            "decided_by_id": appeal.decided_by_id,
            "reason": appeal.reason,
            "punishment_lifted": appeal.punishment_lifted,
        }
    )
