"""Admission to appeals by the staff: a link handed over, a case that cannot be appealed."""

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import NotFound, UserError
from bot.features.appeals.links import Issuing
from bot.features.appeals.model import APPEALABLE
from bot.features.appeals.ports import AppealsPorts, Punishment
from bot.snapshots import CaseSeen
from bot.texts import _

DONE = {True: ("forbidden", "let nobody appeal"), False: ("allowed", "let appeals be made of")}


class Admission:
    """Whoever may lift the punishment may do so; each act is in the audit log."""

    def __init__(self, ports: AppealsPorts, issuing: Issuing) -> None:
        self._ports = ports
        self._issuing = issuing

    async def hand_over(self, actor: Actor, case: CaseSeen) -> str:
        """The address of the case's page, for whoever got no message; a UserError without one.

        It is as good as the one that the person was sent: who has it writes in their name.
        """
        punishment = await self._ready(actor, case)
        if not punishment.is_in_force:
            raise UserError(_("That has ended: there is nothing to appeal."))
        url = await self._issuing.link(punishment.case)
        if url is None:
            raise UserError(self._why_not(punishment.case))
        async with self._ports.database.transaction() as tx:
            entry = _entry(actor, punishment.case, "link_handed_over", "took the appeal link of")
            await self._ports.audit.write(tx, entry)
        return url

    async def finalise(self, actor: Actor, case: CaseSeen, *, is_final: bool) -> None:
        """Say that a case cannot be appealed, or that it can; a UserError where that is so."""
        await self._ready(actor, case)
        async with self._ports.database.transaction() as tx:
            locked = await self._ports.cases.find(tx, case.id, locks=True)
            if locked is None:
                raise NotFound(_("That case was deleted."))
            if locked.case.is_final == is_final:
                raise UserError(_("That is so already."))
            await locked.finalise(tx, is_final=is_final)
            await self._ports.audit.write(tx, _entry(actor, case, *DONE[is_final]))

    async def _ready(self, actor: Actor, case: CaseSeen) -> Punishment:
        async with self._ports.database.reading() as reading:
            punishment = await self._ports.cases.find(reading, case.id)
        if punishment is None or punishment.case.guild_id != actor.guild_id:
            raise NotFound(_("That case was deleted."))
        if case.type not in APPEALABLE:
            raise UserError(_("Bans, timeouts and mutes alone can be appealed."))
        await self._ports.acts.meet(actor.guild_id, actor.user_id, case.user_id)
        punishment.refuse(actor)
        return punishment

    def _why_not(self, case: CaseSeen) -> str:
        if case.is_final:
            text = _("Case {number} cannot be appealed; /appeals allow changes that.")
            return text.format(number=case.number)
        if self._issuing.links.has_address:
            return _("Appeals are switched off, or this person is on the block list of /appeals.")
        return _("My pages have no public address: whoever runs this bot sets `web.public_url`.")


def _entry(actor: Actor, case: CaseSeen, done: str, words: str) -> AuditDraft:
    return AuditDraft(
        guild_id=actor.guild_id,
        event_type=f"appeal.{done}",
        summary=f"{actor.name} {words} case {case.number}.",
        target_type="case",
        target_id=str(case.id),
        actor_id=actor.user_id,
        actor_name=actor.name,
        context={"case_number": case.number},
    )
