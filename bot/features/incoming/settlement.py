"""Settlement of calls: what came of each is kept once, with its audit entry, also where it is cut.

What is cut off is not begun any more: its message is not owed, its ticket comes to nothing. Of an
act that was under way nobody knows whether Discord did it, and the entry says so.
"""

from collections.abc import Collection, Mapping
from typing import Any

from bot.catalogue.security import AuditDraft
from bot.features.incoming import call_store
from bot.features.incoming.handover import CallHandover
from bot.features.incoming.messages import KIND
from bot.features.incoming.model import PushedCall
from bot.features.incoming.ports import IncomingPorts
from bot.features.incoming.refusals import ActionRefused
from bot.features.incoming.results import ActionResult
from bot.features.incoming.sentences import concerned, sentence
from bot.storage.database import Transaction

VAIN = "It came to nothing:"
UNKNOWN = "It is not known whether it was done:"


class CallSettlement:
    """Keeps answers, and cuts off calls that are to come to nothing."""

    def __init__(self, ports: IncomingPorts) -> None:
        self._ports = ports
        self.handover = CallHandover(ports.database, ports.clock)

    async def settle(
        self, tx: Transaction, call_id: int, came: ActionResult | ActionRefused
    ) -> None:
        """Keep what came of it, unless something came of it before."""
        await self._kept(tx, call_id, came, VAIN)

    async def cut_off(self, tx: Transaction, call_id: int, why: ActionRefused) -> None:
        """Nothing more is done about it, by nobody; `why` is answered to whoever asks."""
        # The post before the call, in the order in which a payment locks the two.
        await self._ports.posts.drop(tx, KIND, call_id)
        cut = await self._kept(tx, call_id, why, UNKNOWN)
        if cut is not None and cut.subject_id is not None:
            await self._ports.tickets.withdraw(tx, cut.subject_id)

    async def cut_off_all(
        self,
        tx: Transaction,
        webhook_id: int,
        why: ActionRefused,
        actions: Collection[str] | None = None,
    ) -> None:
        """The same of all that a webhook asked for, or of these actions alone."""
        for call_id in await call_store.pending_of(tx, webhook_id, actions):
            await self.cut_off(tx, call_id, why)

    async def _kept(
        self, tx: Transaction, call_id: int, came: ActionResult | ActionRefused, unless: str
    ) -> PushedCall | None:
        status, document = _told(came)
        settled = await call_store.settle(tx, call_id, status, document)
        if settled is not None:
            self.handover.settled(tx, call_id)
            ended = "" if isinstance(came, ActionResult) else f" {unless} {came.message}"
            await self._ports.audit.write(tx, _entry(settled, ended, document))
        return settled


def _told(came: ActionResult | ActionRefused) -> tuple[int, Mapping[str, Any]]:
    if isinstance(came, ActionRefused):
        answer = came.answer()
        return answer.status, answer.document
    return 200, came.model_dump(mode="json")


def _entry(call: PushedCall, ended: str, document: Mapping[str, Any]) -> AuditDraft:
    """What a program did, or asked for in vain; never its key or its signature."""
    kind, target_id = concerned(call)
    return AuditDraft(
        guild_id=call.guild_id,
        event_type=f"incoming.{call.action.lower()}",
        summary=f"The incoming webhook “{call.webhook_name}” {sentence(call)}.{ended}",
        target_type=kind,
        target_id=target_id,
        actor_name=call.webhook_name,
        source="api",
        severity="warn" if ended else "info",
        context={"name": call.webhook_name, "webhook_id": call.webhook_id, **document},
    )
