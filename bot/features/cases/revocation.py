"""Revocation of one warning: it counts no longer, and stays in the history."""

from bot.acts import Actor
from bot.errors import UserError
from bot.features.cases import queries, store
from bot.features.cases.hierarchy import refuse_editing
from bot.features.cases.messages import LOG
from bot.features.cases.model import Case, CaseState, clean_reason
from bot.features.cases.ports import CasesPorts
from bot.features.cases.records import NOTES
from bot.features.cases.transitions import CaseTransitions
from bot.storage.database import Transaction
from bot.texts import _

LIFTED_BY = {"unban", "untimeout", "unmute"}


class Revocation:
    """Revocation by whoever could give the warning; a reason is kept as a note."""

    def __init__(self, ports: CasesPorts, transitions: CaseTransitions) -> None:
        self._ports = ports
        self._transitions = transitions

    async def revoke(self, actor: Actor, number: int, reason: str | None = None) -> Case:
        """The case as it is then; a UserError where it is no warning, or none in effect."""
        why = clean_reason(reason)
        async with self._ports.database.reading() as reading:
            seen = await store.numbered(reading, actor.guild_id, number)
        await self._ports.acts.meet(actor.guild_id, actor.user_id, seen.user_id)
        async with self._ports.database.transaction() as tx:
            case = await store.numbered(tx, actor.guild_id, number, locks=True)
            refuse_revoking(case)
            refuse_editing(self._ports.acts, actor, case)
            notes = why is not None and await self._note(tx, actor, case, why)
            after = await self._transitions.revoked(tx, case, actor.user_id, notes=notes)
        await self._ports.posts.pay(LOG, case.id)
        return after or case

    async def _note(self, tx: Transaction, actor: Actor, case: Case, why: str) -> bool:
        if len(await queries.notes(tx, case)) >= NOTES:
            raise UserError(_("That case has as many notes as a case can have."))
        now, author = self._ports.clock.now(), {"author_id": actor.user_id}
        await queries.add_note(tx, case, now, **author, author_name=actor.name, text=why)
        return True


def refuse_revoking(case: Case) -> None:
    """A UserError for what is no warning, or was lifted before."""
    if case.type != "warn":
        ends = case.kind.ends
        if ends in LIFTED_BY and case.state is CaseState.ACTIVE:
            text = _("Case {number} is no warning: lift it with /{command}.")
            raise UserError(text.format(number=case.number, command=ends))
        text = _("Case {number} is no warning: there is nothing to lift.")
        raise UserError(text.format(number=case.number))
    if case.state is not CaseState.ACTIVE:
        text = _("The warning of case {number} was lifted before.")
        raise UserError(text.format(number=case.number))
