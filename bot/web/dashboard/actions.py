"""Actions of the dashboard: each calls the service that a command calls, and says what was done."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.acts import Actor
from bot.clock import Clock
from bot.errors import NotFound, UserError
from bot.features.endpoints import Endpoints
from bot.features.endpoints.doctor import Examined
from bot.features.endpoints.doctor_grades import ProbeFinding, overall
from bot.features.endpoints.redelivery import Wanted
from bot.outbox.endpoints import Endpoint
from bot.texts import _
from bot.web.dashboard.words import CHANGED, VERDICTS, again, tested

MOST_TICKED = 50
LONGEST_NUMBER = 18  # digits: longer ones are no row's
MOST_KEPT = 200  # examinations

FormValues = Mapping[str, Sequence[str]]
PageAction = Callable[[Actor, Endpoint, FormValues], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class LastExamination:
    """LastExamination that this process remembers until it ends."""

    examined: Examined
    at: datetime

    @property
    def findings(self) -> Sequence[ProbeFinding]:
        """What was found, in the language of whoever looks."""
        return [one.translated() for one in self.examined.findings]


@dataclass(slots=True)
class Examinations:
    """Examinations by endpoint, the newest of each."""

    clock: Clock
    _kept: dict[int, LastExamination] = field(default_factory=dict[int, LastExamination])

    def keep(self, examined: Examined) -> None:
        endpoint_id = examined.endpoint.id
        self._kept.pop(endpoint_id, None)
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[endpoint_id] = LastExamination(examined, self.clock.now())

    def of(self, endpoint: Endpoint) -> LastExamination | None:
        return self._kept.get(endpoint.id)


class Actions:
    """Actions by the name that a button gives them."""

    def __init__(self, webhooks: Endpoints, examinations: Examinations) -> None:
        self._webhooks = webhooks
        self._examinations = examinations
        service = webhooks.service
        self._changes: Mapping[str, Callable[[Actor, str], Awaitable[Endpoint]]] = {
            "pause": service.pause,
            "resume": service.resume,
            "enable": service.enable,
            "disable": service.disable,
        }
        self._others: Mapping[str, PageAction] = {
            "test": self._test,
            "redeliver": self._redeliver,
            "redeliver_failed": self._redeliver_failed,
            "redeliver_since": self._redeliver_since,
            "doctor": self._examine,
        }

    async def do(self, actor: Actor, endpoint_id: int, fields: FormValues) -> str:
        """Do what the form asks for; a sentence. A UserError where that cannot be."""
        name = first(fields, "do")
        endpoint = await self._webhooks.service.numbered(actor.guild_id, endpoint_id)
        if name in self._changes:
            changed = await self._changes[name](actor, endpoint.name)
            return _(CHANGED[name]).format(name=changed.name)
        if name not in self._others:
            raise NotFound(_("There is no such button."))
        return await self._others[name](actor, endpoint, fields)

    async def _test(self, actor: Actor, endpoint: Endpoint, _fields: FormValues) -> str:
        sent = await self._webhooks.deliveries.test(actor, endpoint.name)
        return tested(endpoint.name, [event_type for _key, event_type in sent.events])

    async def _redeliver(self, actor: Actor, endpoint: Endpoint, fields: FormValues) -> str:
        ticked = fields.get("delivery", ())
        numbers = [number_of(one) for one in ticked]
        if len(numbers) == 1:  # says why it cannot be where it cannot
            wanted = Wanted(delivery_id=numbers[0])
            _endpoint, count = await self._webhooks.redelivery.redeliver(
                actor, endpoint.name, wanted
            )
        else:
            _endpoint, count = await self._webhooks.redelivery.redeliver_some(
                actor, endpoint.id, numbers[:MOST_TICKED]
            )
        return again(endpoint.name, count)

    async def _redeliver_failed(self, actor: Actor, endpoint: Endpoint, _fields: FormValues) -> str:
        wanted = Wanted(all_failed=True)
        _endpoint, count = await self._webhooks.redelivery.redeliver(actor, endpoint.name, wanted)
        return again(endpoint.name, count)

    async def _redeliver_since(self, actor: Actor, endpoint: Endpoint, fields: FormValues) -> str:
        since = first(fields, "since").strip()
        if not since:
            raise UserError(_("Write since when, such as 2h or 2026-05-24 11:30 (UTC)."))
        wanted = Wanted(since=since, include_delivered="delivered_too" in fields)
        _endpoint, count = await self._webhooks.redelivery.redeliver(actor, endpoint.name, wanted)
        return again(endpoint.name, count)

    async def _examine(self, actor: Actor, endpoint: Endpoint, _fields: FormValues) -> str:
        examined = await self._webhooks.doctor.examine(actor, endpoint.name)
        self._examinations.keep(examined)
        return _(VERDICTS[overall(examined.findings)]).format(name=endpoint.name)


def first(fields: FormValues, name: str) -> str:
    """The first value of that name, or nothing."""
    return next(iter(fields.get(name, ())), "")


def number_of(text: str) -> int:
    """The number of a row; NotFound for what is none, as for what is another guild's."""
    if not (text.isascii() and text.isdecimal()) or len(text) > LONGEST_NUMBER:
        raise NotFound(_("There is no delivery of that number here."))
    return int(text)
