"""Privacy service: what is kept about whoever asks; a file of it; and what goes at their wish."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.clock import Clock, to_ms
from bot.errors import UserError
from bot.feature import Feature, Parts
from bot.features.privacy import store
from bot.outbox.audit import AuditLog
from bot.personal_data import DataFate, PersonalTable
from bot.rates import Bucket, Keyed
from bot.storage.database import Database
from bot.texts import _

ROWS = 2_000  # of a table, in a file
LARGEST = 7 * 1024 * 1024  # bytes of a file
BURST, PERIOD = 10, 60_000  # looks at once, and the ms after which there is one more
FILES, FILES_PERIOD = 3, 20 * 60_000  # the same for files, which read all of their rows


@dataclass(frozen=True, slots=True)
class DataHolding:
    """What one table holds about somebody."""

    table: PersonalTable
    count: int


@dataclass(frozen=True, slots=True)
class DataHoldings:
    """All of it in one guild; `secret` are tables of which nobody is told more."""

    kept: tuple[DataHolding, ...]
    secret: tuple[PersonalTable, ...]

    @property
    def can_go(self) -> bool:
        """Whether anything of it can be deleted."""
        return any(one.table.fate is not DataFate.STAYS for one in self.kept)


@dataclass(frozen=True, slots=True)
class Deletion:
    """What became of a wish: of how many rows something is gone, and what has to end first."""

    count: int
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class PrivacyService:
    """Everything is about the person who asks, in the server where they do."""

    _database: Database
    _audit: AuditLog
    clock: Clock = field(kw_only=True)
    parts: Parts = field(init=False)
    _looks: Keyed[int, Bucket] = field(
        default_factory=lambda: Keyed[int, Bucket](lambda: Bucket(BURST, PERIOD)), init=False
    )
    _files: Keyed[int, Bucket] = field(
        default_factory=lambda: Keyed[int, Bucket](lambda: Bucket(FILES, FILES_PERIOD)), init=False
    )

    async def look(self, guild_id: int, user_id: int) -> DataHoldings:
        """What is kept, by its tables; a UserError for whoever asks too often."""
        if self._is_spent(self._looks, user_id):
            raise UserError(_("You asked often just now. Try again in a few minutes."))
        kept, secret = list[DataHolding](), list[PersonalTable]()
        async with self._database.reading(long_for=guild_id) as reading:
            for _feature, one in self._tables():
                if one.is_secret:
                    secret.append(one)
                elif number := await store.count(reading, one, guild_id, user_id):
                    kept.append(DataHolding(one, number))
        return DataHoldings(tuple(kept), tuple(secret))

    async def export(self, guild_id: int, user_id: int) -> bytes:
        """All of it as JSON, with what is not in it and why; a UserError as above.

        How much there is elsewhere is not in it: that would read whole tables for every member.
        """
        if self._is_spent(self._files, user_id):
            raise UserError(_("You took it with you often just now. Try again in half an hour."))
        found, left_out = dict[str, Any](), list[dict[str, str]]()
        async with self._database.reading(long_for=guild_id) as reading:
            for feature, one in self._tables():
                if one.is_secret:
                    left_out.append({"about": _(one.about), "why": secrecy()})
                    continue
                rows = await store.rows(reading, one, guild_id, user_id, most=ROWS)
                if rows:
                    found.setdefault(feature.name, {})[one.table.name] = {
                        "about": _(one.about),
                        "rows": [_plain(row) for row in rows],
                    }
                if len(rows) == ROWS:
                    text = _("Only the newest {count} are in this file.").format(count=ROWS)
                    left_out.append({"about": _(one.about), "why": text})
        return _document(
            {
                "made_at": self.clock.now().isoformat(),
                "user_id": str(user_id),
                "server_id": str(guild_id),
                "data": found,
                "left_out": left_out,
                "in_other_servers": _("Use /mydata there; or ask whoever runs this bot."),
            }
        )

    async def delete(self, actor: Actor) -> Deletion:
        """Let go of what can be, feature by feature, each in one transaction with its entry."""
        count, problems = 0, list[str]()
        for feature in self.parts.features:
            try:
                count += await self._delete(actor, feature)
            except UserError as error:
                text = _("**{feature}**: {problem}")
                problems.append(text.format(feature=_title(feature), problem=error))
        return Deletion(count, tuple(problems))

    async def _delete(self, actor: Actor, feature: Feature[Any]) -> int:
        data = self.parts[feature].personal
        if all(one.fate is DataFate.STAYS for one in data.tables):
            return 0
        guild_id, user_id = actor.guild_id, actor.user_id
        async with self._database.transaction() as tx:
            count = 0
            for one in data.tables:
                if one.fate is DataFate.DELETED:
                    count += await store.remove(tx, one, guild_id, user_id)
            count += await data.release(tx, guild_id, user_id)
            if count:
                await self._audit.write(
                    tx,
                    AuditDraft(
                        guild_id=guild_id,
                        event_type="data.deleted",
                        summary=f"{actor.name} had their own data of {feature.name} deleted.",
                        target_type="member",
                        target_id=str(user_id),
                        actor_id=user_id,
                        actor_name=actor.name,
                        context={"feature": feature.name},
                    ),
                )
        return count

    def _tables(self) -> Iterator[tuple[Feature[Any], PersonalTable]]:
        """Those in which something can be about somebody."""
        for feature in self.parts.features:
            for one in self.parts[feature].personal.tables:
                if one.own:
                    yield feature, one

    def _is_spent(self, rates: Keyed[int, Bucket], user_id: int) -> bool:
        """Whether they have none left; else one is taken."""
        now = to_ms(self.clock.now())
        bucket = rates.of(user_id)
        wait = bucket.take(now)
        rates.keep(user_id, bucket, now)
        return bool(wait)


def secrecy() -> str:
    """Why of some tables nobody is told whether there is anything."""
    return _(
        "Whether there is any is not told: it would say how to get round what protects others."
    )


def _title(feature: Feature[Any]) -> str:
    return _(feature.title if feature.settings is None else feature.settings.title)


def _document(document: Mapping[str, Any]) -> bytes:
    written = json.dumps(document, ensure_ascii=False, indent=1).encode()
    if len(written) > LARGEST:
        raise UserError(
            _("There is more than fits into one file: ask whoever runs this bot for it.")
        )
    return written


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it everywhere: ids as text, moments in UTC."""
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if name.endswith("_id") and isinstance(value, int) else value
