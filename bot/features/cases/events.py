"""Cases as events: every event of a case is made here, from the row as it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.catalogue.base import utc_text
from bot.catalogue.cases import CaseCreated, CaseDeleted, CaseUpdated
from bot.catalogue.members import MemberBanned, MemberLeft, MemberUnbanned
from bot.features.cases.model import Case
from bot.features.cases.ports import Expected, Fact


def created(case: Case) -> CaseCreated:
    """The case as it was made."""
    return CaseCreated.model_validate({"guild_id": case.guild_id, **_keys(case)})


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
            "guild_id": after.guild_id,
            **_keys(after),
            "status": after.state.value,
            "updated_by_id": by_id,
            "changed_fields": [*changes, *(["notes"] if notes else [])],
            "changes": changes,
        }
    )


def deleted(case: Case, by_id: int) -> CaseDeleted:
    """The case as it was when it was deleted."""
    return CaseDeleted.model_validate(
        {
            "guild_id": case.guild_id,
            "case_id": case.id,
            "case_number": case.number,
            "type": case.type,
            "user_id": case.user_id,
            "moderator_id": case.moderator_id,
            "deleted_by_id": by_id,
            "source": case.source,
        }
    )


def expects(case: Case) -> Expected | None:
    """What the gateway will tell of while the case is carried out, which the case tells itself."""
    match case.type:
        case "ban" | "tempban":
            return None if case.details.was_banned else "banned"
        case "kick":
            return "left"
        case "unban":
            return "unbanned"
        case _:
            return None


def brought(case: Case, lifted: Case | None = None) -> Fact | None:
    """What became of the member by the case; `lifted` is the ban that it put an end to."""
    match case.type:
        case "ban" | "tempban":
            return None if case.details.was_banned else banned(case)
        case "kick":
            return kicked(case)
        case "unban":
            by, source = case.moderator_id, case.source
            return unbanned(lifted or case, moderator_id=by, reason=case.reason, source=source)
        case _:
            return None


def banned(case: Case) -> MemberBanned:
    """The ban that the case brought about."""
    return MemberBanned.model_validate({**_person(case), "case_id": case.id})


def unbanned(lifted: Case, *, moderator_id: int, reason: str | None, source: str) -> MemberUnbanned:
    """The end of a ban that a case had brought about."""
    keys = {"moderator_id": moderator_id, "reason": reason, "source": source}
    return MemberUnbanned.model_validate({**_person(lifted), **keys, "case_id": lifted.id})


def kicked(case: Case) -> MemberLeft:
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


def _keys(case: Case) -> Mapping[str, Any]:
    return {
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
