"""Appeals service: the person writes through a private link, the staff decide.

An approval is three re-runnable steps, so that a crash between them ends in the truth.

1. A transaction: the appeal `approving`, with who approved and why; no event.
2. The lift on Discord.
3. A transaction: the appeal `approved`, the case revoked, and every event of both.
"""

from dataclasses import dataclass

from bot.acts import ActFailed
from bot.errors import NotFound, UserError
from bot.features.appeals import store
from bot.features.appeals.admission import Admission, BlockList
from bot.features.appeals.decisions import Decisions
from bot.features.appeals.invites import ReturnInvites
from bot.features.appeals.links import Issuing
from bot.features.appeals.messages import CARD, DIRECT, AppealMessages
from bot.features.appeals.model import Appeal, AppealState
from bot.features.appeals.ports import AppealsPorts
from bot.features.appeals.store import Listing
from bot.features.appeals.submissions import Submissions
from bot.features.appeals.transitions import AppealTransitions
from bot.logs import get_logger
from bot.storage.database import Reading, Transaction
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _
from bot.user_text import visible

_log = get_logger("herald.appeals")


@dataclass(eq=False)
class AppealsService:
    """One way in for the page, the buttons and cases' own reactions."""

    ports: AppealsPorts
    issuing: Issuing
    blocks: BlockList

    def __post_init__(self) -> None:
        ports, links = self.ports, self.issuing.links
        AppealMessages(ports, self.issuing)
        self._transitions = AppealTransitions(ports)
        submissions = Submissions(ports, links, transitions=self._transitions)
        invites = ReturnInvites(ports)
        self._decisions = Decisions(ports, self._transitions, invites=invites)
        admission = Admission(ports, self.issuing)
        self.hand_over, self.finalise = admission.hand_over, admission.finalise
        self.look, self.submit = submissions.look, submissions.submit
        self.ready, self.decide = self._decisions.ready, self._decisions.decide
        self.sweep = Sweep(
            "appeals",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
            first=self.recall,
        )
        self.sweep.rows(DueRows("stuck", store.table, store.stuck, store.appeal_of, self._finish))
        self.sweep.rows(invites.rows)

    async def find(self, guild_id: int, appeal_id: int) -> Appeal:
        """The guild's appeal; NotFound without one."""
        async with self.ports.database.reading() as reading:
            appeal = await store.by_id(reading, guild_id, appeal_id)
        if appeal is None:
            raise NotFound(_("There is no such appeal in this server, or its case was deleted."))
        return appeal

    async def open_ones(self, guild_id: int, page: int = 1) -> Listing:
        """The guild's appeals that wait for a decision, oldest first, ten at a time."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, page)

    async def suggested(self, guild_id: int, typed: str) -> list[tuple[str, int]]:
        """While a number or a name is typed: what fits in words, with the case's number."""
        async with self.ports.database.reading() as reading:
            found = await store.suggested(reading, guild_id, typed)
        return [(f"{number}: {visible(name)}", number) for number, name in found.items()]

    async def of_case(self, guild_id: int, case_id: int) -> list[Appeal]:
        """Every appeal of the guild's case, oldest first."""
        async with self.ports.database.reading() as reading:
            appeals = await store.of_case(reading, case_id)
        return [one for one in appeals if one.guild_id == guild_id]

    async def on_deleting(self, tx: Transaction, case_id: int) -> None:
        """A reaction of cases: the appeals go with their case, and their cards say so.

        A UserError while its punishment is being lifted: nobody could tell of that any more.
        """
        for appeal in await store.of_case(tx, case_id):
            if appeal.state is AppealState.APPROVING:
                raise UserError(_("An appeal of it is just being approved. Try again in a minute."))
            await self.ports.posts.drop(tx, DIRECT, appeal.id)
            await self.ports.posts.drop(tx, CARD, appeal.id, {"number": appeal.case_number})

    async def on_ended(self, tx: Transaction, case_id: int) -> None:
        """A reaction of cases: a punishment ended, so that an open appeal has no object."""
        for appeal in await store.of_case(tx, case_id):
            await self._transitions.closed(tx, appeal)

    async def is_lifting(self, reading: Reading, case_id: int) -> bool:
        """Whether an approval is lifting that case, and will tell so."""
        appeals = await store.of_case(reading, case_id)
        return any(one.state is AppealState.APPROVING for one in appeals)

    async def recall(self) -> None:
        """What Discord tells of a lift that a process before this one began is ours to tell."""
        async with self.ports.database.reading() as reading:
            for appeal in await store.approving(reading):
                punishment = await self.ports.cases.find(reading, appeal.case_id)
                if punishment is not None:
                    punishment.expect()

    async def _finish(self, appeal: Appeal) -> None:
        """A guild that the bot left, or cannot see now, is looked at again later."""
        if self.ports.acts.own_standing(appeal.guild_id) is None:
            return
        try:
            await self._decisions.finish(appeal)
        except ActFailed as error:
            _log.warning("appeal.not_lifted", appeal=appeal.id, error=str(error))
