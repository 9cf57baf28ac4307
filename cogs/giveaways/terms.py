"""Terms of a giveaway as they are typed into a command's options."""

import re
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.client.choice_refusals import refuse_named_roles
from bot.errors import UserError
from bot.features.giveaways.model import BONUS, ROLES, Terms
from bot.numbers import parse_number
from bot.texts import _

NONE = "none"
_ROLE = re.compile(r"<@&([0-9]{1,20})>")
_BONUS = re.compile(r"<@&([0-9]{1,20})>\s*[+x:=]?\s*([^\s<,;]*)")
_BETWEEN = re.compile(r"[\s,;]*")


@dataclass(frozen=True, slots=True)
class TypedTerms:
    """Options of a command; what is None was not given."""

    roles: str | None = None
    bonus: str | None = None
    level: int | None = None
    account_days: int | None = None
    member_days: int | None = None

    def over(self, terms: Terms, guild: discord.Guild) -> Terms | None:
        """The terms with what was given; None where nothing was. A level of 0 is none."""
        given: dict[str, Any] = {}
        if self.roles is not None:
            given["required_role_ids"] = roles_of(self.roles)
        if self.bonus is not None:
            given["bonus"] = bonus_of(self.bonus)
        if self.level is not None:
            given["min_level"] = self.level or None
        if self.account_days is not None:
            given["min_account_days"] = self.account_days
        if self.member_days is not None:
            given["min_member_days"] = self.member_days
        refuse_named_roles(guild, [*given.get("required_role_ids", ()), *given.get("bonus", ())])
        return replace(terms, **given) if given else None


def roles_of(typed: str) -> tuple[int, ...]:
    """Roles that were named one after the other; `none` is none."""
    if typed.strip().casefold() == NONE:
        return ()
    named = [int(one) for one in _ROLE.findall(typed)]
    if not named or _BETWEEN.fullmatch(_ROLE.sub("", typed)) is None:
        raise UserError(_("Name the roles one after the other: @Member @Regular; or write none."))
    if len(named) > ROLES:
        raise UserError(_("That are too many roles: name {count} at most.").format(count=ROLES))
    return tuple(dict.fromkeys(named))


def bonus_of(typed: str) -> dict[int, int]:
    """Roles with how many more entries each brings; `none` is none."""
    if typed.strip().casefold() == NONE:
        return {}
    named = _BONUS.findall(typed)
    if not named or _BETWEEN.fullmatch(_BONUS.sub("", typed)) is None:
        raise UserError(_("Write each role with its entries: @Booster 2 @Patron 5; or write none."))
    if len(named) > ROLES:
        raise UserError(_("That are too many roles: name {count} at most.").format(count=ROLES))
    bonus = {int(role): parse_number(entries or "1", most=BONUS) for role, entries in named}
    if len(bonus) < len(named):
        raise UserError(_("One of the roles is named twice."))
    return bonus
