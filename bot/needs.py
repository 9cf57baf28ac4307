"""Needs: what a feature asks of a server, and each defect where that is not there.

The check of `/setup`, a feature's own panel and its own check say all three the same.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.permission_names import permission_name
from bot.settings import FeatureSettings, SettingKind
from bot.surroundings import Surroundings
from bot.texts import N_, _, ngettext

TICK = N_("Server Settings → Roles → my role → Permissions, and tick it")
RAISE = N_("Server Settings → Roles, and drag my role above them")
ON_PEOPLE = frozenset({"kick_members", "ban_members", "moderate_members"})
"""Permissions that reach nobody who stands above the bot."""

PRIVILEGED = {
    "members": "Server Members Intent",
    "message_content": "Message Content Intent",
    "presences": "Presence Intent",
}
ROLES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that keeps a feature from working: what it is, and what to click.

    `permissions` are those of the bot's own role that would mend it. The same text is the same
    defect, whichever feature met it; a note may well be meant so.
    """

    text: str
    mend: str = ""
    permissions: frozenset[str] = frozenset()
    is_note: bool = False

    @property
    def sentence(self) -> str:
        """Both in one line."""
        if not self.mend:
            return self.text
        return _("{what}: {mend}.").format(what=self.text, mend=self.mend)


def permission_defects(
    may: Callable[[str], bool], permissions: Mapping[str, str], choices: FeatureSettings | None
) -> Iterator[Defect]:
    """Of the bot's own permissions those that it lacks, where what is chosen asks for them."""
    for name, why in permissions.items():
        if may(name) or (choices is not None and not choices.asks(name)):
            continue
        text = _("I lack **{name}** ({why})").format(name=permission_name(name), why=_(why))
        yield Defect(text, _(TICK), frozenset({name}))


def intent_defects(seen: Surroundings, intents: Collection[str]) -> Iterator[Defect]:
    """What Discord does not tell the bot at all, in any server."""
    if "message_content" in intents and "message_content" not in seen.intents:
        yield Defect(
            _(
                "I am not told what people write. Whoever runs this bot can set "
                "`discord.message_content`, and tick Message Content Intent on the Bot page of "
                "Discord's developer portal."
            ),
            is_note=True,
        )
    for name in sorted(set(intents) - seen.intents - {"message_content"}):
        text = _(
            "I am not told of “{name}”. Whoever runs this bot gives it that intent; a privileged "
            "one is ticked on the Bot page of Discord's developer portal."
        )
        yield Defect(text.format(name=PRIVILEGED.get(name, name)))


def height_defects(seen: Surroundings, permissions: Iterable[str]) -> Iterator[Defect]:
    """People who stand above the bot though they have no say: nothing can be done about them."""
    if not ON_PEOPLE.intersection(permissions) or not seen.ordinary_above:
        return
    shown = ", ".join(f"<@&{one}>" for one in seen.ordinary_above[:ROLES_SHOWN])
    more = len(seen.ordinary_above) - ROLES_SHOWN
    names = _("{roles} and {count} more").format(roles=shown, count=more) if more > 0 else shown
    text = _("I can do nothing about whoever has a role above mine: {names}").format(names=names)
    yield Defect(text, _(RAISE))


def field_defects(
    seen: Surroundings,
    choices: FeatureSettings,
    where: str = "",
    *,
    skip: Collection[str] = frozenset(),
) -> Iterator[Defect]:
    """Chosen channels, categories and roles that are gone, closed to the bot, or above it."""
    where = where or _("/settings, {title}").format(title=_(choices.title))
    for name in type(choices).model_fields:
        value = getattr(choices, name)
        if name in skip or value in (None, ()):
            continue
        match choices.kind(name):
            case SettingKind.ROLES:
                yield from _of_roles(seen, choices.meaning(name), value, where)
            case SettingKind.ROLE:
                yield from _of_role(seen, choices, name, where)
            case SettingKind.CHANNEL | SettingKind.CATEGORY:
                yield from _of_place(seen, choices, name, where)
            case _:
                pass


def ping_defects(seen: Surroundings, role_ids: Iterable[int]) -> Iterator[Defect]:
    """Roles that are there and that the bot cannot call."""
    silent = {*role_ids} & seen.roles.keys() - seen.callable_ids
    if silent:
        text = _(
            "I cannot ping {roles}: allow anyone to mention them in the role's settings, or give "
            "my role {names}."
        )
        roles = ", ".join(f"<@&{one}>" for one in sorted(silent))
        yield Defect(text.format(roles=roles, names=f"**{seen.named('mention_everyone')}**"))


def place_defect(seen: Surroundings, channel_id: int, needs: Iterable[str]) -> Defect | None:
    """What the bot may not in a channel that is there; None where nothing is missing."""
    place = seen.channels.get(channel_id) or seen.categories.get(channel_id)
    names = "" if place is None else seen.lacking(place.held, needs)
    if not names:
        return None
    text = _("In {channel} my role lacks {names}: give it there.")
    return Defect(text.format(channel=f"<#{channel_id}>", names=names))


def _of_roles(
    seen: Surroundings, meaning: str, role_ids: Collection[int], where: str
) -> Iterator[Defect]:
    lost = [one for one in role_ids if one not in seen.roles]
    if lost:
        text = ngettext(
            "A role of “{meaning}” was deleted: choose them again in {where}.",
            "{count} roles of “{meaning}” were deleted: choose them again in {where}.",
            len(lost),
        )
        yield Defect(text.format(count=len(lost), meaning=meaning, where=where))


def _of_role(
    seen: Surroundings, choices: FeatureSettings, name: str, where: str
) -> Iterator[Defect]:
    """One that is given to people must stand below the bot's; another is called."""
    role_id, meaning = getattr(choices, name), choices.meaning(name)
    if role_id not in seen.roles:
        text = _("The role of “{meaning}” was deleted: choose another in {where}.")
        yield Defect(text.format(meaning=meaning, where=where))
    elif not choices.harmless(name):
        yield from ping_defects(seen, (role_id,))
    elif seen.is_above(role_id):
        text = _("{role} (“{meaning}”) stands above my role, so that I cannot give it")
        shown = text.format(role=f"<@&{role_id}>", meaning=meaning)
        yield Defect(shown, _(RAISE))


def _of_place(
    seen: Surroundings, choices: FeatureSettings, name: str, where: str
) -> Iterator[Defect]:
    value = getattr(choices, name)
    is_channel = choices.kind(name) is SettingKind.CHANNEL
    if value not in (seen.channels if is_channel else seen.categories):
        text = _("“{meaning}” was deleted: choose another in {where}.")
        yield Defect(text.format(meaning=choices.meaning(name), where=where))
    elif found := place_defect(seen, value, choices.needs(name)):
        yield found
