"""Reading and changing a guild's settings."""

from collections.abc import Sequence
from typing import Any, TypeVar

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import NotFound, UserError
from bot.feature import Refusal
from bot.features.settings import store
from bot.outbox.audit import AuditLog
from bot.settings import FeatureSettings
from bot.storage.database import Database
from bot.texts import _

Model = TypeVar("Model", bound=FeatureSettings)


class SettingsService:
    """Every feature's settings in every guild; kept in memory once read, fresh since a change."""

    def __init__(
        self, database: Database, audit: AuditLog, *, models: Sequence[type[FeatureSettings]]
    ) -> None:
        self._database = database
        self._audit = audit
        self._models = {model.feature: model for model in models}
        self._known: dict[tuple[int, str], FeatureSettings] = {}
        self._refusals: dict[str, Refusal[Any]] = {}

    def refuse(self, model: type[Model], refusal: Refusal[Model]) -> None:
        """Ask `refusal` about every change of that feature's settings."""
        self._refusals[model.feature] = refusal

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
        known = self._known.get((guild_id, model.feature))
        if isinstance(known, model):
            return known
        async with self._database.reading() as reading:
            document = await store.load(reading, guild_id, model.feature)
        read = model.model_validate(document or {})
        # A change may have been committed since the snapshot was taken: that one is fresher.
        known = self._known.setdefault((guild_id, model.feature), read)
        return known if isinstance(known, model) else read

    async def change(self, actor: Actor, feature: str, name: str, value: Any) -> FeatureSettings:
        """Make one choice; the settings as they are afterwards."""
        model = self.model(feature)
        async with self._database.transaction() as tx:
            stored = await store.lock(tx, actor.guild_id, feature)
            before = model.model_validate(stored)
            after = before.changed(name, value)
            if after == before:
                return after
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
            tx.on_commit(lambda: self._known.update({(actor.guild_id, feature): after}))
        return after

    def _check(self, before: FeatureSettings, after: FeatureSettings) -> None:
        refusal = self._refusals.get(after.feature)
        problem = None if refusal is None else refusal(before, after)
        if problem is not None:
            raise UserError(problem)


def _plain(value: Any) -> Any:
    """A value as the audit log keeps it: ids are text, as everywhere on the wire."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
