"""Choices of the guilds, held by `herald check` against Discord: channels and roles that work."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.client.refusals import permission_bit
from bot.commands.check_report import CheckFinding
from bot.permission_names import permission_name
from bot.settings import FeatureSettings, SettingKind, is_on
from bot.snapshots import RoleRank, rank_of

Ask = Callable[[str], Awaitable[Any]]
"""A path of Discord's interface; what it answers, None where it refuses."""

MOST = 100  # guilds; each costs three questions
NAMED = 5
ADMINISTRATOR = permission_bit("administrator")
SEND = permission_bit("send_messages")
TEXT_CHANNELS = (0, 5)  # text and announcements
CATEGORY = 4
MEND = "choose anew with /settings, or give the bot's role there what it lacks"
MEND_UNSEEN = "the button Check of /setup looks at each server"
PLACES = {SettingKind.CHANNEL: "channel", SettingKind.CATEGORY: "category"}


async def look_at_choices(
    ask: Ask, own_id: str, chosen: Sequence[tuple[int, FeatureSettings]]
) -> CheckFinding:
    """Every channel and category that the bot is to use, and every role; what nobody saw, too."""
    of_guild: dict[int, list[FeatureSettings]] = {}
    for guild_id, settings in chosen:
        if is_on(settings) and any(_chosen(settings)):
            of_guild.setdefault(guild_id, []).append(settings)
    wrong, seen = list[str](), 0
    for guild_id in list(of_guild)[:MOST]:
        channels = await ask(f"guilds/{guild_id}/channels")
        roles = await ask(f"guilds/{guild_id}/roles")
        me = await ask(f"guilds/{guild_id}/members/{own_id}")
        if channels is not None and roles is not None and me is not None:
            guild = _Guild(guild_id, channels=channels, roles=roles, me=me)
            wrong += [f"server {guild_id}: {one}" for one in _faults(guild, of_guild[guild_id])]
            seen += 1
    return _told(wrong, seen, len(of_guild))


def _told(wrong: Sequence[str], seen: int, count: int) -> CheckFinding:
    unseen = f"not looked at: {count - seen} of {count} servers" if seen < count else ""
    if not wrong:
        if unseen:
            return CheckFinding("choices", "warn", unseen, MEND_UNSEEN)
        return CheckFinding("choices", "ok", "chosen channels and roles can be used")
    rest = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    told = f"{'; '.join(wrong[:NAMED])}{rest}"
    return CheckFinding("choices", "warn", f"{told}; {unseen}" if unseen else told, MEND)


class _Guild:
    """What Discord tells of a guild: its channels, its roles, and the bot in it."""

    def __init__(
        self,
        guild_id: int,
        *,
        channels: Sequence[Mapping[str, Any]],
        roles: Sequence[Mapping[str, Any]],
        me: Mapping[str, Any],
    ) -> None:
        self.channels = {int(one["id"]): one for one in channels}
        self.roles = {int(one["id"]): one for one in roles}
        self._own = {guild_id, *map(int, me.get("roles", ()))}
        self._everyone, self._me = guild_id, int(me["user"]["id"])

    def has_place(self, place_id: int, kind: SettingKind) -> bool:
        """Whether there is that channel, or that category."""
        place = self.channels.get(place_id)
        is_category = kind is SettingKind.CATEGORY
        return place is not None and (place.get("type") == CATEGORY) is is_category

    def is_above(self, role_id: int) -> bool:
        """Whether a role stands where the bot cannot give it."""
        own = max((self._rank(one) for one in self._own), default=(0, 0))
        return self._rank(role_id) >= own

    def _rank(self, role_id: int) -> RoleRank:
        return rank_of(int(self.roles.get(role_id, {}).get("position", 0)), role_id)

    def lacks(self, channel: Mapping[str, Any], needs: Iterable[str]) -> list[str]:
        """The permissions that the bot has not there, by the names that Discord shows.

        Source: Discord's reference of permissions, "Permission Overwrites".
        """
        held = 0
        for role_id in self._own:
            held |= int(self.roles.get(role_id, {}).get("permissions", 0))
        if held & ADMINISTRATOR:
            return []
        rules = {int(one["id"]): one for one in channel.get("permission_overwrites", ())}
        of_roles = [rules[one] for one in self._own - {self._everyone} if one in rules]
        for group in ([rules.get(self._everyone)], of_roles, [rules.get(self._me)]):
            there = [one for one in group if one]
            for one in there:
                held &= ~int(one["deny"])
            for one in there:
                held |= int(one["allow"])
        return [permission_name(one) for one in needs if not held & permission_bit(one)]

    def denies_writing(self, role_id: int) -> bool:
        """Whether that role keeps anybody from writing anywhere."""
        return any(
            int(one["id"]) == role_id and int(one["deny"]) & SEND
            for channel in self.channels.values()
            if channel.get("type") in TEXT_CHANNELS
            for one in channel.get("permission_overwrites", ())
        )


def _chosen(settings: FeatureSettings) -> Iterator[str]:
    """The fields for which a channel, a category or roles are chosen."""
    kinds = (*PLACES, SettingKind.ROLE, SettingKind.ROLES)
    for name in type(settings).model_fields:
        if settings.kind(name) in kinds and getattr(settings, name):
            yield name


def _faults(guild: _Guild, chosen: Sequence[FeatureSettings]) -> Iterator[str]:
    for settings in chosen:
        for name in _chosen(settings):
            is_place = settings.kind(name) in PLACES
            yield from (_of_place if is_place else _of_roles)(guild, settings, name)


def _of_place(guild: _Guild, settings: FeatureSettings, name: str) -> Iterator[str]:
    kind, place_id = settings.kind(name), int(getattr(settings, name))
    where = f"the {PLACES[kind]} of {settings.feature}.{name}"
    if not guild.has_place(place_id, kind):
        yield f"{where} is gone"
    elif lacking := guild.lacks(guild.channels[place_id], settings.needs(name)):
        yield f"the bot lacks {', '.join(lacking)} in {where}"


def _of_roles(guild: _Guild, settings: FeatureSettings, name: str) -> Iterator[str]:
    value = getattr(settings, name)
    role_ids = value if settings.kind(name) is SettingKind.ROLES else (value,)
    where = f"of {settings.feature}.{name}"
    for role_id in map(int, role_ids):
        if role_id not in guild.roles:
            yield f"the role {where} is gone"
            continue
        if settings.harmless(name) and guild.is_above(role_id):
            yield f"the role {where} stands above the bot's"
        if settings.mutes(name) and not guild.denies_writing(role_id):
            yield f"the role {where} keeps nobody from writing"
