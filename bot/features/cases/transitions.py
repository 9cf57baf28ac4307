"""Transitions of a case: each writes the row as it then is, with every event of it."""

from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from bot.catalogue.base import utc_text
from bot.catalogue.cases import CaseCreated, CaseDeleted, CaseType, CaseUpdated
from bot.catalogue.members import MemberBanned, MemberLeft, MemberUnbanned
from bot.feature import Echo, OwnAct, OwnFact
from bot.features.cases import store
from bot.features.cases.messages import LOG, CaseMessages, EarlyMessage
from bot.features.cases.model import Case, CaseState
from bot.features.cases.ports import CasesPorts
from bot.features.cases.settings import CasesSettings
from bot.sanctions import CaseFact
from bot.storage.database import Transaction

BANS: tuple[CaseType, ...] = ("ban", "tempban")
REPLACES: dict[CaseType, tuple[CaseType, ...]] = {
    "ban": BANS,
    "tempban": BANS,
    "timeout": ("timeout",),
    "mute": ("mute",),
}
"""What an act puts an end to by taking its place, so that an old end lifts nothing new."""


class CaseTransitions:
    """Makes cases active, void, expired or revoked; who comes second changes nothing."""

    def __init__(self, ports: CasesPorts, messages: CaseMessages) -> None:
        self._ports = ports
        self._messages = messages

    def own(self, case: Case) -> AbstractAsyncContextManager[Echo]:
        """What Discord tells of this case while it is carried out is the case's to tell."""
        return self._ports.echoes.own(*case.person, expects(case))

    def expect(self, case: Case) -> None:
        """The same for a case that is carried out later, or was begun by another process."""
        act = expects(case)
        if act is not None:
            self._ports.echoes.expect(*case.person, act)

    async def done(
        self,
        tx: Transaction,
        case: Case,
        settings: CasesSettings,
        *,
        echo: Echo | None = None,
        early: EarlyMessage | None = None,
        visit: datetime | None = None,
    ) -> Case | None:
        """It was carried out: the case is active, and is told with all that follows from it.

        Also where a sweep that looked too early had made it void. None where one was faster.
        """
        after = await self._active(tx, case, visit)
        if after is None:
            if echo is not None:
                echo.elsewhere(brought(case))
            return None
        await self._ports.outbox.emit(tx, created(after))
        ended = (*after.kind.lifts, *REPLACES.get(after.type, ()))
        lifted = await self._revoke(tx, after, ended)
        fact = brought(after, lifted[-1] if lifted else None)
        if echo is not None and fact is not None:
            await echo.told(tx, fact)
        await self._messages.owe(tx, after, settings, early)
        for react in self._ports.on_done:
            await react(tx, after.guild_id, after.moderator_id, after.type, after.user_id)
        for react in self._ports.on_made:
            await react(tx, fact_of(after))
        return after

    async def void(self, case: Case, failure: str, echo: Echo) -> None:
        """It did not happen: the number stays used, and nothing says otherwise any more."""
        async with self._ports.database.transaction() as tx:
            now = self._ports.clock.now()
            after = await store.settle(tx, case, CaseState.VOID, now, failure=failure[:500])
            if after is not None:
                await self._messages.correct(tx, case)
        if after is None:
            echo.elsewhere(brought(case))
        else:
            await self._messages.pay(case)

    async def _active(self, tx: Transaction, case: Case, visit: datetime | None) -> Case | None:
        """A mute is compared once with what Discord shows where it is not known who has it."""
        now, compare_at = self._ports.clock.now(), None
        if case.type == "mute" and visit is None:
            compare_at = now
        after = await store.settle(
            tx, case, CaseState.ACTIVE, now, also_from=CaseState.VOID, compare_at=compare_at
        )
        if after is None or visit is None:
            return after
        details = after.details.model_copy(update={"visit": visit})
        return await store.change(tx, after, details=store.document(details))

    async def expired(
        self, tx: Transaction, case: Case, by_id: int, echo: Echo | None
    ) -> Case | None:
        """Its time ran out and what it did is lifted."""
        after = await self._ended(tx, case, CaseState.EXPIRED, by_id)
        if after is not None and echo is not None:
            end = unbanned(after, moderator_id=by_id, reason=None, source="bot")
            await echo.told(tx, end)
        return after

    async def revoked(
        self,
        tx: Transaction,
        case: Case,
        by_id: int,
        *,
        notes: bool = False,
        why: str | None = None,
    ) -> Case | None:
        """Somebody put an end to it before its time; whoever did tells of the ban's end.

        With `notes` they have written down why; `why` is said to staff, where it is no lift.
        """
        return await self._ended(tx, case, CaseState.REVOKED, by_id, notes=notes, why=why)

    async def _ended(
        self,
        tx: Transaction,
        case: Case,
        state: CaseState,
        by_id: int,
        *,
        notes: bool = False,
        why: str | None = None,
    ) -> Case | None:
        now = self._ports.clock.now()
        # Of who is away Discord keeps a timeout, whatever it said to the lift.
        is_kept = case.type == "timeout" and state is CaseState.REVOKED
        after = await store.settle(
            tx, case, state, now, failure=why, compare_at=now if is_kept else None
        )
        if after is not None:
            await self._ports.outbox.emit(tx, updated(case, after, by_id, notes=notes))
            await self._ports.posts.redraw(tx, LOG, case.id)
            for react in self._ports.on_ended:
                await react(tx, case.id)
        return after

    async def _revoke(self, tx: Transaction, by: Case, types: Collection[CaseType]) -> list[Case]:
        active = await store.active(tx, by.guild_id, by.user_id, types) if types else []
        older = [one for one in active if one.id != by.id]
        revoked = [await self.revoked(tx, one, by.moderator_id) for one in older]
        return [one for one in revoked if one is not None]


