"""Doctor of `/webhook doctor`: a guild has one of its own receivers examined."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.acts import Actor
from bot.clock import Clock
from bot.errors import UserError
from bot.features.endpoints.doctor_grades import ProbeFinding
from bot.features.endpoints.doctor_probes import Doctor, OnProbes
from bot.features.endpoints.doctor_requests import ProbedEndpoint
from bot.features.endpoints.ports import EndpointsPorts
from bot.outbox.endpoints import Endpoint
from bot.texts import _, ngettext

PAUSE = timedelta(minutes=1)  # from one examination of an endpoint to the next


@dataclass(frozen=True, slots=True)
class Examined:
    """An endpoint, and what the doctor found."""

    endpoint: Endpoint
    findings: Sequence[ProbeFinding]


async def _unseen(_findings: Sequence[ProbeFinding], _next: str | None) -> None:
    """Nobody watches."""


class Waits:
    """Waits: an endpoint for a minute, a guild until its last examination has ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun: dict[int, datetime] = {}
        self._busy: set[int] = set()

    def begin(self, endpoint: Endpoint) -> None:
        """A UserError says how long to wait; between this and `end` the guild is busy."""
        now = self._clock.now()
        self._begun = {key: at for key, at in self._begun.items() if at <= now < at + PAUSE}
        if endpoint.guild_id in self._busy:
            raise UserError(
                _("A webhook of this server is being examined now; wait until that has ended.")
            )
        begun = self._begun.get(endpoint.id)
        if begun is not None:
            raise _too_soon(endpoint, ceil((begun + PAUSE - now).total_seconds()))
        self._begun[endpoint.id] = now
        self._busy.add(endpoint.guild_id)

    def end(self, endpoint: Endpoint) -> None:
        self._busy.discard(endpoint.guild_id)


class DoctorService:
    """Examines a guild's own endpoints: whatever their state, past the queue, and never by stealth.

    The requests leave by the guarded sender, are no deliveries, and count neither as failures nor
    as successes; an endpoint that is paused or switched off can be examined while it is mended.
    """

    def __init__(self, ports: EndpointsPorts, doctor: Doctor) -> None:
        self._ports = ports
        self._doctor = doctor
        self._waits = Waits(ports.clock)

    async def examine(self, actor: Actor, name: str, tell: OnProbes = _unseen) -> Examined:
        """Examine the guild's endpoint of that name; who asked for it is in the audit log first."""
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.named(reading, actor.guild_id, name)
        self._ports.refuse_unreadable(endpoint)
        self._waits.begin(endpoint)
        try:
            async with self._ports.database.transaction() as tx:
                await self._ports.write(tx, actor, endpoint, "examined")
            findings = await self._doctor.examine(self._probed(endpoint), tell)
        finally:
            self._waits.end(endpoint)
        return Examined(endpoint, findings)

    def _probed(self, endpoint: Endpoint) -> ProbedEndpoint:
        return ProbedEndpoint(
            endpoint.url,
            self._ports.registry.dialects[endpoint.dialect],
            endpoint.guild_id,
            *self._ports.registry.secrets(endpoint),
            endpoint.uuid,
            endpoint.patterns,
            self._ports.registry.headers(endpoint),
            self._ports.bounds.within(endpoint.answer_seconds),
        )


def _too_soon(endpoint: Endpoint, seconds: int) -> UserError:
    text = ngettext(
        "“{name}” was examined just now; you can examine it again in {seconds} second.",
        "“{name}” was examined just now; you can examine it again in {seconds} seconds.",
        seconds,
    )
    return UserError(text.format(name=endpoint.name, seconds=seconds))
