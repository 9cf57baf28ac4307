"""Mass orders: one ban or mute of many people, each with a case of their own."""

import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from bot.acts import ActFailed, Actor, ActRefused, ActUnknown, Gone
from bot.errors import UserError
from bot.feature import Echo
from bot.features.cases import store
from bot.features.cases.messages import BATCH
from bot.features.cases.model import Case, Details, Order, audit_reason, checked
from bot.features.cases.ports import CasesPorts
from bot.features.cases.preconditions import refuse_order, refuse_reason
from bot.features.cases.purge import Progress
from bot.features.cases.service import CasesService
from bot.features.cases.settings import CasesSettings
from bot.snapshots import Account
from bot.storage.database import Transaction
from bot.texts import _
from bot.user_text import repeated

MOST_BANNED, MOST_MUTED = 1000, 200
TOGETHER = 200  # people of one call (source: Discord's reference, bulk ban)
SETTLED = 25  # cases of one transaction: others have their turn between
ANY = 2**62  # newer than every case that was seen: only what is under way is in the way
_PERSON = re.compile(r"(?:<@!?)?([0-9]{15,20})>?")


@dataclass(slots=True)
class MassResult:
    """Cases that were made, and why there is none about the others.

    `failure` is what Discord said where it stopped half-way; of those `unanswered` among the
    refused it only has not told who they are.
    """

    done: list[Case] = field(default_factory=list[Case])
    refused: dict[int, str] = field(default_factory=dict[int, str])
    failure: str | None = None
    unanswered: set[int] = field(default_factory=set[int])


def read_people(text: str, most: int) -> tuple[int, ...]:
    """Ids and mentions, with anything blank or a comma between; each once, in their order."""
    found: list[int] = []
    for part in text.replace(",", " ").replace(";", " ").split():
        person = _PERSON.fullmatch(part)
        if person is None:
            message = _("“{part}” is no id of a person. Give ids or mentions, with spaces between.")
            raise UserError(message.format(part=repeated(part)))
        found.append(int(person[1]))
    people = tuple(dict.fromkeys(found))
    if not 1 <= len(people) <= most:
        raise UserError(_("Give between 1 and {most} people at a time.").format(most=most))
    return people


