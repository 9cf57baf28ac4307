"""Quarantine: every role that can be taken is kept in the case, one role is given instead."""

from dataclasses import dataclass
from datetime import timedelta

from bot.acts import Actor
from bot.catalogue.cases import CaseSource
from bot.errors import UserError
from bot.features.cases import store
from bot.features.cases.model import Order
from bot.features.cases.service import CasesService, Done
from bot.texts import _


@dataclass(frozen=True, slots=True)
class Released:
    """The release; `missing` names roles that are deleted, or above the bot by now."""

    done: Done
    missing: tuple[str, ...]


class QuarantineService:
    """A quarantine is a case of type mute that knows which roles its end gives back."""

    def __init__(self, cases: CasesService) -> None:
        self._cases = cases

    async def quarantine(
        self,
        actor: Actor,
        user_id: int,
        *,
        reason: str | None = None,
        duration: timedelta | None = None,
        source: CaseSource = "bot",
    ) -> Done:
        """Leave them the one role; a UserError where that cannot be."""
        order = Order("mute", user_id, reason, duration, source=source, quarantine=True)
        return await self._cases.order(actor, order)

    async def release(
        self, actor: Actor, user_id: int, *, reason: str | None = None, source: CaseSource = "bot"
    ) -> Released:
        """Give back what can be given back; a UserError where they are in no quarantine."""
        async with self._cases.ports.database.reading() as reading:
            mutes = await store.active(reading, actor.guild_id, user_id, ("mute",))
        if not any(case.details.is_quarantine for case in mutes):
            raise UserError(_("They are not in quarantine."))
        done = await self._cases.order(actor, Order("unmute", user_id, reason, source=source))
        return Released(done, tuple(done.case.details.names.values()))
