"""Roles that a mute gives, a quarantine takes and a release gives back: pure."""

from collections.abc import Collection, Mapping

from bot.acts import Acts
from bot.features.cases.model import Details
from bot.snapshots import RoleSeen

Tuple = tuple[int, ...]


def chosen(role_id: int | None) -> tuple[int, ...]:
    """A role of the settings, where one is chosen."""
    return () if role_id is None else (role_id,)


def givable(acts: Acts, guild_id: int) -> Mapping[int, RoleSeen]:
    """The roles that the bot can give and take: below its own, and nobody else's."""
    me = acts.own_standing(guild_id)
    top = 0 if me is None else me.top_role
    return {
        role_id: role
        for role_id, role in acts.roles(guild_id).items()
        if not role.is_managed and role.position < top
    }


def quarantine(
    acts: Acts, guild_id: int, held: Collection[int], *, gives: Tuple, muted: Tuple
) -> Details:
    """One role instead of all that the bot can take; that of a mute is not given back."""
    removable = {
        role_id: role
        for role_id, role in givable(acts, guild_id).items()
        if role_id in held and role_id not in gives
    }
    return Details(
        is_quarantine=True,
        gives=gives,
        takes=tuple(sorted(removable)),
        restores=tuple(sorted(removable.keys() - set(muted))),
        names={role_id: role.name for role_id, role in removable.items()},
    )


def release(there: Mapping[int, RoleSeen], muted: Details) -> Details:
    """The reverse of a mute; `names` are those of roles that cannot be given back any more.

    Whoever holds a role that cannot be taken stands above the bot, and is refused before.
    """
    return Details(
        is_quarantine=muted.is_quarantine,
        gives=tuple(role_id for role_id in muted.restores if role_id in there),
        takes=tuple(role_id for role_id in muted.gives if role_id in there),
        names={
            role_id: name
            for role_id, name in muted.names.items()
            if role_id in muted.restores and role_id not in there
        },
    )
