"""A case that a crash left pending: settled by what Discord shows."""

from bot.acts import ActFailed, ActRefused, Acts
from bot.features.cases import enforcement
from bot.features.cases.model import Case
from bot.features.cases.paying import Paying
from bot.features.cases.ports import Tools
from bot.features.cases.settings import CasesSettings
from bot.features.cases.transitions import CaseTransitions, owed_letter
from bot.logs import get_logger

_log = get_logger("herald.cases")


class Recovery:
    """Asks Discord; carries out again only what nobody stands by to order again."""

    def __init__(self, tools: Tools, settling: CaseTransitions, *, paying: Paying) -> None:
        self._tools = tools
        self._settling = settling
        self._paying = paying

    async def unstick(self, case: Case) -> None:
        """Make it active or void; the caller holds the person's turn."""
        acts = self._tools.acts
        if acts.own_standing(case.guild_id) is None:
            return
        await self._settling.begin(case)
        try:
            failure = await self._failure(acts, case)
        except ActRefused as error:
            await enforcement.undo(acts, case)
            failure = str(error)
        except ActFailed as error:
            _log.warning("case.unsettled", case=case.id, error=str(error))
            return
        if failure is not None:
            await self._settling.void(case, failure)
            return
        # Whether a letter went before the act is not known; a second one would be worse than none.
        settings = await self._tools.settings.get(case.guild_id, CasesSettings)
        async with self._tools.database.transaction() as tx:
            settled = await self._settling.done(tx, case, owed_letter(case, settings), settings)
        if settled is not None:
            await self._paying.pay(settled)

    async def _failure(self, acts: Acts, case: Case) -> str | None:
        """Why nothing came of it; None where it is done."""
        now = self._tools.clock.now()
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
