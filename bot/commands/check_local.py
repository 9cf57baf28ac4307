"""`herald check` without the network: database, key, address policy."""

import os
import sqlite3
import stat
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.clock import SystemClock
from bot.commands.check_report import CheckFinding
from bot.config import Config
from bot.delivery import descriptors
from bot.errors import ConfigError
from bot.feature import Feature
from bot.features.settings.store import guild_setting
from bot.outbox import endpoint_store
from bot.outbox.backlog import Backlog, read_backlog
from bot.settings import FeatureSettings, is_on
from bot.storage import engine as engines
from bot.storage.database import Database, Reading
from bot.storage.files import lock_file
from bot.storage.port_mark import refuse_unfinished
from bot.storage.sealed import sealed
from bot.storage.vault import Vault, load_keys
from bot.wiring import FEATURES


@dataclass(frozen=True)
class GuildChoices:
    """Settings that guilds have chosen, and the guilds that use a feature, where that counts.

    Of a guild that has chosen none, the defaults stand.
    """

    settings: Sequence[tuple[int, FeatureSettings]] = ()
    used: Mapping[str, Collection[int]] = field(default_factory=dict[str, Collection[int]])

    def asks(self, guild_id: int, feature: Feature[Any]) -> bool:
        """Whether the feature needs its permissions there."""
        is_used = feature.used is None or guild_id in self.used.get(feature.name, ())
        if not is_used or feature.settings is None:
            return is_used
        chosen = self._chosen.get((guild_id, feature.name))
        return is_on(feature.settings.model_validate({}) if chosen is None else chosen)

    def wants(self, guild_id: int, feature: Feature[Any]) -> list[str]:
        """The permissions that the feature needs there, as things are chosen."""
        if not self.asks(guild_id, feature):
            return []
        chosen = self._chosen.get((guild_id, feature.name))
        if chosen is None and feature.settings is not None:
            chosen = feature.settings.model_validate({})
        return [one for one in feature.permissions if chosen is None or chosen.asks(one)]

    @cached_property
    def _chosen(self) -> Mapping[tuple[int, str], FeatureSettings]:
        return {(guild_id, one.feature): one for guild_id, one in self.settings}


