"""Choices of the guilds, held by `herald check` against Discord: channels and roles that work."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.client.refusals import permission_bit
from bot.commands.check_report import CheckFinding
from bot.permission_names import permission_name
from bot.settings import FeatureSettings, SettingKind, is_on

Ask = Callable[[str], Awaitable[Any]]
"""A path of Discord's interface; what it answers, None where it refuses."""

MOST = 100  # guilds; each costs three questions
NAMED = 5
ADMINISTRATOR = permission_bit("administrator")
SEND = permission_bit("send_messages")
TEXT_CHANNELS = (0, 5)  # text and announcements
MEND = "choose anew with /settings, or give the bot's role there what it lacks"


async def look_at_choices(
    ask: Ask, own_id: str, chosen: Sequence[tuple[int, FeatureSettings]]
) -> CheckFinding:
    """Every channel that the bot is to use, and every role that is to keep people quiet."""
    of_guild: dict[int, list[FeatureSettings]] = {}
    for guild_id, settings in chosen:
        if is_on(settings) and any(_ids(settings)):
            of_guild.setdefault(guild_id, []).append(settings)
    wrong: list[str] = []
    for guild_id in list(of_guild)[:MOST]:
        channels = await ask(f"guilds/{guild_id}/channels")
        roles = await ask(f"guilds/{guild_id}/roles")
        me = await ask(f"guilds/{guild_id}/members/{own_id}")
        if channels is not None and roles is not None and me is not None:
            guild = _Guild(guild_id, channels=channels, roles=roles, me=me)
            wrong += [f"server {guild_id}: {one}" for one in _faults(guild, of_guild[guild_id])]
    if not wrong:
        return CheckFinding("choices", "ok", "chosen channels and roles can be used")
    rest = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    return CheckFinding("choices", "warn", f"{'; '.join(wrong[:NAMED])}{rest}", MEND)


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


def _ids(settings: FeatureSettings) -> Iterator[tuple[str, int]]:
    """The channels and roles that are chosen, by their fields."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value and settings.kind(name) in (SettingKind.CHANNEL, SettingKind.ROLE):
            yield name, int(value)


def _faults(guild: _Guild, chosen: Sequence[FeatureSettings]) -> Iterator[str]:
    for settings in chosen:
        for name, found in _ids(settings):
            where = f"{settings.feature}.{name}"
            if settings.kind(name) is SettingKind.CHANNEL:
                channel = guild.channels.get(found)
                if channel is None:
                    yield f"the channel of {where} is gone"
                elif lacking := guild.lacks(channel, settings.needs(name)):
                    yield f"the bot lacks {', '.join(lacking)} in the channel of {where}"
            elif found not in guild.roles:
                yield f"the role of {where} is gone"
            elif settings.mutes(name) and not guild.denies_writing(found):
                yield f"the role of {where} keeps nobody from writing"
