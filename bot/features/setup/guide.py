"""Guide through the settings: which step comes, and what was picked is switched on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.setup import store
from bot.features.setup.model import (
    FEATURES,
    Model,
    SetupProgress,
    Turn,
    has_switch,
    neighbour,
    steps,
)
from bot.features.setup.ports import SetupPorts
from bot.settings import is_on
from bot.texts import _


@dataclass(frozen=True, slots=True)
class Picked:
    """What became of a pick: the step that follows, and why something is still off."""

    step: str
    problems: tuple[str, ...] = ()


class SetupGuide:
    """The panel's steps in each server; a row says where it goes on, whoever calls for it."""

    def __init__(self, ports: SetupPorts) -> None:
        self._ports = ports

    @property
    def switches(self) -> list[Model]:
        """Settings of what can be switched on and off."""
        return [one for one in self._ports.parts.core.models if has_switch(one)]

    async def on(self, guild_id: int) -> dict[str, bool]:
        """Which of them are on."""
        settings = self._ports.settings
        return {one.feature: is_on(await settings.get(guild_id, one)) for one in self.switches}

    async def where(self, guild_id: int) -> SetupProgress:
        """Where it goes on: at the beginning, where the step is none of its steps any more."""
        async with self._ports.database.reading() as reading:
            found = await store.progress(reading, guild_id)
        order = await self._order(guild_id, found)
        return found if found.step in order else SetupProgress(FEATURES, found.wanted)

    async def pick(self, actor: Actor, features: Collection[str]) -> Picked:
        """Have just these on; what refuses is tried again once its own step is done."""
        on, problems, wanted = await self.on(actor.guild_id), list[str](), list[str]()
        if strange := set(features) - on.keys():
            text = _("There is no feature “{name}” to switch on: pick others.")
            raise NotFound(text.format(name=sorted(strange)[0]))
        for feature, was_on in on.items():
            if was_on == (feature in features):
                continue
            problem = await self._switch(actor, feature, to=not was_on)
            if problem is not None:
                problems.append(problem)
                wanted += [feature] if not was_on else []
        return await self._next(actor.guild_id, FEATURES, "next", wanted, problems)

    async def move(self, actor: Actor, step: str, way: Turn) -> Picked:
        """Leave a step; what was picked and is still off is tried again."""
        found = await self.where(actor.guild_id)
        problems, wanted = list[str](), [*found.wanted]
        if way == "next" and step in wanted:
            problem = await self._switch(actor, step, to=True)
            if problem is None:
                wanted.remove(step)
            else:
                problems.append(problem)
        return await self._next(actor.guild_id, step, way, wanted, problems)

    async def begin(self, guild_id: int) -> str:
        """Go back to the first step."""
        async with self._ports.database.transaction() as tx:
            await store.put(tx, guild_id, SetupProgress())
        return FEATURES

    async def has_endpoint(self, guild_id: int) -> bool:
        """Whether anybody is told what happens there."""
        async with self._ports.database.reading() as reading:
            return bool(await self._ports.registry.in_guild(reading, guild_id))

    async def _next(
        self, guild_id: int, step: str, way: Turn, wanted: list[str], problems: list[str]
    ) -> Picked:
        order = await self._order(guild_id, SetupProgress(step, tuple(wanted)))
        after = SetupProgress(neighbour(order, step, way), tuple(wanted))
        async with self._ports.database.transaction() as tx:
            await store.put(tx, guild_id, after)
        return Picked(after.step, tuple(problems))

    async def _order(self, guild_id: int, now: SetupProgress) -> list[str]:
        on: Mapping[str, bool] = await self.on(guild_id)
        picked = {feature for feature, is_picked in on.items() if is_picked} | {*now.wanted}
        return steps(self._ports.parts.core.models, picked)

    async def _switch(self, actor: Actor, feature: str, *, to: bool) -> str | None:
        """Why it stays as it is; None where it was switched."""
        try:
            await self._ports.change(actor, feature, "enabled", to)
        except UserError as error:
            titles = {one.feature: _(one.title) for one in self.switches}
            return _("**{title}**: {problem}").format(title=titles[feature], problem=error)
        return None
