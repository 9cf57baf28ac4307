"""Objections to what the network says: a person with a private link says why."""

from dataclasses import dataclass
from datetime import datetime

from bot.acts import ActFailed, Actor
from bot.clock import from_ms
from bot.errors import NotFound, UserError
from bot.features.network import appeal_store, hit_store, store
from bot.features.network.appeal_model import (
    CannotObject,
    Objection,
    ObjectionPage,
    ObjectionPageState,
    ObjectionState,
    ReportLine,
    clean_statement,
    may_again_at,
    objection_state,
)
from bot.features.network.cards import ReviewCards
from bot.features.network.messages import PersonMessages
from bot.features.network.model import Report, ReportState, ReviewVerdict, assess, clean_answer
from bot.features.network.ports import NetworkPorts
from bot.features.network.reports import entry
from bot.features.network.reviews import ReportReviews
from bot.private_links import LinkExpired
from bot.storage.database import Reading, Transaction
from bot.texts import N_, _

WHY_NOT = {
    ObjectionPageState.OPEN: N_("You have appealed already. The reviewers have not decided yet."),
    ObjectionPageState.APPROVED: N_("Your appeal was approved already."),
    ObjectionPageState.TOO_SOON: N_("It is too early: this page says from when on."),
    ObjectionPageState.NOTHING: N_("There is nothing to appeal."),
    ObjectionPageState.NOBODY: N_("Nobody reviews appeals here at the moment."),
}


