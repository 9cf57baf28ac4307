"""Words of terms: what a giveaway asks for, and what somebody lacks."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.clock import from_snowflake
from bot.features.giveaways.model import Candidate, Terms, Unmet
from bot.texts import N_, _, ago, ngettext

WHY = {
    Unmet.GONE: N_("not in the server any more"),
    Unmet.ROLES: N_("without a role that is needed"),
    Unmet.LEVEL: N_("below the level that is needed"),
    Unmet.ACCOUNT: N_("with an account that is too new"),
    Unmet.MEMBERSHIP: N_("not long enough in the server"),
}
"""Why somebody whose lot came up could not win."""


def needed(terms: Terms) -> list[str]:
    """What a giveaway asks for, a line each."""
    lines = list[str]()
    if terms.required_role_ids:
        roles = " ".join(f"<@&{one}>" for one in terms.required_role_ids)
        count = len(terms.required_role_ids)
        text = ngettext("the role {roles}", "all of the roles {roles}", count)
        lines.append(text.format(roles=roles))
    if terms.min_level is not None:
        lines.append(_("level {level}").format(level=terms.min_level))
    if terms.min_account_days:
        lines.append(_("an account that is {days} old").format(days=_days(terms.min_account_days)))
    if terms.min_member_days:
        lines.append(_("{days} in this server").format(days=_days(terms.min_member_days)))
    return lines


def bonuses(bonus: Mapping[int, int]) -> list[str]:
    """What roles bring, a line each."""
    lines = list[str]()
    for role_id, entries in bonus.items():
        text = ngettext("{role}: {count} more entry", "{role}: {count} more entries", entries)
        lines.append(text.format(role=f"<@&{role_id}>", count=entries))
    return lines


def lacking(terms: Terms, person: Candidate, missing: Sequence[Unmet]) -> str:
    """A refusal that says all that is missing, and from when on time alone brings it."""
    return _("You cannot enter:") + "".join(f"\n- {_lacks(terms, person, one)}" for one in missing)


def _lacks(terms: Terms, person: Candidate, missing: Unmet) -> str:
    if missing is Unmet.ROLES:
        roles = [one for one in terms.required_role_ids if one not in person.role_ids]
        named = " ".join(f"<@&{one}>" for one in roles)
        return _("you need {roles}").format(roles=named)
    if missing is Unmet.LEVEL:
        text = _("you need level {level}, and have level {own}")
        return text.format(level=terms.min_level, own=person.level)
    if missing is Unmet.ACCOUNT:
        from_when = from_snowflake(person.user_id) + timedelta(days=terms.min_account_days)
        return _("your account is too new: it is old enough {when}").format(when=ago(from_when))
    if person.joined_at is None:
        return _("you are not in this server for long enough")
    from_when = person.joined_at + timedelta(days=terms.min_member_days)
    return _("you are new in this server: you can enter {when}").format(when=ago(from_when))


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=count)
