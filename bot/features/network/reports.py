"""Reports of a server about people: filed, withdrawn, looked up by that server alone."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.acts import ActFailed, Actor, Gone
from bot.catalogue.security import AuditDraft
from bot.errors import NotFound, UserError
from bot.features.network import hit_store, store
from bot.features.network.cards import ReviewCards
from bot.features.network.model import (
    DAILY,
    JUDGED_BY,
    LIVE,
    Assessment,
    Report,
    ReportCategory,
    ReporterRecord,
    ReportSeverity,
    ReportState,
    assess,
    clean_evidence,
)
from bot.features.network.ports import NetworkPorts
from bot.keyed_lock import KeyedLock
from bot.storage.database import Reading, Transaction
from bot.texts import _
from bot.uploads import Upload, clean_name, refuse_upload
from bot.user_text import clean_line

DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody wants to report."""

    user_id: int
    category: ReportCategory
    severity: ReportSeverity
    evidence: str
    upload: Upload | None = None


@dataclass(frozen=True, slots=True)
class NetworkStanding:
    """How things are for one server; `left` is how many reports it may make today."""

    counts: dict[ReportState, int]
    record: ReporterRecord
    left: int
    hits: int


@dataclass(eq=False)
class ReportsService:
    """Everything is looked up by the server that asks."""

    ports: NetworkPorts
    cards: ReviewCards
    locks: KeyedLock = field(default_factory=KeyedLock)

    async def file(self, actor: Actor, filing: Filing) -> Report:
        """A new report, with its card for the reviewers owed; a UserError says why there is none.

        Reports of a server are made one after the other, so that its daily number holds.
        """
        await self.ports.require(actor.guild_id)
        evidence, upload = clean_evidence(filing.evidence), filing.upload
        if upload is not None:
            refuse_upload(len(upload.content), upload.media_type)
        username = await self._reportable(actor, filing.user_id)
        reviewers = self.ports.review.reviewers
        barred = [one for one in reviewers if await self.ports.runs(actor.guild_id, one)]
        async with (
            self.locks.hold((actor.guild_id, 0)),
            self.ports.database.transaction() as tx,
        ):
            await self._refuse_more(tx, actor.guild_id, filing.user_id)
            report = await store.add(
                tx,
                barred,
                guild_id=actor.guild_id,
                user_id=filing.user_id,
                username=username,
                reporter_id=actor.user_id,
                reporter_name=actor.name,
                category=filing.category,
                severity=filing.severity,
                evidence=evidence,
                file_name=None if upload is None else clean_name(upload.name),
                created_at=self.ports.clock.now(),
            )
            if upload is not None:
                await store.add_file(tx, report.id, upload.content)
            await self.cards.owe_card(tx, report)
            await self.ports.audit.write(tx, entry(report, "reported", actor))
        return report

    async def withdraw(self, actor: Actor, report_id: int) -> Report:
        """Take a report of this server's back: it counts no more. What servers did stays."""
        async with self.ports.database.transaction() as tx:
            seen = await self._own(tx, actor.guild_id, report_id, locks=True)
            if seen.state not in LIVE:
                raise UserError(_("That report has ended: there is nothing to withdraw."))
            now = self.ports.clock.now()
            moved = await store.move(tx, seen, ReportState.WITHDRAWN, now)
            if moved is None:
                raise UserError(_("Somebody else was quicker: look at it again."))
            await self.cards.redraw_card(tx, moved)
            await self.ports.audit.write(tx, entry(moved, "withdrawn", actor))
        return moved

    async def known(self, guild_id: int, report_id: int) -> Report:
        """A report of this server's; NotFound without one, whoever else has it."""
        async with self.ports.database.reading() as reading:
            return await self._own(reading, guild_id, report_id)

    async def page(self, guild_id: int, number: int) -> store.ReportPage:
        """This server's own, the newest first."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, number)

    async def suggested(self, guild_id: int, typed: str) -> list[Report]:
        """The newest of this server's own, and first the one whose number is typed."""
        async with self.ports.database.reading() as reading:
            return await store.suggested(reading, guild_id, typed)

    async def assessment(self, guild_id: int, user_id: int) -> Assessment | None:
        """What the network knows of somebody; None below two servers. For who takes part."""
        await self.ports.require(guild_id)
        async with self.ports.database.reading() as reading:
            about = await store.approved_about(reading, user_id)
        return assess(about, self.ports.clock.now())

    async def standing(self, guild_id: int) -> NetworkStanding:
        """How things are for this server."""
        now = self.ports.clock.now()
        async with self.ports.database.reading() as reading:
            record = await store.record_of(reading, guild_id, now - JUDGED_BY)
            filed = await store.filed_since(reading, guild_id, now - DAY)
            counts = await store.counts(reading, guild_id)
            hits = await hit_store.count_since(reading, guild_id, now - MONTH)
        return NetworkStanding(counts, record, max(record.daily - filed, 0), hits)

    async def _own(
        self, reading: Reading, guild_id: int, report_id: int, *, locks: bool = False
    ) -> Report:
        found = await store.by_id(reading, report_id, locks=locks)
        if found is None or found.guild_id != guild_id:
            text = _("There is no report {number} of this server's.")
            raise NotFound(text.format(number=report_id))
        return found

    async def _reportable(self, actor: Actor, user_id: int) -> str:
        """Their name; a UserError about whom no report is taken."""
        if user_id == actor.user_id:
            raise UserError(_("You cannot report yourself."))
        try:
            account = await self.ports.acts.account(user_id)
            await self.ports.acts.meet(actor.guild_id, user_id)
        except Gone:
            raise NotFound(_("There is no account with that id.")) from None
        except ActFailed as error:
            text = _("Discord gave no answer: {reason}. Nothing was done; try again soon.")
            raise UserError(text.format(reason=error)) from error
        if account.is_bot:
            raise UserError(_("Bots cannot be reported."))
        standing = self.ports.acts.standing(actor.guild_id, user_id)
        if standing is not None and standing.is_owner:
            raise UserError(_("The owner of this server cannot be reported from it."))
        return clean_line(account.username)

    async def _refuse_more(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        if await store.live_one(tx, guild_id, user_id) is not None:
            text = _("This server has reported them already: withdraw that report for a new one.")
            raise UserError(text)
        now = self.ports.clock.now()
        record = await store.record_of(tx, guild_id, now - JUDGED_BY)
        if not record.daily:
            text = _(
                "The reviewers refused most of this server's reports of the last 90 days: "
                "it can make none until these are older."
            )
            raise UserError(text)
        if await store.filed_since(tx, guild_id, now - DAY) >= record.daily:
            raise UserError(_too_many(record))


def _too_many(record: ReporterRecord) -> str:
    text = _("A server can make {count} reports a day, and this one has. Try again later.")
    said = text.format(count=record.daily)
    if record.daily < DAILY:
        said += " " + _("It is so few because many of its reports were refused.")
    return said


def entry(report: Report, done: str, actor: Actor | None = None) -> AuditDraft:
    """Entry for the server that made the report; who reviewed it stays with the reviewers."""
    name = "Herald" if actor is None else actor.name
    said = {
        "reported": f"{name} reported {report.username} to the network.",
        "withdrawn": f"{name} withdrew the report {report.id} about {report.username}.",
    }
    decided = f"The report {report.id} about {report.username} is {report.state}."
    return AuditDraft(
        guild_id=report.guild_id,
        event_type=f"network.{done}",
        summary=said.get(done, decided),
        target_type="network_report",
        target_id=str(report.id),
        actor_id=None if actor is None else actor.user_id,
        actor_name=name,
        source="system" if actor is None else "bot",
        context={
            "user_id": str(report.user_id),
            "category": report.category,
            "severity": report.severity,
        },
    )
