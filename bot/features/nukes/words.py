"""Words of nukes: what the log says was done, by whom, and what was put back."""

from collections.abc import Sequence

from bot.controls import Tone
from bot.dangers import dangers
from bot.features.nukes.model import RepairKind, Trip
from bot.features.nukes.ports import NUKES
from bot.features.nukes.records import Nuke, Repair
from bot.features.nukes.settings import NukesSettings
from bot.incident import Finding, Measure, Why
from bot.permission_names import permission_name
from bot.structure import RolePlan
from bot.texts import N_, _
from bot.user_text import inline

STRIPPED, NOTE = "roles", "note"
NAME_SHOWN = 80  # characters
LISTED = 10  # names in one line

CLASSES: dict[str, str] = {
    "channel_delete": N_("deleted channels"),
    "channel_create": N_("created channels"),
    "role_delete": N_("deleted roles"),
    "role_create": N_("created roles"),
    "role_permissions": N_("roles with changed permissions"),
    "ban": N_("banned people"),
    "kick": N_("kicked or pruned people"),
    "webhook_create": N_("created webhooks"),
    "webhook_delete": N_("deleted webhooks"),
    "emoji_delete": N_("deleted emojis and stickers"),
}
REPAIRED: dict[RepairKind, str] = {
    RepairKind.ROLE_CHANGE: N_("The permissions of the role **{name}** are as they were"),
    RepairKind.ROLE: N_("The role **{name}** is there again"),
    RepairKind.MADE_ROLE: N_("The new role **{name}** is deleted"),
    RepairKind.CHANNEL: N_("The channel **{name}** is there again; what was written in it is lost"),
    RepairKind.MADE_CHANNEL: N_("The new channel **{name}** is deleted"),
    RepairKind.OVERWRITE: N_("The permissions in **{name}** are as they were"),
    RepairKind.BAN: N_("<@{target}> is not banned any more"),
    RepairKind.HOLDER: N_("<@{target}> has the roles again"),
}
NOT_REPAIRED: dict[RepairKind, str] = {
    RepairKind.ROLE_CHANGE: N_("The permissions of the role **{name}** were not put back"),
    RepairKind.ROLE: N_("The role **{name}** could not be made again"),
    RepairKind.MADE_ROLE: N_("The new role **{name}** could not be deleted"),
    RepairKind.CHANNEL: N_("The channel **{name}** could not be made again"),
    RepairKind.MADE_CHANNEL: N_("The new channel **{name}** could not be deleted"),
    RepairKind.OVERWRITE: N_("The permissions in **{name}** were not put back"),
    RepairKind.BAN: N_("<@{target}> is still banned"),
    RepairKind.HOLDER: N_("<@{target}> did not get the roles again"),
}


def found(trip: Trip, chosen: NukesSettings, counted: str | None, *, is_shadow: bool) -> Finding:
    """What the log says when somebody has done too much; `counted` is why they are."""
    harm = trip.harms[-1]
    what = _(CLASSES[trip.action])
    text = _("<@{person}> is tearing the server down: {count} {what} within {seconds} s")
    if harm.by_us:
        text = _(
            "🚨 Somebody acts as myself: {count} {what} within {seconds} s that I did not do. My "
            "token is stolen. Whoever runs me must reset it now"
        )
    counters = tuple(
        (_(CLASSES[action]), _("{count} of {limit}").format(count=count, limit=limit))
        for action, count in _counted(trip).items()
        if (limit := chosen.limit(action))
    )
    rule = _("What one person does within {seconds} s is counted, each thing that it hits.")
    spared = (counted,) if counted else ()
    return Finding(
        guild_id=harm.guild_id,
        feature=NUKES,
        title=text.format(
            person=harm.actor_id, count=trip.count, what=what, seconds=chosen.window_seconds
        ),
        why=Why(rule.format(seconds=chosen.window_seconds), counters, spared),
        user_id=harm.actor_id,
        is_shadow=is_shadow,
        tone=Tone.BAD,
    )


def _counted(trip: Trip) -> dict[str, int]:
    counts = dict[str, int]()
    for harm in trip.harms:
        if harm.action in CLASSES:
            counts[harm.action] = counts.get(harm.action, 0) + harm.count
    return counts