def fact_of(case: Case) -> CaseFact:
    """The case as other features hear of it."""
    return CaseFact(
        case.guild_id,
        case.id,
        case.type,
        case.user_id,
        case.reason,
        case.source,
        case.expires_at,
    )


def created(case: Case) -> CaseCreated:
    """The case as it was made."""
    return CaseCreated.model_validate(_keys(case))


def updated(before: Case, after: Case, by_id: int, *, notes: bool = False) -> CaseUpdated:
    """The case as it is, with what changed."""
    changes = {
        name: {"old": old, "new": new}
        for name, (old, new) in {
            "status": (before.state.value, after.state.value),
            "reason": (before.reason, after.reason),
            "expires_at": (_text(before.expires_at), _text(after.expires_at)),
        }.items()
        if old != new
    }
    return CaseUpdated.model_validate(
        {
            **_keys(after),
            "status": after.state.value,
            "updated_by_id": by_id,
            "changed_fields": [*changes, *(["notes"] if notes else [])],
            "changes": changes,
        }
    )


def deleted(case: Case, by_id: int) -> CaseDeleted:
    """The case as it was when it was deleted."""
    keys = {"deleted_by_id": by_id, **_keys(case)}
    del keys["reason"], keys["expires_at"]
    return CaseDeleted.model_validate(keys)


def expects(case: Case) -> OwnAct | None:
    """What the gateway will tell of while the case is carried out, which the case tells itself."""
    match case.type:
        case "ban" | "tempban":
            return None if case.details.was_banned else "banned"
        case "kick":
            return "left"
        case "unban":
            return "unbanned"
        case "softban":
            return "softbanned"
        case _:
            return None


def brought(case: Case, lifted: Case | None = None) -> OwnFact | None:
    """What became of the member by the case; `lifted` is the ban that it put an end to."""
    match case.type:
        case "ban" | "tempban":
            if case.details.was_banned:
                return None
            return MemberBanned.model_validate({**_person(case), "case_id": case.id})
        case "kick" | "softban":
            return _kicked(case)
        case "unban":
            by, source = case.moderator_id, case.source
            return unbanned(lifted or case, moderator_id=by, reason=case.reason, source=source)
        case _:
            return None


def unbanned(lifted: Case, *, moderator_id: int, reason: str | None, source: str) -> MemberUnbanned:
    """The end of a ban that a case had brought about."""
    keys = {"moderator_id": moderator_id, "reason": reason, "source": source}
    return MemberUnbanned.model_validate({**_person(lifted), **keys, "case_id": lifted.id})


def _kicked(case: Case) -> MemberLeft:
    """The departure that the case brought about."""
    return MemberLeft(
        guild_id=case.guild_id,
        user_id=case.user_id,
        username=case.username,
        is_bot=case.details.is_bot,
        kind="kicked",
        moderator_id=case.moderator_id,
        left_at=case.settled_at,
    )


def _person(case: Case) -> dict[str, Any]:
    return {
        "guild_id": case.guild_id,
        "user_id": case.user_id,
        "username": case.username,
        "moderator_id": case.moderator_id,
        "reason": case.reason,
        "source": case.source,
    }


def _keys(case: Case) -> dict[str, Any]:
    return {
        "guild_id": case.guild_id,
        "case_id": case.id,
        "case_number": case.number,
        "type": case.type,
        "user_id": case.user_id,
        "moderator_id": case.moderator_id,
        "reason": case.reason,
        "source": case.source,
        "expires_at": case.expires_at,
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)
