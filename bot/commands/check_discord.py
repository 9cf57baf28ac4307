"""`herald check` on Discord, or on the server in its place: token, intents, permissions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.client.refusals import permission_bit
from bot.clock import Clock
from bot.commands import discord_errors
from bot.commands.check_choices import look_at_choices
from bot.commands.check_local import GuildChoices
from bot.commands.check_report import CheckFinding
from bot.commands.discord_wait import api_of
from bot.config import Config
from bot.feature import Feature
from bot.permission_names import permission_name
from bot.wiring import FEATURES

TIMEOUT = ClientTimeout(total=15.0)
PAGE = 200
NAMED = 5
NAME_LENGTH = 40

MEMBERS = 1 << 14 | 1 << 15  # of a large and of a small bot
CONTENT = 1 << 18 | 1 << 19
ADMINISTRATOR = 1 << 3

UNEASY, WRONG = 5.0, 60.0
MEND_CLOCK = "let the machine set its clock by itself (NTP)"


@dataclass(frozen=True, slots=True)
class DiscordAnswer:
    """A status with what came: JSON, and the server's own idea of the time."""

    status: int
    body: Any
    date: str | None


async def look_at_discord(config: Config, clock: Clock, chosen: GuildChoices) -> list[CheckFinding]:
    """Who the token is, what is ticked and permitted, and whether the clocks agree."""
    found: list[CheckFinding] = []
    if config.discord.api_base or config.discord.gateway_url:
        named = config.discord.api_base or config.discord.gateway_url
        mend = "remove discord.api_base and discord.gateway_url to use Discord"
        found.append(CheckFinding("stand-in", "warn", f"{named} is used instead of Discord", mend))
    token = config.discord.token.get_secret_value().strip() if config.discord.token else ""
    if not token:
        return [*found, CheckFinding("token", "fail", discord_errors.NO_TOKEN)]
    headers = {"Authorization": f"Bot {token}"}
    try:
        async with ClientSession(headers=headers, timeout=TIMEOUT) as session:
            return [*found, *await _ask(session, config, clock, chosen)]
    except (ClientError, OSError, TimeoutError, ValueError) as error:
        return [*found, CheckFinding("token", "fail", discord_errors.unreachable(error, config))]


async def _ask(
    session: ClientSession, config: Config, clock: Clock, chosen: GuildChoices
) -> list[CheckFinding]:
    api = api_of(config)
    me = await _get(session, f"{api}/users/@me")
    found = _clock(me.date, clock.now())
    if me.status != 200:
        return [_refused(me.status), *found]
    name = str(me.body.get("username", ""))[:NAME_LENGTH]
    found.insert(0, CheckFinding("token", "ok", f"it is {name}'s ({me.body.get('id')})"))
    application = await _get(session, f"{api}/oauth2/applications/@me")
    if application.status == 200:
        found.append(_intents(int(application.body.get("flags") or 0), config))
    else:
        found.append(_unknown("intents", application.status))
    guilds = await _guilds(session, api)
    if isinstance(guilds, int):
        found.append(_unknown("permissions", guilds))
    else:
        found.append(_summary(guilds, chosen))

    async def ask(path: str) -> Any:
        return (await _get(session, f"{api}/{path}")).body

    settings = chosen.settings
    if not isinstance(guilds, int):  # those of servers that the bot has left are kept
        there = {int(one["id"]) for one in guilds}
        settings = [one for one in settings if one[0] in there]
    if not settings:
        return found
    return [*found, await look_at_choices(ask, str(me.body["id"]), settings)]


async def _get(session: ClientSession, url: str) -> DiscordAnswer:
    async with session.get(url) as response:
        body: Any = await response.json(content_type=None) if response.status == 200 else None
        return DiscordAnswer(response.status, body, response.headers.get("Date"))


def _refused(status: int) -> CheckFinding:
    if status == 401:
        return CheckFinding("token", "fail", discord_errors.WRONG_TOKEN)
    return CheckFinding("token", "fail", f"Discord answered HTTP {status}", "try again later")


def _unknown(name: str, status: int) -> CheckFinding:
    return CheckFinding(
        name, "warn", f"not known: Discord answered HTTP {status}", "try again later"
    )


def _clock(date: str | None, now: datetime) -> list[CheckFinding]:
    if date is None:
        return []
    away = (now - parsedate_to_datetime(date).astimezone(UTC)).total_seconds()
    if abs(away) <= UNEASY:
        return [CheckFinding("clock", "ok", "it agrees with Discord's")]
    side = "ahead of" if away > 0 else "behind"
    told = f"this machine is {abs(away):.0f} s {side} Discord; receivers refuse beyond 300 s"
    return [CheckFinding("clock", "fail" if abs(away) > WRONG else "warn", told, MEND_CLOCK)]


def _intents(flags: int, config: Config) -> CheckFinding:
    wanted = [MEMBERS, CONTENT] if config.discord.message_content else [MEMBERS]
    if all(flags & either for either in wanted):
        return CheckFinding("intents", "ok", "what is needed is ticked")
    return CheckFinding("intents", "fail", discord_errors.missing_intents(config))


async def _guilds(session: ClientSession, api: str) -> list[Mapping[str, Any]] | int:
    """The servers that the bot is in; or the status with which Discord did not say so."""
    guilds: list[Mapping[str, Any]] = []
    after = "0"
    while True:
        page = await _get(session, f"{api}/users/@me/guilds?limit={PAGE}&after={after}")
        if page.status != 200:
            return page.status
        guilds += page.body
        if len(page.body) < PAGE:
            return guilds
        after = str(page.body[-1]["id"])


def _summary(guilds: Sequence[Mapping[str, Any]], chosen: GuildChoices) -> CheckFinding:
    lacking = [
        f"{str(guild.get('name', ''))[:NAME_LENGTH]} ({', '.join(names)})"
        for guild in guilds
        if (names := lacks(guild, chosen))
    ]
    if not guilds:
        told = "the bot is on no server yet"
        return CheckFinding("permissions", "warn", told, "invite it, as the README says")
    if not lacking:
        return CheckFinding("permissions", "ok", f"nothing is lacking (servers: {len(guilds)})")
    rest = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
    told = f"lacking on {len(lacking)} of {len(guilds)} servers, {'; '.join(lacking[:NAMED])}{rest}"
    return CheckFinding("permissions", "warn", told, "give them to the bot's role there")


def lacks(
    guild: Mapping[str, Any], chosen: GuildChoices, features: Iterable[Feature[Any]] = FEATURES
) -> list[str]:
    """What the features that are in use there miss, by the names that Discord shows."""
    held = int(guild.get("permissions") or 0)
    if held & ADMINISTRATOR:
        return []
    wanted: dict[str, None] = {}
    for feature in features:
        wanted |= dict.fromkeys(chosen.wants(int(guild["id"]), feature))
    return [permission_name(one) for one in wanted if not held & permission_bit(one)]
