"""Recovery: a case that a crash left pending is settled by what Discord shows."""

from bot.acts import ActRefused, ActUnknown
from bot.feature import Echo
from bot.features.cases import enforcement
from bot.features.cases.messages import CaseMessages
from bot.features.cases.model import Case
from bot.features.cases.ports import CasesPorts
from bot.features.cases.settings import CasesSettings
from bot.features.cases.transitions import CaseTransitions
from bot.logs import get_logger

_log = get_logger("herald.cases")


class Recovery:
    """Asks Discord; carries out again only what nobody stands by to order again."""

    def __init__(
        self, ports: CasesPorts, transitions: CaseTransitions, *, messages: CaseMessages
    ) -> None:
        self._ports = ports
        self._transitions = transitions
        self._messages = messages

    async def unstick(self, case: Case) -> None:
        """Make it active or void; the caller holds the person's turn."""
        if self._ports.acts.own_standing(case.guild_id) is None:
            return
        try:
            async with self._transitions.own(case) as echo:
                settled = await self._settled(case, echo)
        except ActUnknown as error:
            _log.warning("case.unsettled", case=case.id, error=str(error))
            return
        if settled is not None:
            await self._messages.pay(settled)

    async def _settled(self, case: Case, echo: Echo) -> Case | None:
        acts = self._ports.acts
        try:
            failure = await self._failure(case)
        except ActRefused as error:
            await enforcement.undo(acts, case)
            failure = str(error)
        if failure is not None:
            await self._transitions.void(case, failure, echo)
            return None
        # Whether a letter went before the act is not known; a second one would be worse than none.
        settings = await self._ports.settings.get(case.guild_id, CasesSettings)
        async with self._ports.database.transaction() as tx:
            return await self._transitions.done(tx, case, settings, echo=echo)

    async def _failure(self, case: Case) -> str | None:
        """Why nothing came of it; None where it is done."""
        acts, now = self._ports.acts, self._ports.clock.now()
        # Of a ban that stood before, Discord does not show whose it is now.
        tells = not (case.details.was_banned and case.type != "unban")
        if tells and await enforcement.was_done(acts, case, now):
            return None
        if case.expires_at is not None and case.expires_at <= now:
            return "its time was over before it was carried out"
        if not case.repeats:
            return "it was never carried out"
        await enforcement.carry_out(acts, case)
        return None
