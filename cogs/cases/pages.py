"""Pages of a search for cases: the search stands in the id of the button that turns them."""

from collections.abc import Mapping

from bot.catalogue.cases import CaseType
from bot.client.interactions import Press
from bot.controls import ControlId
from bot.features.cases.model import KINDS, CaseState
from bot.features.cases.queries import CaseQuery
from bot.texts import N_

TEXT_LIMIT = 40  # what is left of the 100 characters of an id
TURN = ControlId(
    "case:turn",
    page="[0-9]{1,5}",
    user="[0-9a-f]{0,16}",
    moderator="[0-9a-f]{0,16}",
    type="[0-9]{0,2}",
    state="[a-z]?",
    text=".{0,40}",
)
TYPES: tuple[CaseType, ...] = tuple(KINDS)
TYPE_WORDS: dict[CaseType, str] = {
    "warn": N_("warnings"),
    "note": N_("notes"),
    "timeout": N_("timeouts"),
    "mute": N_("mutes"),
    "kick": N_("kicks"),
    "ban": N_("bans"),
    "tempban": N_("bans for a time"),
    "softban": N_("softbans"),
    "unban": N_("lifted bans"),
    "untimeout": N_("ended timeouts"),
    "unmute": N_("ended mutes"),
    "clear_warnings": N_("cleared warnings"),
}
SEARCHED = (CaseState.ACTIVE, CaseState.EXPIRED, CaseState.REVOKED, CaseState.VOID)
LETTERS = {state: state[0] for state in SEARCHED}
STATES = {letter: state for state, letter in LETTERS.items()}
TYPE_OF: dict[str, CaseType] = {str(one): one for one in TYPES}


def groups_of(query: CaseQuery) -> Mapping[str, object]:
    """What stands in a button's id; ids of people in hexadecimal, for the room."""
    return {
        "user": _hexadecimal(query.user_id),
        "moderator": _hexadecimal(query.moderator_id),
        "type": "" if query.type is None else TYPES.index(query.type),
        "state": "" if query.state is None else LETTERS.get(query.state, ""),
        "text": query.text or "",
    }


def query_of(press: Press) -> CaseQuery:
    """The search in a button's id."""
    number = int(press["type"]) if press["type"] else None
    return CaseQuery(
        user_id=_number(press["user"]),
        moderator_id=_number(press["moderator"]),
        type=TYPES[number] if number is not None and number < len(TYPES) else None,
        state=STATES.get(press["state"]),
        text=press["text"] or None,
    )


def searched(text: str | None) -> str | None:
    """What was typed to be searched for, in one line."""
    return " ".join((text or "").split())[:TEXT_LIMIT] or None


def _hexadecimal(number: int | None) -> str:
    return "" if number is None else f"{number:x}"


def _number(text: str) -> int | None:
    return int(text, 16) if text else None
