"""Sanctions: what protections order, done as the bot itself and by the same three steps."""

from contextlib import suppress
from datetime import timedelta

from bot.acts import Actor, ActUnknown, Gone
from bot.catalogue.cases import CaseSource, CaseType
from bot.errors import UserError
from bot.features.cases import enforcement, store
from bot.features.cases.mass import ANY
from bot.features.cases.model import Case, CaseState, Order, family
from bot.features.cases.ports import CasesPorts
from bot.features.cases.preconditions import NoAnswer
from bot.features.cases.revocation import Revocation
from bot.features.cases.service import CaseBusy, CasesService, CaseUnanswered
from bot.features.cases.transitions import REPLACES
from bot.incident import Measure
from bot.sanctions import OwnReason, Sanction, Sanctioned, SanctionType
from bot.texts import N_, _


class CaseSanctions:
    """Orders and lifts cases for those who act by themselves; a refusal is an answer."""

    def __init__(self, ports: CasesPorts, *, cases: CasesService, revocation: Revocation) -> None:
        self._ports = ports
        self._cases = cases
        self._revocation = revocation

    async def order(self, sanction: Sanction) -> Sanctioned:
        """Do it as the bot itself, outside any transaction; once, where it has a key."""
        if sanction.key is not None:
            async with self._ports.database.transaction() as tx:
                found = await store.ordered(tx, sanction.guild_id, sanction.key)
            if found is not None:
                return _came_of(found)
        try:
            await self._ports.acts.know(sanction.guild_id)
        except ActUnknown as error:
            return Sanctioned(refusal=str(error), is_transient=True)
        me = self._ports.acts.own_standing(sanction.guild_id)
        if me is None:
            return Sanctioned(refusal=_("I am not in that server"))
        actor = Actor(sanction.guild_id, me.account.user_id, me.account.username)
        try:
            await self._ports.acts.meet(sanction.guild_id, sanction.user_id)
            self._refuse_above(sanction)
            done = await self._cases.order(actor, _order_of(sanction))
        except CaseUnanswered as error:
            return Sanctioned(error.number, str(error), is_transient=True)
        except UserError as error:
            return Sanctioned(refusal=str(error), is_transient=_is_open(error))
        return Sanctioned(done.case.number)

    async def lift(
        self, guild_id: int, number: int, *, by_id: int, reason: str, source: CaseSource = "bot"
    ) -> None:
        """Lift what a case did, for that person, as far as their rank goes."""
        async with self._ports.database.reading() as reading:
            case = await store.numbered(reading, guild_id, number)
            kinds = family(case.type)
            busy = await store.in_the_way(reading, guild_id, case.user_id, kinds, ANY)
        if busy is not None:
            raise ActUnknown(_("case {number} is being carried out").format(number=busy.number))
        if case.state is not CaseState.ACTIVE:
            return
        actor = await self._actor(guild_id, by_id)
        ends = case.kind.ends
        try:
            if case.type == "warn":
                await self._revocation.revoke(actor, number, reason)
            elif ends is None:
                raise UserError(_("a {type} cannot be undone").format(type=case.type))
            else:
                await self._refuse_others_ban(case)
                await self._cases.order(actor, Order(ends, case.user_id, reason, source=source))
        except UserError as error:
            if _is_open(error):
                raise ActUnknown(str(error)) from error
            raise

    async def stands(self, guild_id: int, user_id: int, type_: SanctionType) -> bool:
        """Whether a case of that kind, or of one that takes its place, has effect on them."""
        kinds: tuple[CaseType, ...] = ("mute",) if type_ in ("mute", "quarantine") else (type_,)
        async with self._ports.database.reading() as reading:
            types = REPLACES.get(kinds[0], kinds)
            return bool(await store.active(reading, guild_id, user_id, types))

    async def undo(self, actor_id: int, guild_id: int, measure: Measure) -> None:
        """What protections did to people is lifted by the case's number."""
        reason = OwnReason.of(N_("What was done automatically is undone"))
        await self.lift(guild_id, measure.target_id, by_id=actor_id, reason=reason)

    def _refuse_above(self, sanction: Sanction) -> None:
        """A warning calls nothing on Discord that would be refused: its rank is asked here."""
        acts, guild_id = self._ports.acts, sanction.guild_id
        me, target = acts.own_standing(guild_id), acts.standing(guild_id, sanction.user_id)
        if sanction.type != "warn" or me is None or target is None:
            return
        if target.account != me.account and target.rank >= me.rank and not target.is_owner:
            name = target.account.username
            text = _("{name} has a role as high as mine or higher.")
            raise UserError(text.format(name=name))

    async def _actor(self, guild_id: int, user_id: int) -> Actor:
        await self._ports.acts.meet(guild_id, user_id)
        standing = self._ports.acts.standing(guild_id, user_id)
        if standing is None:
            raise UserError(_("who wanted it is not in this server any more"))
        return Actor(guild_id, user_id, standing.account.username)

    async def _refuse_others_ban(self, case: Case) -> None:
        """What somebody did by hand since is not this case's to lift."""
        if case.type not in ("ban", "tempban"):
            return
        with suppress(Gone):
            if not await enforcement.is_own_ban(self._ports.acts, case):
                raise UserError(_("somebody else has banned them since"))


def _order_of(sanction: Sanction) -> Order:
    is_quarantine = sanction.type == "quarantine"
    return Order(
        "mute" if sanction.type == "quarantine" else sanction.type,
        sanction.user_id,
        sanction.reason,
        sanction.duration,
        timedelta(seconds=sanction.delete_seconds),
        sanction.source,
        quarantine=is_quarantine,
        silent=sanction.is_silent,
        key=sanction.key,
        keeps_mute=is_quarantine,
    )


def _is_open(error: UserError) -> bool:
    """Whether it may come to something else soon: a call without an answer is no refusal."""
    return isinstance(error, (CaseBusy, NoAnswer)) or isinstance(error.__cause__, ActUnknown)


def _came_of(case: Case) -> Sanctioned:
    """What came of a sanction that was ordered before."""
    if case.state is CaseState.PENDING:
        return Sanctioned(case.number, _("Discord gave no answer yet"), is_transient=True)
    return Sanctioned(case.number)
