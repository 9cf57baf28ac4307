"""Hierarchy: who may act upon whom; asked before anything is done and in the transaction."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.acts import Actor, Acts, Sees
from bot.dangers import dangers
from bot.errors import UserError
from bot.features.cases.model import Case, CaseKind, CaseState
from bot.permission_names import permission_name
from bot.snapshots import Standing, rank_of
from bot.texts import _
from bot.user_text import inline

NAME_SHOWN = 80  # characters of a role's name


@dataclass(frozen=True, slots=True)
class Standings:
    """The three in question; `target` is None for whoever is no member, `me` is the bot."""

    moderator: Standing | None
    me: Standing | None
    target: Standing | None


def refuse(kind: CaseKind, standings: Standings, *, needs: str | None = None) -> None:
    """A UserError where rank or permission stands in the way; `needs` is the bot's permission.

    What the bot orders by itself goes by its own rank, and by no moderator's permission.
    """
    moderator, me, target = standings.moderator, standings.me, standings.target
    if moderator is None or me is None:
        raise UserError(_("I cannot see the members of this server right now. Try again soon."))
    is_own = moderator.account.user_id == me.account.user_id
    if not is_own:
        _refuse_permission(kind, moderator)
    needed = needs or kind.permission
    if kind.acts and not me.may(needed):
        text = _("I need the permission **{name}** for that. Give it to my role, then try again.")
        raise UserError(text.format(name=permission_name(needed)))
    if target is None:
        if kind.of_members:
            raise UserError(_("They are not in this server."))
        return
    _refuse_sacred(moderator, me, target)
    if not is_own:
        _refuse_rank(moderator, target, target.account.username)
    _refuse_own_rank(kind, me, target)


def refuse_editing(acts: Sees, actor: Actor, case: Case) -> None:
    """A UserError for whoever may not change what is written of that person."""
    moderator = acts.standing(actor.guild_id, actor.user_id)
    target = acts.standing(case.guild_id, case.user_id)
    if moderator is None:
        raise UserError(_("I cannot see the members of this server right now. Try again soon."))
    _refuse_permission(case.kind, moderator)
    if case.user_id == moderator.account.user_id:
        raise UserError(_("You cannot change a case about yourself."))
    if target is not None:
        _refuse_owner(target, case.username)
        _refuse_rank(moderator, target, case.username)
    if case.state is CaseState.ACTIVE:
        refuse_restoring(acts, actor.guild_id, moderator, case.details.restores)


def refuse_restoring(
    acts: Sees, guild_id: int, moderator: Standing, role_ids: Collection[int]
) -> None:
    """A UserError where a role that would come back does not stand below the moderator's own.

    Whoever is in quarantine holds none of it: what they were counts, not what they are now.
    """
    if moderator.is_owner:
        return
    roles = acts.roles(guild_id)
    back = {role_id: roles[role_id] for role_id in role_ids if role_id in roles}
    for role_id, role in back.items():
        if rank_of(role.position, role_id) >= moderator.rank:
            text = _(
                "The role {role} would come back to them, and it does not stand below yours: ask "
                "somebody above it."
            )
            raise UserError(text.format(role=inline(role.name, NAME_SHOWN)))


def refuse_harmful(acts: Acts, guild_id: int, role_ids: Collection[int]) -> None:
    """A UserError where a mute would give somebody what they can do harm with."""
    plan = acts.plan(guild_id)
    everybody = None if plan is None else plan.roles.get(guild_id)
    anyway = 0 if everybody is None else everybody.permissions
    for role in () if plan is None else map(plan.roles.get, role_ids):
        found = frozenset[str]() if role is None else dangers(role.permissions & ~anyway)
        if role is not None and found:
            text = _(
                "The role {role} has dangerous permissions: {names}. Take them from it, then try "
                "again, or choose another with /settings."
            )
            names = ", ".join(permission_name(one) for one in sorted(found))
            raise UserError(text.format(role=inline(role.name, NAME_SHOWN), names=names))


def _refuse_permission(kind: CaseKind, moderator: Standing) -> None:
    if not moderator.may(kind.permission):
        text = _("You need the permission **{name}** for that.")
        raise UserError(text.format(name=permission_name(kind.permission)))


def _refuse_sacred(moderator: Standing, me: Standing, target: Standing) -> None:
    """The moderator, the bot and the owner, whatever their ranks."""
    if target.account.user_id == me.account.user_id:
        raise UserError(_("I will not do that to myself."))
    if target.account.user_id == moderator.account.user_id:
        raise UserError(_("You cannot do that to yourself."))
    _refuse_owner(target, target.account.username)


def _refuse_owner(target: Standing, name: str) -> None:
    if target.is_owner:
        raise UserError(_("{name} owns this server: nobody can do that.").format(name=name))


def _refuse_rank(moderator: Standing, target: Standing, name: str) -> None:
    if not moderator.is_owner and moderator.rank <= target.rank:
        text = _("{name} has a role as high as yours or higher: ask somebody above them.")
        raise UserError(text.format(name=name))


def _refuse_own_rank(kind: CaseKind, me: Standing, target: Standing) -> None:
    name = target.account.username
    if kind.type == "timeout" and target.may("administrator"):
        text = _("{name} is an administrator: Discord lets nobody time them out.")
        raise UserError(text.format(name=name))
    if kind.acts and me.rank <= target.rank:
        text = _(
            "{name} has a role as high as mine or higher. "
            "Move my role above theirs in the server settings, then try again."
        )
        raise UserError(text.format(name=name))
