"""Assignment of a process: its roles, and the shards of those that it connects with."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.config import Config
from bot.errors import ConfigError, HeraldError

SHARDS = re.compile(r"(\d+)(?:-(\d+))?/(\d+)")
MOST_SHARDS = 100_000  # more than Discord gives anybody


class Role(StrEnum):
    """What a process does for all."""

    BOT = "bot"
    DELIVER = "deliver"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class ShardRange:
    """Shards from `first` to `last` of `count`, numbered from 0."""

    first: int
    last: int
    count: int

    @property
    def ids(self) -> range:
        return range(self.first, self.last + 1)

    def __str__(self) -> str:
        return f"{self.first}-{self.last}/{self.count}"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one process is told to be; every role and all shards where nothing is said."""

    roles: frozenset[Role] = frozenset(Role)
    shards: ShardRange | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it can do without others."""
        return self.roles == frozenset(Role) and self.shards is None

    @property
    def acts(self) -> bool:
        """Whether it talks with Discord, and needs the token."""
        return bool(self.roles & {Role.BOT, Role.WEB})


WHOLE = Assignment()


def assignment_of(roles: str | None, shards: str | None, config: Config) -> Assignment:
    """From the words of `--roles` and `--shards`; a HeraldError where that cannot be."""
    assignment = Assignment(
        frozenset(Role) if roles is None else _roles(roles),
        None if shards is None else _shards(shards),
    )
    if assignment.is_whole:
        return assignment
    if assignment.shards is not None and Role.BOT not in assignment.roles:
        raise HeraldError("--shards is for a process with the role bot: add it to --roles")
    if config.database.url.startswith("sqlite"):
        raise ConfigError(
            "database.url",
            "a SQLite file has one process: --roles and --shards need PostgreSQL "
            "(`herald port --to postgresql://…` moves everything there)",
        )
    if roles is not None and Role.WEB in assignment.roles and not config.web.enabled:
        raise ConfigError("web.enabled", "the role web needs it: set it to true")
    if roles is not None and Role.WEB in assignment.roles and not config.web.public_url:
        raise ConfigError(
            "web.public_url",
            "the role web needs it: where people and programs reach its pages, such as "
            "https://herald.example",
        )
    count = config.discord.shard_count
    if assignment.shards is not None and count not in (None, assignment.shards.count):
        raise ConfigError(
            "discord.shard_count",
            f"it says {count}, and --shards {assignment.shards.count}: remove the setting",
        )
    return assignment


def _roles(text: str) -> frozenset[Role]:
    named = [part.strip() for part in text.split(",") if part.strip()]
    known = {role.value: role for role in Role}
    unknown = [name for name in named if name not in known]
    if unknown or not named:
        there = ", ".join(known)
        said = f"“{unknown[0]}” is no role" if unknown else "--roles names none"
        raise HeraldError(f"{said}; there are {there}, as in --roles bot,deliver")
    return frozenset(known[name] for name in named)


def _shards(text: str) -> ShardRange:
    found = SHARDS.fullmatch(text.strip())
    first, last, count = (
        (int(part) if part else -1 for part in found.groups()) if found else [0] * 3
    )
    last = first if last < 0 else last
    if not first <= last < count <= MOST_SHARDS:
        raise HeraldError(
            f"--shards {text}: write the first, the last and how many there are in all, numbered "
            "from 0, as in --shards 0-3/16 and --shards 4-7/16"
        )
    return ShardRange(first, last, count)