def grant(guild_id: int, actor_id: int, whom: str, permissions: frozenset[str]) -> Finding:
    """That somebody can do harm from now on."""
    names = ", ".join(permission_name(one) for one in sorted(permissions))
    title = _("<@{person}> gave {whom} dangerous permissions: {names}")
    rule = _("Permissions with which a server can be torn down are said when they are given.")
    return Finding(
        guild_id=guild_id,
        feature=NUKES,
        title=title.format(person=actor_id, whom=whom, names=names),
        why=Why(rule),
        user_id=actor_id,
    )


def role(name: str) -> str:
    """A role by its name, which pings nobody."""
    return _("the role **{name}**").format(name=inline(name, NAME_SHOWN))


def height(guild_id: int, above: Sequence[RolePlan]) -> Finding:
    """Whether the bot could stop everybody, as its role stands now."""
    rule = _("The bot can act on nobody whose role is as high as its own, or higher.")
    if not above:
        title = _("My role stands above all roles with dangerous permissions again")
        return Finding(guild_id=guild_id, feature=NUKES, title=title, why=Why(rule), tone=Tone.GOOD)
    title = _(
        "My role is too low: whoever has {names} can tear the server down, and I could not stop "
        "them. Move my role up: Server Settings → Roles"
    )
    return Finding(
        guild_id=guild_id,
        feature=NUKES,
        title=title.format(names=listed(above)),
        why=Why(rule),
    )


def listed(roles: Sequence[RolePlan]) -> str:
    """Some roles by their names."""
    names = [f"**{inline(one.name, NAME_SHOWN)}**" for one in roles[:LISTED]]
    more = len(roles) - len(names)
    return ", ".join(names) + (_(" and {count} more").format(count=more) if more > 0 else "")


def dangerous(roles: Sequence[RolePlan]) -> frozenset[str]:
    """What all of these let somebody do that is dangerous."""
    return frozenset[str]().union(*(dangers(one.permissions) for one in roles))


def note(nuke: Nuke, text: str) -> Measure:
    """Something that nobody can undo."""
    return Measure(NOTE, nuke.actor_id, text)


def stripped(nuke: Nuke, role_ids: Sequence[int]) -> Measure:
    """Roles that were taken from them, which come back with Undo."""
    names = ", ".join(f"<@&{one}>" for one in role_ids[:LISTED]) or _("no roles")
    text = _("<@{person}> has lost these roles: {roles}")
    data = {"user_id": str(nuke.actor_id), "roles": [str(one) for one in role_ids]}
    label = text.format(person=nuke.actor_id, roles=names)
    return Measure(STRIPPED, nuke.actor_id, label, data)


def repaired(repair: Repair) -> Measure:
    """What was put back, or not and why."""
    words = REPAIRED if repair.failure is None else NOT_REPAIRED
    name = inline(str(repair.plan.get("name") or repair.target_id), NAME_SHOWN)
    text = _(words[repair.kind]).format(name=name, target=repair.target_id)
    if repair.failure is not None:
        text = f"{text}: {repair.failure}"
    return Measure(f"repair_{repair.kind.value}", repair.new_id or repair.target_id, text)


def followed(nuke: Nuke, names: Sequence[str]) -> Measure:
    """Settings, types of tickets and the like that name what was made anew."""
    text = _("These name the new one now: {names}")
    more = len(names) - LISTED
    said = ", ".join(inline(one, NAME_SHOWN) for one in names[:LISTED])
    said += _(" and {count} more").format(count=more) if more > 0 else ""
    return note(nuke, text.format(names=said))


OWNER = N_(
    "🚨 It is the account of the server's **owner**: Discord lets nobody act on it. Ask them "
    "whether it was them. If not, their account is taken over: they must change their password "
    "and ask Discord's support"
)
OWN = N_(
    "🚨 My own commands are locked for everybody but the owner, who opens them with "
    "/antinuke unlock once the token is reset"
)
ABOVE = N_("⚠️ Nothing could be done to <@{person}>: {reason}")
REASON = N_("Tore the server down (incident {number})")
BOT_ADDED = N_("<@{bot}> was added by <@{person}>: ask them, or look at their account as well")
BOT_UNKNOWN = N_("Who added <@{bot}> is not in the audit log any more")
KICKS = N_("Those who were kicked or pruned cannot be brought back: they need a new invite")
