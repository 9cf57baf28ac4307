"""Endpoints service, the use cases of `/webhook` that change one; each is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.acts import Actor
from bot.errors import UserError
from bot.features.endpoints import store
from bot.features.endpoints.event_choices import fitting
from bot.features.endpoints.model import (
    DISABLE,
    ENABLE,
    PAUSE,
    RESUME,
    StateChange,
    clean_name,
    parse_patterns,
    refuse_misfit,
)
from bot.features.endpoints.ports import EndpointsPorts, NewSecret, ShowSecret, gone, taken
from bot.features.endpoints.store import refusing_twins
from bot.outbox.endpoints import Endpoint, NewEndpoint
from bot.outbox.tables import EndpointState
from bot.storage.database import Reading
from bot.texts import _
from bot.user_text import repeated

PART = 1000  # deliveries in one transaction


@dataclass(frozen=True, slots=True)
class Created:
    """A new endpoint, and its secret in clear: shown once, kept nowhere."""

    endpoint: Endpoint
    secret: str = field(repr=False)


class EndpointsService:
    """Creates, changes and deletes a guild's endpoints."""

    def __init__(self, ports: EndpointsPorts, per_guild: int) -> None:
        self._ports = ports
        self._registry = ports.registry
        self._per_guild = per_guild

    @property
    def dialects(self) -> tuple[str, ...]:
        """The dialects there are; the first is the default."""
        return tuple(self._registry.dialects)

    async def create(
        self,
        actor: Actor,
        *,
        name: str,
        url: str,
        dialect: str = "phantom",
        patterns: str | Sequence[str],
        show: ShowSecret | None = None,
    ) -> Created:
        """A new endpoint; refusals are UserErrors, and for the URL RefusedAddress.

        With `show` its secret is shown before there is one.
        """
        wanted = parse_patterns(patterns)
        name, address = await self.check(actor, name=name, url=url, dialect=dialect)
        wanted = fitting(self._registry.dialects[dialect], wanted)
        new = NewEndpoint(actor.guild_id, name, address, dialect, wanted, actor.user_id)
        secret = self._registry.dialects[dialect].new_secret()
        async with self._ports.showing.hold((actor.guild_id, actor.user_id)):
            if show is not None:
                async with self._ports.database.reading() as reading:
                    await self._refuse_full(reading, actor, name)  # it may have waited
                await show(NewSecret(name, dialect, secret))
            with refusing_twins(taken(name)):
                async with self._ports.database.transaction() as tx:
                    _refuse_crowd(await store.hold_count(tx, actor.guild_id), self._per_guild)
                    await self._ports.refuse_twin(tx, actor.guild_id, name)
                    now = self._ports.clock.now()
                    endpoint, _secret = await self._registry.add(tx, new, now, secret=secret)
                    await self._ports.write(tx, actor, endpoint, "created")
        return Created(endpoint, secret)

    async def _refuse_full(self, reading: Reading, actor: Actor, name: str) -> None:
        await self._ports.refuse_twin(reading, actor.guild_id, name)
        _refuse_crowd(await store.count(reading, actor.guild_id), self._per_guild)

    async def check(
        self, actor: Actor, *, name: str, url: str, dialect: str = "phantom"
    ) -> tuple[str, str]:
        """Name and URL as they would be stored; every refusal of `create` but that of events."""
        name = clean_name(name)
        if dialect not in self.dialects:
            text = _("There is no dialect “{name}”; there are: {known}.")
            known = ", ".join(self.dialects)
            raise UserError(text.format(name=repeated(dialect), known=known))
        async with self._ports.database.reading() as reading:
            await self._refuse_full(reading, actor, name)
        # Before any transaction: a name server may take seconds to answer.
        checked = await self._ports.guard.check(url.strip())
        return name, checked.text

    async def list(self, guild_id: int) -> Sequence[Endpoint]:
        """The guild's endpoints in the order of their names."""
        async with self._ports.database.reading() as reading:
            return await self._registry.in_guild(reading, guild_id)

    async def get(self, guild_id: int, name: str) -> Endpoint:
        """The guild's endpoint of that name; NotFound otherwise, whoever else has one."""
        async with self._ports.database.reading() as reading:
            return await self._ports.named(reading, guild_id, name)

    async def numbered(self, guild_id: int, endpoint_id: int) -> Endpoint:
        """The guild's endpoint that a button stands for; NotFound where it has gone."""
        async with self._ports.database.reading() as reading:
            return await self._ports.numbered(reading, guild_id, endpoint_id)

    async def pending_count(self, guild_id: int, name: str) -> int:
        """How many queued deliveries go when the endpoint is deleted."""
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.named(reading, guild_id, name)
            return await store.waiting(reading, endpoint.id)

    async def pause(self, actor: Actor, name: str) -> Endpoint:
        """Hold what comes until it is resumed."""
        return await self._change(actor, name, PAUSE)

    async def resume(self, actor: Actor, name: str) -> Endpoint:
        """Send what was held, oldest first."""
        return await self._change(actor, name, RESUME)

    async def disable(self, actor: Actor, name: str) -> Endpoint:
        """Send nothing; what happens meanwhile is kept as missed."""
        return await self._change(actor, name, DISABLE)

    async def enable(self, actor: Actor, name: str) -> Endpoint:
        """Receive again, with the count of failures back at 0."""
        return await self._change(actor, name, ENABLE)

    async def delete(self, actor: Actor, endpoint_id: int) -> Endpoint:
        """Delete it with all that it is owed; the endpoint as it was.

        Its history goes first, in parts: everybody else writes between them.
        """
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.numbered(reading, actor.guild_id, endpoint_id)
            dropped = await store.waiting(reading, endpoint.id)
        gone_now = PART
        while gone_now == PART:
            async with self._ports.database.transaction() as tx:
                gone_now = await store.drop_some(tx, endpoint.id, PART)
        async with self._ports.database.transaction() as tx:
            endpoint = await self._ports.numbered(tx, actor.guild_id, endpoint_id)
            if not await self._registry.delete(tx, endpoint):
                raise gone()
            await self._ports.write(tx, actor, endpoint, "deleted", dropped=dropped)
        return endpoint

    async def _change(self, actor: Actor, name: str, change: StateChange) -> Endpoint:
        async with self._ports.database.transaction() as tx:
            endpoint = await self._ports.named(tx, actor.guild_id, name)
            refuse_misfit(change, endpoint.name, endpoint.state)
            changed = await self._registry.change_state(
                tx,
                endpoint,
                EndpointState(change.ends),
                self._ports.clock.now(),
                clears_failures=change.clears_failures,
            )
            return await self._ports.changed(tx, actor, endpoint, changed, change.done)


def _refuse_crowd(count: int, limit: int) -> None:
    if count >= limit:
        text = _("This server has {limit} webhooks, which is the limit; delete one first.")
        raise UserError(text.format(limit=limit))
