"""Checks of what an action names: everything is looked up in the webhook's own server."""

from collections.abc import Collection

from bot.acts import Acts, ActUnknown
from bot.dangers import dangers
from bot.features.incoming.refusals import refused, unavailable, unknown
from bot.snapshots import RoleSeen, Standing, rank_of


async def member(acts: Acts, guild_id: int, user_id: int, field: str = "userId") -> Standing:
    """A member of the server; unknown_member for anybody else."""
    await acts.meet(guild_id, user_id)
    found = acts.standing(guild_id, user_id)
    if found is None:
        raise unknown("member", field, "Nobody with this id is a member of the server.")
    return found


def channel(acts: Acts, guild_id: int, channel_id: int) -> None:
    """Unknown_channel where the server does not have it."""
    if channel_id not in acts.channels(guild_id):
        raise unknown("channel", "channelId", "The server has no channel with this id.")


def roles(acts: Acts, guild_id: int, role_ids: Collection[int], field: str) -> None:
    """Unknown_role where the server does not have one of them."""
    if not {*role_ids} <= acts.roles(guild_id).keys():
        raise unknown("role", field, "The server has no role with this id.")


def givable(acts: Acts, guild_id: int, role_id: int) -> RoleSeen:
    """A role that a program may have given or taken: below the bot's, and harmless."""
    roles(acts, guild_id, (role_id,), "roleId")
    role, me = acts.roles(guild_id)[role_id], acts.own_standing(guild_id)
    if me is None:
        raise unavailable()
    if role.is_managed:
        raise refused("This role belongs to a bot or a service: nobody can give it.", "roleId")
    if rank_of(role.position, role_id) >= me.rank:
        raise refused("This role does not stand below the bot's own highest role.", "roleId")
    if found := _harm(acts, guild_id, role_id):
        named = ", ".join(sorted(found))
        raise refused(f"This role has dangerous permissions: {named}.", "roleId")
    return role


async def known_guild(acts: Acts, guild_id: int) -> None:
    """Discord_unavailable while the server is not in sight."""
    try:
        await acts.know(guild_id)
    except ActUnknown as error:
        raise unavailable() from error
    if not acts.is_connected or acts.own_standing(guild_id) is None:
        raise unavailable()


def _harm(acts: Acts, guild_id: int, role_id: int) -> Collection[str]:
    """Dangerous permissions that it has and not everybody has anyway; none known is too many."""
    plan = acts.plan(guild_id)
    role = None if plan is None else plan.roles.get(role_id)
    if plan is None or role is None:
        raise unavailable()
    everybody = plan.roles.get(guild_id)
    anyway = 0 if everybody is None else everybody.permissions
    return dangers(role.permissions & ~anyway)
