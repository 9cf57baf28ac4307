"""Survey of a server: for each feature that is on, what keeps it from working there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import UserError
from bot.feature import Feature
from bot.features.setup.ports import SetupPorts
from bot.needs import (
    Defect,
    field_defects,
    height_defects,
    intent_defects,
    permission_defects,
)
from bot.settings import is_on
from bot.surroundings import Surroundings
from bot.texts import _


@dataclass(frozen=True, slots=True)
class FeatureCheck:
    """One feature with its defects; what others have as well is named with the first alone."""

    title: str
    defects: tuple[Defect, ...]

    @property
    def is_broken(self) -> bool:
        """Whether there is more than notes."""
        return any(not one.is_note for one in self.defects)


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found of a server; `off` are the titles of what is switched off."""

    checks: tuple[FeatureCheck, ...]
    off: tuple[str, ...]

    @property
    def broken(self) -> tuple[FeatureCheck, ...]:
        """Features that something is wrong with."""
        return tuple(one for one in self.checks if one.is_broken)

    @property
    def missing(self) -> frozenset[str]:
        """Permissions of the bot's own role that would mend some of it, by Discord's names."""
        return frozenset(
            name for check in self.checks for one in check.defects for name in one.permissions
        )


class Survey:
    """Looks at every feature by the one account that each gives of its needs."""

    def __init__(self, ports: SetupPorts) -> None:
        self._ports = ports

    async def look(self, guild_id: int) -> Checkup:
        """All from memory and the database: Discord is asked nothing."""
        seen = self._ports.acts.surroundings(guild_id)
        if seen is None:
            raise UserError(_("I do not see this server yet. Try again in a minute."))
        checks, off, known = list[FeatureCheck](), list[str](), set[str]()
        for feature in self._ports.parts.features:
            title = _title(feature)
            found = await self._of(feature, guild_id, seen)
            if found is None:
                off.append(title)
                continue
            new = tuple(one for one in dict.fromkeys(found) if one.text not in known)
            known.update(one.text for one in new)
            if new or feature.settings is not None:
                checks.append(FeatureCheck(title, new))
        return Checkup(tuple(checks), tuple(off))

    async def _of(
        self, feature: Feature[Any], guild_id: int, seen: Surroundings
    ) -> Sequence[Defect] | None:
        """What one feature misses; None where it is switched off."""
        chosen = None
        if feature.settings is not None:
            chosen = await self._ports.settings.get(guild_id, feature.settings)
            if not is_on(chosen):
                return None
        found = list[Defect]()
        if await self._is_used(feature, guild_id):
            asked = {
                name: why
                for name, why in feature.permissions.items()
                if chosen is None or chosen.asks(name)
            }
            found += permission_defects(seen.held.__contains__, asked, chosen)
            found += height_defects(seen, asked)
        found += intent_defects(seen, feature.intents | feature.helpful | feature.wanted)
        if chosen is not None:
            found += field_defects(seen, chosen)
        return [*found, *await self._ports.parts[feature].defects(guild_id, seen)]

    async def _is_used(self, feature: Feature[Any], guild_id: int) -> bool:
        if feature.used is None:
            return True
        async with self._ports.database.reading() as reading:
            return guild_id in await feature.used(reading)


def _title(feature: Feature[Any]) -> str:
    return _(feature.title if feature.settings is None else feature.settings.title)
