"""Edits of an endpoint, the use cases of `/webhook` behind them; each is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.acts import Actor
from bot.clock import to_ms
from bot.dialects import Dialect
from bot.errors import UserError
from bot.features.endpoints.event_choices import fitting
from bot.features.endpoints.headers import parse_headers
from bot.features.endpoints.limits import LimitsDraft, Preview, changes, parse_limits, preview
from bot.features.endpoints.model import clean_description, clean_name, parse_patterns
from bot.features.endpoints.ports import EndpointsPorts, NewSecret, ShowSecret, overtaken, taken
from bot.features.endpoints.store import refusing_twins
from bot.features.endpoints.terms import TermsDraft, parse_terms, term_changes
from bot.outbox.audit import FILTER_FAILED
from bot.outbox.endpoint_registry import EndpointEdit, readable_headers
from bot.outbox.endpoints import Endpoint
from bot.storage.database import Transaction
from bot.texts import _


class Rotation(StrEnum):
    """Moment at which a new secret begins to sign."""

    AT_ONCE = "at_once"
    KEEP_OLD = "keep_old"


@dataclass(frozen=True, slots=True)
class Rotated:
    """A new secret in clear, shown once; until the switch the old one goes on signing."""

    endpoint: Endpoint
    secret: str = field(repr=False)

    @property
    def waits(self) -> bool:
        """Whether the old one signs."""
        return self.endpoint.next_secret_at is not None


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """Draft of an endpoint as it was typed; an empty `url` keeps the one it has."""

    name: str
    url: str
    description: str
    headers: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limited:
    """An endpoint with new limits, and what its filter, if any, does with the examples."""

    endpoint: Endpoint
    preview: Preview | None


@dataclass(frozen=True, slots=True)
class Failing:
    """A filter that could not be evaluated: since when, and on which type of event, and why."""

    since: datetime
    event_type: str
    reason: str


@dataclass(frozen=True, slots=True)
class About:
    """Facts that a panel shows beyond the endpoint itself.

    `waits_until` is to when its receiver has asked for no request, where that is still to come;
    `tries_at` when the first of its queue is tried again, where the others wait for it.
    """

    header_names: tuple[str, ...]
    failing: Failing | None
    waits_until: datetime | None = None
    tries_at: datetime | None = None


class EditsService:
    """Edits endpoints and rotates their secrets; of two people at once the later is told."""

    def __init__(self, ports: EndpointsPorts) -> None:
        self._ports = ports
        self._registry = ports.registry

    def header_names(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The admin's own headers, without their values."""
        return tuple(readable_headers(self._registry, endpoint))

    async def about(self, endpoint: Endpoint) -> About:
        """What is known of it elsewhere."""
        now = self._ports.clock.now()
        waits, tries = (
            until if until is not None and until > now and endpoint.receives else None
            for until in (endpoint.retry_at, endpoint.order_at if endpoint.in_order else None)
        )
        return About(self.header_names(endpoint), await self._failing(endpoint), waits, tries)

    async def edit(self, actor: Actor, seen: Endpoint, draft: EndpointDraft) -> Endpoint:
        """Replace what was typed, unless somebody edited the endpoint since it was `seen`."""
        name = clean_name(draft.name)
        description = clean_description(draft.description)
        reserved = self._dialect(seen).reserved_headers()
        headers = parse_headers(draft.headers, readable_headers(self._registry, seen), reserved)
        # Before any transaction: a name server may take seconds to answer.
        typed = draft.url.strip()
        url = (await self._ports.guard.check(typed)).text if typed else seen.url
        edit = EndpointEdit(name, url, description, headers)
        with refusing_twins(taken(name)):
            async with self._ports.database.transaction() as tx:
                endpoint = await self._unchanged(tx, actor, seen.id, seen.version)
                if name.casefold() != endpoint.name.casefold():
                    await self._ports.refuse_twin(tx, actor.guild_id, name)
                edited = await self._registry.edit(tx, endpoint, self._ports.clock.now(), edit)
                names = {"before": endpoint.name, "headers": sorted(headers)}
                return await self._ports.changed(tx, actor, endpoint, edited, "edited", **names)

    async def subscribe(
        self, actor: Actor, endpoint_id: int, patterns: str | Sequence[str], version: int
    ) -> Endpoint:
        """Replace its events, unless somebody edited it since that version."""
        wanted = parse_patterns(patterns)
        async with self._ports.database.transaction() as tx:
            endpoint = await self._unchanged(tx, actor, endpoint_id, version)
            wanted = fitting(self._dialect(endpoint), wanted)
            if wanted == endpoint.patterns:
                return endpoint
            edited = await self._registry.subscribe(tx, endpoint, wanted, self._ports.clock.now())
            before = {"events_before": list(endpoint.patterns)}
            return await self._ports.changed(tx, actor, endpoint, edited, "edited", **before)

    async def limit(self, actor: Actor, seen: Endpoint, draft: LimitsDraft) -> Limited:
        """Replace its limits, unless somebody edited the endpoint since it was `seen`."""
        dialect = self._dialect(seen)
        limits = parse_limits(draft, dialect.name)
        async with self._ports.database.transaction() as tx:
            endpoint = await self._unchanged(tx, actor, seen.id, seen.version)
            if told := changes(endpoint, limits):
                after = await self._registry.limit(tx, endpoint, self._ports.clock.now(), limits)
                endpoint = await self._ports.changed(
                    tx, actor, endpoint, after, "edited", changes=told
                )
        return Limited(endpoint, preview(endpoint, dialect))

    async def set_terms(self, actor: Actor, seen: Endpoint, draft: TermsDraft) -> Endpoint:
        """Replace its terms, unless somebody edited the endpoint since it was `seen`."""
        terms = parse_terms(draft, self._ports.bounds)
        async with self._ports.database.transaction() as tx:
            endpoint = await self._unchanged(tx, actor, seen.id, seen.version)
            told = term_changes(endpoint, terms)
            if not told:
                return endpoint
            after = await self._registry.limit(tx, endpoint, self._ports.clock.now(), terms)
            return await self._ports.changed(tx, actor, endpoint, after, "edited", changes=told)

    async def rotate(
        self,
        actor: Actor,
        name: str,
        rotation: Rotation,
        *,
        version: int | None = None,
        show: ShowSecret | None = None,
    ) -> Rotated:
        """A new secret that signs at once or waits; refused while another waits: none is lost.

        With a version also where somebody edited the endpoint since then. With `show` it is
        shown before it is stored.
        """
        async with self._ports.showing.hold((actor.guild_id, actor.user_id)):
            async with self._ports.database.reading() as reading:
                seen = await self._ports.named(reading, actor.guild_id, name)
            _refuse_rotation(seen, version)
            secret = self._dialect(seen).new_secret()
            if show is not None:
                await show(NewSecret(seen.name, seen.dialect, secret))
            async with self._ports.database.transaction() as tx:
                endpoint = await self._ports.numbered(tx, actor.guild_id, seen.id)
                _refuse_rotation(endpoint, version)
                after = await self._rotate(tx, actor, endpoint, secret, rotation)
        return Rotated(after, secret)

    async def _rotate(
        self, tx: Transaction, actor: Actor, endpoint: Endpoint, secret: str, rotation: Rotation
    ) -> Endpoint:
        now = self._ports.clock.now()
        rotated = await self._registry.rotate(tx, endpoint, now, secret=secret)
        after = await self._ports.changed(
            tx, actor, endpoint, rotated and rotated[0], "rotated", mode=rotation.value
        )
        if rotation is Rotation.KEEP_OLD:
            return after
        switched = await self._registry.end_rotation(tx, after, now, switches=True)
        return await self._ports.changed(tx, actor, after, switched, "switched")

    async def switch(self, actor: Actor, endpoint_id: int, made_at: int) -> Endpoint:
        """Sign with the secret made at that moment (ms) from now on."""
        return await self._end_rotation(actor, endpoint_id, made_at, "switched")

    async def discard(self, actor: Actor, endpoint_id: int, made_at: int) -> Endpoint:
        """Forget the secret made at that moment (ms); the old one goes on signing."""
        return await self._end_rotation(actor, endpoint_id, made_at, "rotation_discarded")

    async def _end_rotation(
        self, actor: Actor, endpoint_id: int, made_at: int, done: str
    ) -> Endpoint:
        async with self._ports.database.transaction() as tx:
            endpoint = await self._ports.numbered(tx, actor.guild_id, endpoint_id)
            waits_since = endpoint.next_secret_at
            # The moment tells one rotation from the next, for a button of the one before.
            if waits_since is None or to_ms(waits_since) != made_at:
                text = _("That new secret of “{name}” does not wait any more.")
                raise UserError(text.format(name=endpoint.name))
            ended = await self._registry.end_rotation(
                tx, endpoint, self._ports.clock.now(), switches=done == "switched"
            )
            return await self._ports.changed(tx, actor, endpoint, ended, done)

    async def _unchanged(
        self, tx: Transaction, actor: Actor, endpoint_id: int, version: int
    ) -> Endpoint:
        endpoint = await self._ports.numbered(tx, actor.guild_id, endpoint_id)
        if endpoint.version != version:
            raise overtaken(endpoint)
        return endpoint

    def _dialect(self, endpoint: Endpoint) -> Dialect:
        dialect = self._registry.dialects.get(endpoint.dialect)
        if dialect is None:
            text = _(
                "“{name}” was made by a later version of Herald: this one does not know the "
                "dialect “{dialect}”. Update Herald, or delete the webhook."
            )
            raise UserError(text.format(name=endpoint.name, dialect=endpoint.dialect))
        return dialect

    async def _failing(self, endpoint: Endpoint) -> Failing | None:
        if not endpoint.filter:
            return None
        async with self._ports.database.reading() as reading:
            target = endpoint.guild_id, FILTER_FAILED, str(endpoint.id)
            last = await self._ports.audit.last(reading, *target)
        if last is None or last.context["filter"] != endpoint.filter:
            return None
        found = last.context
        return Failing(datetime.fromisoformat(found["since"]), found["type"], found["reason"])


def _refuse_rotation(endpoint: Endpoint, version: int | None) -> None:
    if version not in (None, endpoint.version):
        raise overtaken(endpoint)
    if endpoint.sealed_next_secret is not None:
        text = _(
            "“{name}” has a new secret that waits already: switch to it, or discard it "
            "first. /webhook rotate offers both."
        )
        raise UserError(text.format(name=endpoint.name))
