"""Pushed cases: warnings and notes that other programs make, each once for its key."""

from bot.acts import Actor, ActUnknown
from bot.errors import UserError
from bot.features.cases import store
from bot.features.cases.model import CaseState, Order
from bot.features.cases.ports import CasesPorts
from bot.features.cases.preconditions import NoAnswer
from bot.features.cases.service import CaseBusy, CasesService
from bot.sanctions import CaseRef
from bot.texts import _


class PushedCases:
    """Orders them as whoever decided, or as the bot; source `api`."""

    def __init__(self, ports: CasesPorts, cases: CasesService) -> None:
        self._ports = ports
        self._cases = cases

    async def record(
        self, guild_id: int, user_id: int, type_: str, *, reason: str, by_id: int | None, key: str
    ) -> CaseRef:
        """The case of that key, made where there is none; ActUnknown where it may be later.

        Whoever is named as its moderator may do as much by command, else it is a UserError.
        """
        if type_ not in ("warn", "note"):
            raise ValueError(f"{type_} acts on Discord")
        async with self._ports.database.transaction() as tx:
            found = await store.ordered(tx, guild_id, key)
        if found is None:
            order = Order(type_, user_id, reason, source="api", key=key)
            actor = await self._actor(guild_id, by_id)
            if by_id is None:
                self._refuse_above(guild_id, user_id)
            try:
                found = (await self._cases.order(actor, order)).case
            except (CaseBusy, NoAnswer) as error:
                raise ActUnknown(str(error)) from error
        if found.state is CaseState.PENDING:
            raise ActUnknown(_("case {number} is being carried out").format(number=found.number))
        return CaseRef(found.id, found.number)

    async def _actor(self, guild_id: int, by_id: int | None) -> Actor:
        acts = self._ports.acts
        if by_id is not None:
            await acts.meet(guild_id, by_id)
        who = acts.own_standing(guild_id) if by_id is None else acts.standing(guild_id, by_id)
        if who is None and by_id is None:
            raise ActUnknown(_("the server is not available"))
        if who is None:
            raise UserError(_("Whoever is to have decided is not in this server."))
        return Actor(guild_id, who.account.user_id, who.account.username)

    def _refuse_above(self, guild_id: int, user_id: int) -> None:
        """A warning calls nothing on Discord that would be refused: its rank is asked here."""
        me, target = (
            self._ports.acts.own_standing(guild_id),
            self._ports.acts.standing(guild_id, user_id),
        )
        if me is not None and target is not None and not target.is_owner and target.rank >= me.rank:
            text = _("{name} has a role as high as mine or higher.")
            raise UserError(text.format(name=target.account.username))
