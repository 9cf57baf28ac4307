"""Submissions: what the person with the link sees and sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.acts import ActFailed
from bot.errors import NotFound, UserError
from bot.features.appeals import store
from bot.features.appeals.admission import is_blocked
from bot.features.appeals.answers import message_of
from bot.features.appeals.links import LinkClaims, Links, rules_of
from bot.features.appeals.model import (
    Appeal,
    AppealPage,
    CannotAppeal,
    PageState,
)
from bot.features.appeals.ports import AppealsPorts, Punishment
from bot.features.appeals.rules import Asker, Rules, lasts_until, may_try_again_at, page_state
from bot.features.appeals.settings import AppealsSettings
from bot.features.appeals.transitions import AppealTransitions
from bot.private_links import LinkExpired
from bot.snapshots import CaseSeen, GuildSeen
from bot.storage.database import Reading
from bot.texts import N_, _

WHY_NOT = {
    PageState.OPEN: N_("You have appealed already. The staff have not decided yet."),
    PageState.APPROVED: N_("Your appeal was approved already."),
    PageState.DENIED: N_("This server takes no appeals at the moment."),
    PageState.CLOSED: N_("What you appealed has ended already."),
    PageState.TOO_SOON: N_("It is too early for another appeal: this page says from when on."),
    PageState.USED_UP: N_("This decision cannot be appealed again."),
    PageState.NOT_YET: N_("It is too early for an appeal: this page says from when on."),
    PageState.FINAL: N_("This decision cannot be appealed."),
    PageState.BLOCKED: N_("The staff take no appeals from you."),
    PageState.ENDED: N_("What you want to appeal has ended already."),
    PageState.SWITCHED_OFF: N_("This server takes no appeals at the moment."),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """What is behind a link that works."""

    punishment: Punishment
    guild: GuildSeen
    appeals: Sequence[Appeal]
    rules: Rules
    questions: tuple[str, ...]
    expires_at: datetime
    barred: PageState | None = None

    @property
    def opens_at(self) -> datetime:
        """From when on the first attempt may be made."""
        return self.punishment.case.created_at + self.rules.first_wait


class Submissions:
    """Each call opens the link anew: the case, the settings and the time are those of now."""

    def __init__(
        self, ports: AppealsPorts, links: Links, *, transitions: AppealTransitions
    ) -> None:
        self._ports = ports
        self._links = links
        self._transitions = transitions

    async def look(self, token: str) -> AppealPage:
        """What the person with that link sees; LinkForged, LinkExpired or NotFound."""
        return self._page(await self._looked(self._links.read(token)))

    async def submit(self, token: str, *texts: str, asked: str = "") -> AppealPage:
        """Appeal, and the page afterwards; BadMessage, CannotAppeal, and what `look` raises.

        One text, or an answer to each question; `asked` is the mark of those that were shown.
        """
        claim = self._links.read(token)
        opened = await self._looked(claim)
        self._refuse(opened)
        message = message_of(opened.questions, texts, asked)
        await self._refuse_lifted(opened.punishment)
        settings = await self._ports.settings.get(claim.guild_id, AppealsSettings)
        async with self._ports.database.transaction() as tx:
            locked = await self._ports.cases.find(tx, claim.case_id, locks=True)
            opened = await self._open(tx, claim, locked, settings)
            self._refuse(opened)
            await self._transitions.submit(tx, opened.punishment.case, opened.appeals, message)
            return self._page(await self._open(tx, claim, locked, settings))

    async def _looked(self, claim: LinkClaims) -> Opened:
        # First: a reading that waits for others would hold its connection meanwhile.
        await self._ports.acts.know(claim.guild_id)
        settings = await self._ports.settings.get(claim.guild_id, AppealsSettings)
        async with self._ports.database.reading() as reading:
            punishment = await self._ports.cases.find(reading, claim.case_id)
            return await self._open(reading, claim, punishment, settings)

    async def _open(
        self,
        reading: Reading,
        claim: LinkClaims,
        punishment: Punishment | None,
        settings: AppealsSettings,
    ) -> Opened:
        if not self._ports.acts.is_connected:
            raise UserError(_("I am not connected to Discord right now. Try again soon."))
        guild = self._ports.acts.guild(claim.guild_id)
        if punishment is None or guild is None or not _is_of(claim, punishment.case):
            raise NotFound(_("What this link led to is no longer there."))
        if punishment.case.state == "pending":
            raise NotFound(_("That is only being decided. Open the link again in a minute."))
        appeals = await store.of_case(reading, punishment.case.id)
        newest = appeals[-1] if appeals else None
        rules = rules_of(settings)
        opens_at = punishment.case.created_at + rules.first_wait
        expires_at = lasts_until(claim.expires_at, newest, rules, opens_at)
        if self._ports.clock.now() >= expires_at:
            raise LinkExpired(_("This link has expired. Only the staff can help you now."))
        barred = await _barred(reading, punishment.case)
        return Opened(punishment, guild, appeals, rules, settings.questions, expires_at, barred)

    def _state(self, opened: Opened) -> PageState:
        asker = Asker(opened.punishment.is_in_force, opened.opens_at, opened.barred)
        return page_state(opened.appeals, opened.rules, self._ports.clock.now(), asker=asker)

    def _refuse(self, opened: Opened) -> None:
        state = self._state(opened)
        if state is not PageState.MAY_APPEAL:
            raise CannotAppeal(_(WHY_NOT[state]))

    async def _refuse_lifted(self, punishment: Punishment) -> None:
        """Discord is asked; where it gives no answer, the row is enough to be heard."""
        try:
            stands = await punishment.stands()
        except ActFailed:
            return
        if not stands:
            raise CannotAppeal(_(WHY_NOT[PageState.ENDED]))

    def _page(self, opened: Opened) -> AppealPage:
        case, rules = opened.punishment.case, opened.rules
        newest = opened.appeals[-1] if opened.appeals else None
        state = self._state(opened)
        return AppealPage(
            state=state,
            guild_id=case.guild_id,
            guild_name=opened.guild.name,
            icon_url=opened.guild.icon_url,
            number=case.number,
            type=case.type,
            reason=case.said,
            created_at=case.created_at,
            expires_at=case.expires_at,
            attempts_left=max(rules.attempts - len(opened.appeals), 0),
            link_expires_at=opened.expires_at,
            until=_until(opened, state, newest),
            newest=newest,
            questions=opened.questions,
            invite_url=self._invite(newest),
        )

    def _invite(self, newest: Appeal | None) -> str | None:
        ends_at = newest and newest.invite_ends_at
        works = ends_at is not None and self._ports.clock.now() < ends_at
        return newest.invite_url if newest and works else None


def _is_of(claim: LinkClaims, case: CaseSeen) -> bool:
    """A database put back from a backup may have given the case's id to another one."""
    return (claim.guild_id, claim.user_id) == (case.guild_id, case.user_id)


async def _barred(reading: Reading, case: CaseSeen) -> PageState | None:
    """Where the staff said of the case, or of the person, that there is no appeal."""
    if case.is_final:
        return PageState.FINAL
    blocked = await is_blocked(reading, case.guild_id, case.user_id)
    return PageState.BLOCKED if blocked else None


def _until(opened: Opened, state: PageState, newest: Appeal | None) -> datetime | None:
    if state is PageState.NOT_YET:
        return opened.opens_at
    if newest is None or state is not PageState.TOO_SOON:
        return None
    return may_try_again_at(newest, opened.rules)