@dataclass(eq=False)
class Objections:
    """Each look at the page reads the reports anew."""

    ports: NetworkPorts
    cards: ReviewCards
    messages: PersonMessages
    reviews: ReportReviews

    async def link(self, user_id: int) -> str:
        """The address of somebody's own page; a UserError where there is nothing to read."""
        async with self.ports.database.reading() as reading:
            page = await self._page(reading, user_id, self.ports.clock.now())
        if page.assessment is None and page.newest is None:
            raise NotFound(_("Nothing that counts is said of you in the network."))
        url = self.messages.link(user_id)
        if url is None:
            raise UserError(
                _("My pages have no public address: whoever runs this bot sets `web.public_url`.")
            )
        return url

    async def look(self, token: str) -> ObjectionPage:
        """What the person with that link sees; LinkForged or LinkExpired."""
        user_id, expires_at = self._claim(token)
        async with self.ports.database.reading() as reading:
            return await self._page(reading, user_id, expires_at)

    async def submit(self, token: str, text: str) -> ObjectionPage:
        """Appeal, and the page afterwards; BadStatement, CannotObject, and what `look` raises."""
        user_id, expires_at = self._claim(token)
        message = clean_statement(text)
        username = await self._name(user_id)
        async with self.ports.database.transaction() as tx:
            await store.lock_about(tx, user_id)
            page = await self._page(tx, user_id, expires_at)
            if page.state is not ObjectionPageState.MAY_APPEAL or page.assessment is None:
                raise CannotObject(_(WHY_NOT[page.state]))
            appeal = await appeal_store.add(
                tx,
                page.assessment.report_ids,
                user_id=user_id,
                username=username,
                message=message,
                created_at=self.ports.clock.now(),
            )
            await self.cards.owe_appeal(tx, appeal)
            return await self._page(tx, user_id, expires_at)

    async def ready(self, actor: Actor, appeal_id: int) -> Objection:
        """The appeal, where that reviewer may decide about it now; a UserError says why not."""
        self.ports.require_reviewer(actor)
        async with self.ports.database.reading() as reading:
            appeal = await appeal_store.by_id(reading, appeal_id)
            reports = [] if appeal is None else await _reports(reading, appeal)
        if appeal is None:
            raise NotFound(_("That appeal is gone."))
        if actor.user_id == appeal.user_id:
            raise UserError(_("It is about yourself: another reviewer has to decide."))
        _refuse_decided(appeal)
        await self.ports.refuse_party(actor, *reports)
        return appeal

    async def decide(
        self, actor: Actor, appeal_id: int, verdict: ReviewVerdict, reason: str | None = None
    ) -> Objection:
        """The appeal afterwards; approved, its reports are void and hits of theirs taken back."""
        answer = clean_answer(reason, is_needed=verdict == "refused")
        seen = await self.ready(actor, appeal_id)
        guild_ids = await self.ports.partakers()
        approves = verdict == "approved"
        async with self.ports.database.transaction() as tx:
            await store.lock_about(tx, seen.user_id)
            decided = await appeal_store.decide(
                tx,
                seen,
                ObjectionState.APPROVED if approves else ObjectionState.DENIED,
                decided_at=self.ports.clock.now(),
                decided_by_id=actor.user_id,
                decided_by_name=actor.name,
                reason=answer,
            )
            if decided is None:
                found = await appeal_store.by_id(tx, appeal_id)
                _refuse_decided(found or seen)
                raise NotFound(_("That appeal is gone."))
            hit = await hit_store.newest(tx, decided.user_id)
            if approves:
                await self._void(tx, decided, guild_ids)
            await self.cards.owe_appeal(tx, decided)
            where = actor.guild_id if hit is None else hit.guild_id
            await self.messages.owe_answer(tx, decided, where)
        return decided

    async def _void(self, tx: Transaction, appeal: Objection, guild_ids: list[int]) -> None:
        now = self.ports.clock.now()
        for report in await _reports(tx, appeal):
            if report.state is not ReportState.APPROVED:
                continue
            moved = await store.move(tx, report, ReportState.VOID, now)
            if moved is not None:
                await self.cards.redraw_card(tx, moved)
                await self.cards.owe_outcome(tx, moved)
                await self.ports.audit.write(tx, entry(moved, "decided"))
        await hit_store.void(tx, appeal.user_id, appeal.report_ids, self.ports.clock.now())
        tx.on_commit(self.reviews.sweep.wake)
        # What was approved since the appeal still counts, if it is enough by itself.
        await self.reviews.spread(tx, appeal.user_id, guild_ids)

    async def _page(
        self, reading: Reading, user_id: int, link_expires_at: datetime
    ) -> ObjectionPage:
        now = self.ports.clock.now()
        about = await store.approved_about(reading, user_id)
        newest = await appeal_store.newest(reading, user_id)
        found = assess(about, now)
        is_reviewed = self.ports.review.is_ready
        state = objection_state(found, newest, now, is_reviewed=is_reviewed)
        counted = () if found is None else found.report_ids
        lines = [
            ReportLine(one.category, one.severity, one.age(now))
            for one in about
            if one.id in counted
        ]
        # In no order that tells which server was first.
        lines.sort(key=lambda one: (one.age, one.category, one.severity))
        until = None if found is None else may_again_at(found, newest)
        return ObjectionPage(state, lines, found, newest, link_expires_at, until)

    def _claim(self, token: str) -> tuple[int, datetime]:
        user_id, expires_ms = self.ports.links.read(token)
        expires_at = from_ms(expires_ms)
        if self.ports.clock.now() >= expires_at:
            raise LinkExpired(_("This link has expired: /network appeal gives you a new one."))
        return user_id, expires_at

    async def _name(self, user_id: int) -> str:
        try:
            return (await self.ports.acts.account(user_id)).username
        except ActFailed:
            return str(user_id)


async def _reports(reading: Reading, appeal: Objection) -> list[Report]:
    found = [await store.by_id(reading, one) for one in appeal.report_ids]
    return [one for one in found if one is not None]


def _refuse_decided(appeal: Objection) -> None:
    """A UserError for whoever comes second."""
    if appeal.state is not ObjectionState.OPEN:
        text = _("That appeal was already decided by {name}.")
        raise UserError(text.format(name=appeal.decided_by_name))
