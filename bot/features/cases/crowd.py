"""Crowd of people whom the bot itself acts on: many bans by one call, and what was ordered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.acts import Actor, ActUnknown
from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases import store
from bot.features.cases.mass import MassResult, MassService
from bot.features.cases.model import Case, CaseState, Order
from bot.features.cases.ports import CasesPorts
from bot.features.cases.service import CaseBusy, CasesService, CaseUnanswered
from bot.sanctions import Sanctioned, SanctionType
from bot.texts import _

STANDS = (CaseState.ACTIVE, CaseState.PENDING)
NEEDED = ("ban_members", "manage_guild")  # for a call that bans many


class CaseCrowd:
    """Orders of the bot's about hundreds, each with a case of its own."""

    def __init__(self, ports: CasesPorts, *, cases: CasesService, mass: MassService) -> None:
        self._ports = ports
        self._cases = cases
        self._mass = mass

    async def ban(
        self, guild_id: int, user_ids: Collection[int], reason: str
    ) -> Mapping[int, Sanctioned] | None:
        """Ban up to 200 with one call; None, and nothing is done, where the bot may not."""
        me = self._ports.acts.own_standing(guild_id)
        if me is None or not all(me.may(one) for one in NEEDED):
            return None
        actor, order = self._own(guild_id), Order("ban", 0, reason)
        if actor is None:
            return None
        try:
            result = await self._mass.ban(actor, list(user_ids), order, _unseen)
        except UserError as error:
            return {one: Sanctioned(refusal=str(error)) for one in user_ids}
        return _came(result)

    async def ordered(
        self, guild_id: int, user_ids: Collection[int], type_: SanctionType, since: datetime
    ) -> Mapping[int, Sanctioned]:
        """The case that the bot itself has made about each of these since then."""
        actor = self._own(guild_id)
        kind: CaseType = "mute" if type_ == "quarantine" else type_
        if actor is None or not user_ids:
            return {}
        async with self._ports.database.reading() as reading:
            found = await store.made_by(
                reading, guild_id, user_ids, moderator_id=actor.user_id, type_=kind, since=since
            )
        return {one.user_id: _known(one) for one in found if one.state in STANDS}

    async def unban(self, guild_id: int, user_id: int, reason: str) -> Sanctioned:
        """Lift a ban, by whomever; a refusal is an answer."""
        actor = self._own(guild_id)
        if actor is None:
            return Sanctioned(refusal=_("I am not in that server"))
        try:
            done = await self._cases.order(actor, Order("unban", user_id, reason, silent=True))
        except CaseBusy as error:
            raise ActUnknown(str(error)) from error
        except CaseUnanswered as error:
            return Sanctioned(error.number, str(error))
        except UserError as error:
            return Sanctioned(refusal=str(error))
        return Sanctioned(done.case.number)

    def _own(self, guild_id: int) -> Actor | None:
        me = self._ports.acts.own_standing(guild_id)
        return None if me is None else Actor(guild_id, me.account.user_id, me.account.username)


def _came(result: MassResult) -> dict[int, Sanctioned]:
    """What came of each; about whom there was no answer nothing is said."""
    done: Sequence[Case] = result.done
    refused = {
        one: Sanctioned(refusal=why, is_transient=one in result.unanswered)
        for one, why in result.refused.items()
    }
    return refused | {one.user_id: Sanctioned(one.number) for one in done}


def _known(case: Case) -> Sanctioned:
    is_known = case.state is CaseState.ACTIVE
    return Sanctioned(case.number, None if is_known else _("it is not known yet"))


async def _unseen(_count: int) -> None:
    """Nobody looks on."""