FIRST_START = "is not there yet; the first start makes it"
UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}
OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def look_at_database(config: Config) -> tuple[list[CheckFinding], GuildChoices]:
    """Database and key, and what the guilds have switched on."""
    kind, target = engines.parse_url(config.database.url)
    if kind == "sqlite" and (new := _new_file(Path(target))):
        return [new, *_key(config, [])], GuildChoices()
    opened = await _opened(config, kind, target)
    if opened.level == "fail":
        return [opened], GuildChoices()
    try:
        async with peek(config) as reading:
            schema = await _schema(reading)
            if schema.level != "ok":
                return [opened, schema], GuildChoices()
            endpoints = await endpoint_store.of_any_guild(reading)
            secrets = [one.sealed_secret for one in endpoints] + await sealed(reading)
            kept = await _deliveries(reading)
            return [opened, schema, *_key(config, secrets), kept], await _choices(reading)
    except (DBAPIError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        return [
            CheckFinding("database", "fail", f"cannot be read ({cause})", "restore a backup")
        ], GuildChoices()


@asynccontextmanager
async def peek(config: Config) -> AsyncGenerator[Reading]:
    """Read the database beside a Herald that runs on it."""
    kind, target = engines.parse_url(config.database.url)
    if kind == "sqlite":
        settings = config.database
        engine = engines.sqlite_engine(
            target, writes=False, synchronous="NORMAL", busy_timeout=settings.busy_timeout
        )
    else:
        engine = engines.postgres_engine(target)
    try:
        async with engine.connect() as connection:
            yield Reading(connection)
    finally:
        await engine.dispose()


def look_at_addresses(config: Config) -> list[CheckFinding]:
    """What deliveries may reach beyond the public internet."""
    guard = config.guard
    allowed = [*guard.allow_hosts, *guard.allow_networks]
    if allowed:
        plain = ", http:// too" if guard.allow_http else ""
        told = f"private addresses are allowed: {', '.join(allowed)}{plain}"
        mend = "take out of [guard] what no receiver of yours needs"
        return [CheckFinding("addresses", "warn", told, mend)]
    if guard.allow_http:
        told = "guard.allow_http has no effect"
        mend = "it is for the hosts of guard.allow_hosts and guard.allow_networks; name them"
        return [CheckFinding("addresses", "warn", told, mend)]
    return [CheckFinding("addresses", "ok", "only public https:// addresses are reached")]


def look_at_files(config: Config, most: int) -> CheckFinding:
    """Whether so many open files are enough for what the settings let go out at once."""
    wanted = config.delivery.max_in_flight
    under_way = descriptors.in_flight(most, wanted)
    resting = descriptors.idle(most, under_way)
    told = f"{most} may be open: {under_way} requests under way, {resting} connections at rest"
    enough = descriptors.comfortable(wanted)
    if most >= enough:
        return CheckFinding("open files", "ok", told)
    lack = (
        f" (delivery.max_in_flight is {wanted})"
        if under_way < wanted
        else ", so connections are opened anew more often"
    )
    mend = (
        f"give the user that runs Herald a hard limit of {enough} or more: LimitNOFILE= of its "
        "systemd unit, ulimits: nofile of its container, or nofile in /etc/security/limits.conf"
    )
    return CheckFinding("open files", "warn", told + lack, mend)


def _new_file(file: Path) -> CheckFinding | None:
    """What becomes of a file that is not there; None where it is."""
    if file.exists():
        return None
    folder = next(parent for parent in file.parents if parent.exists())
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return CheckFinding("database", "ok", f"{file} {FIRST_START}")
    mend = "make the folder writable, or name another file in database.url"
    return CheckFinding("database", "fail", f"{file} cannot be made in {folder}", mend)


async def _opened(config: Config, kind: str, target: str) -> CheckFinding:
    if kind == "sqlite" and in_use(target):
        name = Path(target).name
        return CheckFinding(
            "database", "ok", f"{name} is in use by a running Herald, which writes it"
        )
    settings = config.database
    database = Database(settings.url, busy_timeout=settings.busy_timeout)
    try:
        await database.open()
        async with database.transaction() as tx:
            await tx.run_sync(refuse_unfinished)
    except ConfigError as error:
        return CheckFinding("database", "fail", str(error))
    finally:
        await database.close()
    return CheckFinding("database", "ok", f"{kind} opens and can be written")


def in_use(target: str) -> bool:
    """Whether a Herald that runs has that SQLite file."""
    try:
        lock_file(target).close()
    except ConfigError:
        return True
    except sqlite3.Error:
        return False  # opening it says what is wrong
    return False


async def _schema(reading: Reading) -> CheckFinding:
    script = ScriptDirectory(str(files("migrations")))
    try:
        found = (await reading.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    except DBAPIError:
        return CheckFinding("schema", "warn", "the database is empty", "the next start fills it")
    if found == script.get_current_head():
        return CheckFinding("schema", "ok", f"the schema is this version's ({found})")
    if found in {revision.revision for revision in script.walk_revisions()}:
        told = f"the schema ({found}) is older than this Herald"
        return CheckFinding(
            "schema", "warn", told, "the next start, or `herald migrate`, upgrades it"
        )
    told = f"the schema ({found}) was written by a newer Herald"
    return CheckFinding("schema", "fail", told, "install that version, or restore an older backup")


def _key(config: Config, sealed: list[bytes]) -> list[CheckFinding]:
    file = config.secrets.key_file
    own = config.secrets.key.get_secret_value() if config.secrets.key else None
    if own is None and not sealed and not file.exists():
        return [CheckFinding("key", "ok", f"{file} {FIRST_START}")]
    try:
        vault = Vault(load_keys(own, file, may_create=False))
        for secret in sealed:
            vault.open(secret)
    except ConfigError as error:
        return [CheckFinding("key", "fail", str(error))]
    if own is None and file.stat().st_mode & OTHERS:
        told = f"{file} can be read or changed by others on this machine"
        return [CheckFinding("key", "warn", told, f"chmod 600 {file}")]
    return [CheckFinding("key", "ok", f"it opens every stored secret ({len(sealed)})")]


async def _deliveries(reading: Reading) -> CheckFinding:
    backlog = await read_backlog(reading, SystemClock().now())
    return CheckFinding("deliveries", "ok", backlog_line(backlog))


def backlog_line(backlog: Backlog) -> str:
    """What waits and what is kept, for people."""
    waiting = f"{backlog.waiting:,} waiting"
    for letter, unit in UNITS.items():
        if number := backlog.overdue // unit:
            waiting += f", the oldest for {number:,} {letter}"
            break
    held = f"{backlog.held:,} held, {backlog.missed:,} missed"
    kept = f"{backlog.ended:,} have ended and are kept"
    return f"{waiting}; {held}; {kept}; {backlog.size / 1_000_000:,.1f} MB"


async def _choices(reading: Reading) -> GuildChoices:
    rows = await reading.execute(select(guild_setting))
    models = {one.feature: one for one in (feature.settings for feature in FEATURES) if one}
    chosen = [
        (row.guild_id, models[row.feature].read(row.document))
        for row in rows
        if row.feature in models
    ]
    used = {one.name: await one.used(reading) for one in FEATURES if one.used is not None}
    return GuildChoices(chosen, used)
