"""Settings service: reads and changes what a guild has chosen."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import NotFound, UserError
from bot.feature import Keeper, Refusal
from bot.features.settings import store
from bot.features.settings.model import GeneralSettings
from bot.outbox.audit import AuditLog
from bot.settings import FeatureSettings, SettingKind, is_on
from bot.storage.changes import Cache
from bot.storage.database import Database, Reading, Transaction
from bot.structure import renumbered
from bot.texts import _

TOPIC = "settings"

Model = TypeVar("Model", bound=FeatureSettings)


class SettingsService:
    """Every feature's settings in every guild; kept in memory once read, fresh since a change."""

    def __init__(
        self, database: Database, audit: AuditLog, *, models: Sequence[type[FeatureSettings]]
    ) -> None:
        self._database = database
        self._audit = audit
        self._models = {model.feature: model for model in models}
        self._cache: Cache[FeatureSettings] = Cache(database.changes, TOPIC)
        self._refusals: dict[str, Refusal[Any]] = {}
        self._keepers: dict[str, Keeper[Any]] = {}
        self._guardians: dict[str, type[FeatureSettings]] = {}

    def refuse(self, model: type[Model], refusal: Refusal[Model]) -> None:
        """Ask `refusal` about every change of that feature's settings."""
        self._refusals[model.feature] = refusal

    def keep(self, model: type[Model], keeper: Keeper[Model], *others: str) -> None:
        """Ask `keeper` about whoever changes that feature's settings, or puts it in shadow.

        While it is on, also about those of `others`, each a `feature.name`.
        """
        self._keepers[model.feature] = keeper
        self._guardians |= dict.fromkeys(others, model)

    async def require_keeper(self, actor: Actor, model: type[FeatureSettings]) -> None:
        """A UserError where that person may not change that feature's settings."""
        self._require(actor, await self.get(actor.guild_id, model))

    @property
    def models(self) -> list[type[FeatureSettings]]:
        return list(self._models.values())

    def model(self, feature: str) -> type[FeatureSettings]:
        """The feature's model; NotFound names those there are."""
        model = self._models.get(feature)
        if model is None:
            text = _("There are no settings for “{feature}”; there are: {known}.")
            raise NotFound(text.format(feature=feature, known=", ".join(self._models)))
        return model

    async def get(self, guild_id: int, model: type[Model]) -> Model:
        """The guild's choices over the defaults."""
        found = await self._cache.get(
            _key(guild_id, model.feature), partial(self._read, guild_id, model)
        )
        assert isinstance(found, model)  # noqa: S101  a feature has one model
        return found

    async def _read(self, guild_id: int, model: type[Model]) -> Model:
        async with self._database.reading() as reading:
            return await self.inside(reading, guild_id, model)

    async def inside(self, reading: Reading, guild_id: int, model: type[Model]) -> Model:
        """The same as a transaction sees them, which has no connection to spare."""
        return model.read(await store.load(reading, guild_id, model.feature) or {})

    async def choosing(self, model: type[Model]) -> Mapping[int, Model]:
        """Every guild that has ever chosen something of that feature's, with what it has."""
        async with self._database.reading() as reading:
            found = await store.all_of(reading, model.feature)
        return {guild_id: model.read(document) for guild_id, document in found.items()}

    async def notice_channel(self, guild_id: int) -> int | None:
        """Where the guild's staff are told what they must know."""
        return (await self.get(guild_id, GeneralSettings)).notice_channel_id

    async def change(self, actor: Actor, feature: str, name: str, value: Any) -> FeatureSettings:
        """Make one choice; the settings as they are afterwards."""
        model = self.model(feature)
        async with self._database.transaction() as tx:
            stored = await store.lock(tx, actor.guild_id, feature)
            before = model.read(stored)
            after = before.changed(name, value)
            if after == before:
                return after
            self._require(actor, before)
            guardian = self._guardians.get(f"{feature}.{name}")
            if guardian is not None:
                guarding = await self.inside(tx, actor.guild_id, guardian)
                if is_on(guarding):
                    self._require(actor, guarding)
            self._check(before, after)
            await store.save(tx, actor.guild_id, feature, after.choices())
            old, new = getattr(before, name), getattr(after, name)
            await self._audit.write(
                tx,
                AuditDraft(
                    guild_id=actor.guild_id,
                    event_type="settings.changed",
                    summary=f"{actor.name} changed {feature}.{name} from {old} to {new}.",
                    target_type="setting",
                    target_id=f"{feature}.{name}",
                    actor_id=actor.user_id,
                    actor_name=actor.name,
                    context={"old": _plain(old), "new": _plain(new)},
                ),
            )
            await self._database.changes.tell(tx, TOPIC, _key(actor.guild_id, feature))
        return after

    async def on_remade(
        self, tx: Transaction, guild_id: int, new_ids: Mapping[int, int]
    ) -> list[str]:
        """A reaction: every choice that named a channel or role names what was made in its place.

        Those that do, as `feature.name`. Whoever deleted it chose nothing: nobody is asked.
        """
        followed = list[str]()
        for model in self._models.values():
            stored = await store.load(tx, guild_id, model.feature)
            if stored is None or not _naming(model, stored, new_ids):
                continue
            stored = await store.lock(tx, guild_id, model.feature)
            for name in _naming(model, stored, new_ids):
                old, stored[name] = stored[name], renumbered(stored[name], new_ids)
                followed.append(f"{model.feature}.{name}")
                await self._audit.write(tx, _moved(guild_id, followed[-1], old, stored[name]))
            await store.save(tx, guild_id, model.feature, stored)
            await self._database.changes.tell(tx, TOPIC, _key(guild_id, model.feature))
        return followed

    def _require(self, actor: Actor, before: FeatureSettings) -> None:
        keeper = self._keepers.get(before.feature)
        problem = None if keeper is None else keeper(actor, before)
        if problem is not None:
            raise UserError(problem)

    def _check(self, before: FeatureSettings, after: FeatureSettings) -> None:
        refusal = self._refusals.get(after.feature)
        problem = None if refusal is None else refusal(before, after)
        if problem is not None:
            raise UserError(problem)


NAMING = (SettingKind.CHANNEL, SettingKind.ROLE, SettingKind.CATEGORY, SettingKind.ROLES)


def _naming(
    model: type[FeatureSettings], stored: Mapping[str, Any], new_ids: Mapping[int, int]
) -> list[str]:
    """The fields that name one of these."""
    return [
        name
        for name, value in stored.items()
        if name in model.model_fields
        and model.kind(name) in NAMING
        and renumbered(value, new_ids) != value
    ]


def _moved(guild_id: int, name: str, old: object, new: object) -> AuditDraft:
    return AuditDraft(
        guild_id=guild_id,
        event_type="settings.changed",
        summary=f"{name} names {new} now, which was made in the place of {old}.",
        target_type="setting",
        target_id=name,
        context={"old": str(old), "new": str(new)},
    )


def _key(guild_id: int, feature: str) -> str:
    return f"{guild_id} {feature}"


def _plain(value: Any) -> Any:
    """A value as the audit log keeps it: ids are text, as everywhere on the wire."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
