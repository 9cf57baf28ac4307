"""Reviews: the reviewers decide about reports, each once; an approval is looked for everywhere."""

from dataclasses import dataclass

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.network import hit_store, store
from bot.features.network.cards import ReviewCards
from bot.features.network.model import (
    Report,
    ReportState,
    ReviewVerdict,
    assess,
    clean_answer,
)
from bot.features.network.ports import NetworkPorts
from bot.features.network.reports import entry
from bot.storage.database import Transaction
from bot.storage.sweep import Sweep
from bot.texts import _

VERDICTS: dict[ReviewVerdict, ReportState] = {
    "approved": ReportState.APPROVED,
    "refused": ReportState.REFUSED,
}


@dataclass(eq=False)
class ReportReviews:
    """One conditional write says who decides; everybody else is told that it is decided."""

    ports: NetworkPorts
    cards: ReviewCards
    sweep: Sweep

    async def ready(self, actor: Actor, report_id: int) -> Report:
        """The report, where that reviewer may decide about it now; a UserError says why not."""
        report = await self._seen(actor, report_id)
        _refuse_decided(report)
        await self.ports.refuse_party(actor, report)
        return report

    async def file(self, actor: Actor, report_id: int) -> tuple[str, bytes]:
        """What was attached to a report, by its name."""
        report = await self._seen(actor, report_id)
        async with self.ports.database.reading() as reading:
            content = await store.file_of(reading, report_id)
        if content is None:
            raise NotFound(_("That file is gone: the report has ended."))
        return report.file_name or "evidence", content

    async def decide(
        self, actor: Actor, report_id: int, verdict: ReviewVerdict, reason: str | None = None
    ) -> Report:
        """The report afterwards; a UserError where somebody else has decided."""
        answer = clean_answer(reason, is_needed=verdict == "refused")
        ready = await self.ready(actor, report_id)
        guild_ids = await self.ports.partakers()
        async with self.ports.database.transaction() as tx:
            await store.lock_about(tx, ready.user_id)
            seen = await store.by_id(tx, report_id)
            if seen is None:
                raise _missing()
            _refuse_decided(seen)
            now = self.ports.clock.now()
            moved = await store.move(
                tx,
                seen,
                VERDICTS[verdict],
                now,
                decided_at=now,
                decided_by_id=actor.user_id,
                decided_by_name=actor.name,
                reason=answer,
            )
            if moved is None:
                raise _missing()
            if moved.state is ReportState.APPROVED:
                await self.spread(tx, moved.user_id, guild_ids)
            await self.cards.redraw_card(tx, moved)
            await self.cards.owe_outcome(tx, moved)
            await self.ports.audit.write(tx, entry(moved, "decided"))
        return moved

    async def spread(self, tx: Transaction, user_id: int, guild_ids: list[int]) -> None:
        """Look for the person wherever somebody takes part, if enough servers report them.

        What is said of them is locked.
        """
        now = self.ports.clock.now()
        if assess(await store.approved_about(tx, user_id), now) is None:
            return
        await hit_store.add_searches(tx, [(one, user_id) for one in guild_ids], now)
        tx.on_commit(self.sweep.wake)

    async def expire(self, report: Report) -> None:
        """A sweep's: the time of that report is over."""
        async with self.ports.database.transaction() as tx:
            moved = await store.move(tx, report, ReportState.EXPIRED, self.ports.clock.now())
            if moved is not None:
                await self.cards.redraw_card(tx, moved)

    async def _seen(self, actor: Actor, report_id: int) -> Report:
        self.ports.require_reviewer(actor)
        async with self.ports.database.reading() as reading:
            found = await store.by_id(reading, report_id)
        if found is None:
            raise _missing()
        return found


def _missing() -> NotFound:
    return NotFound(_("That report is gone."))


def _refuse_decided(report: Report) -> None:
    """A UserError for whoever comes second."""
    if report.state is ReportState.OPEN:
        return
    if report.decided_by_name is None:
        raise UserError(_("That report has ended: there is nothing to decide."))
    text = _("That report was already decided by {name}.")
    raise UserError(text.format(name=report.decided_by_name))
