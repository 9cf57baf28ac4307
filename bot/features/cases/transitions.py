"""The third step of an act: the row as it now is, and every event of it, in one transaction."""

from collections.abc import Collection
from typing import Any

from bot.catalogue.cases import CaseType
from bot.features.cases import events, store
from bot.features.cases.model import Case, CaseState, Told
from bot.features.cases.ports import Tools
from bot.features.cases.settings import CasesSettings
from bot.storage.database import Transaction

BANS: tuple[CaseType, ...] = ("ban", "tempban")
REPLACES: dict[CaseType, tuple[CaseType, ...]] = {
    "ban": BANS,
    "tempban": BANS,
    "timeout": ("timeout",),
    "mute": ("mute",),
}
"""What an act puts an end to by taking its place, so that an old end lifts nothing new."""


def owed_letter(case: Case, settings: CasesSettings) -> Told:
    """Whether the person is to be written to once the case is settled."""
    wants = settings.letters and case.kind.tells == "after" and not case.details.is_bot
    return Told.OWED if wants else Told.NONE


class CaseTransitions:
    """Makes cases active, void, expired or revoked; who comes second changes nothing."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def begin(self, case: Case) -> None:
        """What came before the act is told, what Discord tells from now on is the case's."""
        await self._tools.members.catch_up(case.guild_id, case.user_id)
        self.expect(case)

    def expect(self, case: Case) -> None:
        """What Discord tells of this case from now on is the case's to tell."""
        kind = events.expects(case)
        if kind is not None:
            self._tools.members.expect(case.guild_id, case.user_id, kind)

    async def done(
        self, tx: Transaction, case: Case, told: Told, settings: CasesSettings
    ) -> Case | None:
        """It was carried out: the case is active, and is told with all that follows from it.

        Also where a sweep that looked too early had made it void. None where one was faster.
        """
        now = self._tools.clock.now()
        logged = Told.NONE if settings.log_channel_id is None else Told.OWED
        after = await store.settle(
            tx,
            case,
            CaseState.ACTIVE,
            now,
            also_from=CaseState.VOID,
            told=told.value,
            logged=logged.value,
            repeats=False,
            failure=None,
        )
        if after is None:
            return None
        await self._tools.outbox.emit(tx, events.created(after))
        ended = (*after.kind.lifts, *REPLACES.get(after.type, ()))
        lifted = await self._revoke(tx, after, ended)
        fact = events.brought(after, lifted[-1] if lifted else None)
        if fact is not None:
            await self._tools.members.told(tx, fact)
        return after

    def settled_elsewhere(self, case: Case) -> None:
        """Another process told what the case brought about: nothing of it is still to come."""
        fact = events.brought(case)
        if fact is not None:
            self._tools.members.learn(fact)

    async def void(self, case: Case, failure: str, told: Told = Told.NONE) -> None:
        """It did not happen: the number stays used, and no event says otherwise."""
        async with self._tools.database.transaction() as tx:
            now = self._tools.clock.now()
            after = await store.settle(
                tx, case, CaseState.VOID, now, failure=failure[:500], told=told.value, repeats=False
            )
        kind = events.expects(case)
        if after is None:
            self.settled_elsewhere(case)
        elif kind is not None:
            await self._tools.members.forget(case.guild_id, case.user_id, kind)

    async def expired(self, tx: Transaction, case: Case, by_id: int) -> Case | None:
        """Its time ran out and what it did is lifted."""
        after = await self._ended(tx, case, CaseState.EXPIRED, by_id)
        if after is not None and after.type in BANS:
            end = events.unbanned(after, moderator_id=by_id, reason=None, source="bot")
            await self._tools.members.told(tx, end)
        return after

    async def revoked(self, tx: Transaction, case: Case, by_id: int) -> Case | None:
        """Somebody put an end to it before its time; whoever did tells of the ban's end."""
        return await self._ended(tx, case, CaseState.REVOKED, by_id)

    async def _ended(
        self, tx: Transaction, case: Case, state: CaseState, by_id: int
    ) -> Case | None:
        values: dict[str, Any] = {"failure": None, "repeats": False}
        if case.log_message_id is not None:
            values["logged"] = Told.OWED.value  # its line is to say so
        now = self._tools.clock.now()
        after = await store.settle(tx, case, state, now, **values)
        if after is not None:
            await self._tools.outbox.emit(tx, events.updated(case, after, by_id))
            for react in self._tools.on_ended:
                await react(tx, case.id)
        return after

    async def _revoke(self, tx: Transaction, by: Case, types: Collection[CaseType]) -> list[Case]:
        active = await store.active(tx, by.guild_id, by.user_id, types) if types else []
        older = [one for one in active if one.id != by.id]
        revoked = [await self.revoked(tx, one, by.moderator_id) for one in older]
        return [one for one in revoked if one is not None]