class MassService:
    """Nobody is written to: so many direct messages at once would look like spam to Discord."""

    def __init__(self, ports: CasesPorts, cases: CasesService) -> None:
        self._ports = ports
        self._cases = cases
        self._transitions = cases.transitions

    async def mute(
        self, actor: Actor, people: Sequence[int], order: Order, progress: Progress
    ) -> MassResult:
        """One after the other: Discord has no call for many."""
        result = MassResult()
        for user_id in people:
            try:
                one = replace(order, user_id=user_id, silent=True)
                result.done.append((await self._cases.order(actor, one)).case)
            except UserError as error:
                result.refused[user_id] = str(error)
            await progress(len(result.done))
        return result

    async def ban(
        self, actor: Actor, people: Sequence[int], order: Order, progress: Progress
    ) -> MassResult:
        """Two hundred with one call; what Discord gave no answer to, a sweep settles."""
        order = checked(order)
        settings = await self._ports.settings.get(actor.guild_id, CasesSettings)
        self._refuse(actor.guild_id, order, settings)
        result = MassResult()
        for start in range(0, len(people), TOGETHER):
            some = people[start : start + TOGETHER]
            accounts = await self._accounts(actor.guild_id, some, result)
            cases = await self._begin(actor, order, accounts, settings, result)
            if cases:
                await self._carry_out(cases, settings, result)
                await self._ports.posts.pay(BATCH, cases[0].id)
            await progress(len(result.done))
            if result.failure is not None:
                break
        return result

    def _refuse(self, guild_id: int, order: Order, settings: CasesSettings) -> None:
        if not settings.enabled:
            raise UserError(_("Moderation cases are switched off here; see /settings."))
        refuse_reason(settings, order.type, order.reason)
        me = self._ports.acts.own_standing(guild_id)
        for permission, name in (("ban_members", "Ban Members"), ("manage_guild", "Manage Server")):
            if me is not None and not me.may(permission):
                text = _(
                    "I need the permission **{name}** for that. Give it to my role, then try again."
                )
                raise UserError(text.format(name=name))

    async def _accounts(
        self, guild_id: int, people: Sequence[int], result: MassResult
    ) -> dict[int, Account]:
        """Whose names are known, or are by asking Discord."""
        found: dict[int, Account] = {}
        for user_id in people:
            standing = self._ports.acts.standing(guild_id, user_id)
            try:
                known = None if standing is None else standing.account
                found[user_id] = known or await self._ports.acts.account(user_id)
            except Gone:
                result.refused[user_id] = _("There is no such account on Discord.")
            except ActFailed as error:
                text = _("Discord did not answer: {reason}. Nothing was done; try again soon.")
                result.refused[user_id] = text.format(reason=error)
                if isinstance(error, ActUnknown):
                    result.unanswered.add(user_id)
        return found

    async def _begin(
        self,
        actor: Actor,
        order: Order,
        accounts: Mapping[int, Account],
        settings: CasesSettings,
        result: MassResult,
    ) -> list[Case]:
        """The first step for all of them: numbers one after the other, the first marks the ban."""
        await self._ports.acts.meet(actor.guild_id, actor.user_id, *accounts)
        moderator = self._ports.acts.standing(actor.guild_id, actor.user_id)
        cases: list[Case] = []
        async with self._ports.database.transaction() as tx:
            for user_id, account in accounts.items():
                one = replace(order, user_id=user_id)
                try:
                    refuse_order(self._ports.acts, actor.guild_id, moderator, one, settings)
                    await self._refuse_busy(tx, actor.guild_id, user_id)
                except UserError as error:
                    result.refused[user_id] = str(error)
                    continue
                number = await store.next_number(tx, actor.guild_id)
                batch = cases[0].number if cases else number
                case = await store.add(
                    tx,
                    one,
                    self._ports.clock.now(),
                    number=number,
                    guild_id=actor.guild_id,
                    username=account.username,
                    moderator_id=actor.user_id,
                    moderator_name=actor.name,
                    details=Details(is_bot=account.is_bot, is_silent=True, batch=batch),
                )
                cases.append(case)
        return cases

    async def _refuse_busy(self, tx: Transaction, guild_id: int, user_id: int) -> None:
        busy = await store.in_the_way(tx, guild_id, user_id, ("ban", "tempban", "unban"), ANY)
        if busy is not None:
            text = _("{name} does that already, as case {number}.")
            raise UserError(text.format(name=busy.moderator_name, number=busy.number))

    async def _carry_out(
        self, cases: Sequence[Case], settings: CasesSettings, result: MassResult
    ) -> None:
        """The second and third step; without an answer the cases stay pending for the sweep."""
        try:
            async with AsyncExitStack() as stack:
                for case in sorted(cases, key=lambda one: one.user_id):
                    await stack.enter_async_context(self._ports.locks.hold(case.person))
                owns = self._transitions.own
                echoes = {one.id: await stack.enter_async_context(owns(one)) for one in cases}
                await self._settle(cases, echoes, settings, result)
        except ActUnknown:
            result.failure = _(
                "Discord gave no answer. I will look in a minute who is banned, and log it"
            )

    async def _settle(
        self,
        cases: Sequence[Case],
        echoes: Mapping[int, Echo],
        settings: CasesSettings,
        result: MassResult,
    ) -> None:
        why = _("Discord did not ban them: they are banned already, or cannot be.")
        try:
            banned = await self._ban(cases)
        except ActRefused as error:
            banned, why = frozenset[int](), str(error)
            result.failure = why
        done = [case for case in cases if case.user_id in banned]
        for start in range(0, len(done), SETTLED):
            async with self._ports.database.transaction() as tx:
                for case in done[start : start + SETTLED]:
                    echo = echoes[case.id]
                    settled = await self._transitions.done(tx, case, settings, echo=echo)
                    result.done.append(settled or case)
        for case in cases:
            if case.user_id not in banned:
                await self._transitions.void(case, why, echoes[case.id])
                result.refused[case.user_id] = why

    async def _ban(self, cases: Sequence[Case]) -> frozenset[int]:
        first = cases[0]
        return await self._ports.acts.ban_many(
            first.guild_id,
            [case.user_id for case in cases],
            reason=audit_reason(first.number, first.moderator_name, first.reason),
            delete_seconds=first.delete_seconds,
        )
