"""Cases ten at a time; a button that turns the page holds the whole search in its id."""

from typing import Any

import discord
from discord import ui

from bot.catalogue.cases import CaseType
from bot.client.interactions import Press, still
from bot.features.cases.model import KINDS, CaseState
from bot.features.cases.queries import CasePage, CaseQuery
from bot.texts import _
from bot.user_text import inline

TEXT_LIMIT = 40  # what is left of the 100 characters of an id
TURN = (
    r"case:turn:(?P<page>[0-9]{1,5}):(?P<user>[0-9a-f]{0,16}):(?P<moderator>[0-9a-f]{0,16})"
    r":(?P<type>[0-9]{0,2}):(?P<state>[a-z]?):(?P<text>.{0,40})"
)
TYPES: tuple[CaseType, ...] = tuple(KINDS)
STATES = {
    "a": CaseState.ACTIVE,
    "e": CaseState.EXPIRED,
    "r": CaseState.REVOKED,
    "v": CaseState.VOID,
}
LETTERS = {state: letter for letter, state in STATES.items()}
TYPE_OF: dict[str, CaseType] = {str(one): one for one in TYPES}


def turn_id(query: CaseQuery, number: int) -> str:
    """What stands in a button's id; ids of people in hexadecimal, for the room."""
    parts = (
        "case:turn",
        str(number),
        _hexadecimal(query.user_id),
        _hexadecimal(query.moderator_id),
        "" if query.type is None else str(TYPES.index(query.type)),
        LETTERS.get(query.state, "") if query.state is not None else "",
        query.text or "",
    )
    return ":".join(parts)


def query_of(press: Press) -> tuple[CaseQuery, int]:
    """The search in a button's id, and the page that it turns to."""
    number = int(press["type"]) if press["type"] else None
    query = CaseQuery(
        user_id=_number(press["user"]),
        moderator_id=_number(press["moderator"]),
        type=TYPES[number] if number is not None and number < len(TYPES) else None,
        state=STATES.get(press["state"]),
        text=press["text"] or None,
    )
    return query, int(press["page"])


def title(query: CaseQuery) -> str:
    """What was searched for."""
    if query == CaseQuery(user_id=query.user_id) and query.user_id is not None:
        return _("Cases about one person")
    if query.text:
        return _("Cases with “{text}”").format(text=inline(query.text, TEXT_LIMIT))
    return _("Cases")


def turns(page: CasePage, query: CaseQuery) -> ui.View:
    """Back and Next."""
    view = ui.View(timeout=None)
    for label, number in ((_("Back"), page.number - 1), (_("Next"), page.number + 1)):
        button: ui.Button[Any] = ui.Button(
            label=label,
            custom_id=turn_id(query, number),
            disabled=not 1 <= number <= page.pages,
            style=discord.ButtonStyle.secondary,
        )
        view.add_item(button)
    still(view)
    return view


def searched(text: str | None) -> str | None:
    """What was typed to be searched for, in one line."""
    return " ".join((text or "").split())[:TEXT_LIMIT] or None


def _hexadecimal(number: int | None) -> str:
    return "" if number is None else f"{number:x}"


def _number(text: str) -> int | None:
    return int(text, 16) if text else None
