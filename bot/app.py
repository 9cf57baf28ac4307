"""App: every part of a running bot, built once, started and stopped in order."""

import asyncio
import ssl as tls
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.client import HeraldClient
from bot.client.attach import AttachedCogs, Bot, check_intents
from bot.client.client import intents_of
from bot.client.parts import PARTS
from bot.client.rest_guilds import RestGuilds
from bot.client.unread_events import UnreadEvents
from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.delivery.emitter import Emitter
from bot.delivery.guard import GuardPolicy
from bot.errors import HeraldError
from bot.feature import Feature
from bot.fleet.assignment import WHOLE, Assignment, Role
from bot.fleet.store import Vitals
from bot.outbox.outbox import Outbox
from bot.storage.files import untold
from bot.web.app import feature_routes
from bot.web.face import WebFace
from bot.web.forms import PURPOSE as FORMS
from bot.web.forms import Forms
from bot.wiring import FEATURES, Wired, build


def cogs_of(features: Iterable[Feature[Any]]) -> tuple[str, ...]:
    """The extensions of those that have one: it is found by the feature's name."""
    return tuple(f"cogs.{one.name}" for one in features if find_spec(f"cogs.{one.name}"))


COGS = cogs_of(FEATURES)
# Other features are attached by name: their commands may be called like those of the bot.
ATTACHED = tuple(feature.name for feature in FEATURES if feature.attachable)


class App:
    """Every part of a running bot.

    `client` is the connection of the moment, there only in a process that `is_bot`.
    """

    client: HeraldClient

    def __init__(self, wired: Wired, web: WebFace | None = None) -> None:
        self._wired = wired
        self.emitter = wired.emitter
        self.parts = wired.parts
        self.fleet = wired.parts.core.fleet
        self.fleet.vitals = self._vitals
        if self.is_bot:
            self.client = self.make_client()
        self._rest = self._guilds_elsewhere()
        self.web = web
        if web is not None:
            web.watch(wired.emitter)
            web.count({name: of for one in wired.parts for name, of in one.counts.items()})

    @classmethod
    async def open(
        cls,
        config: Config,
        clock: Clock,
        *,
        policy: GuardPolicy | None = None,
        ssl: tls.SSLContext | None = None,
        features: Sequence[Feature[Any]] = FEATURES,
        assignment: Assignment = WHOLE,
    ) -> "App":
        """Open the web face, then the database, and build everything; nothing is sent.

        The face comes first: without its port nothing begins, and a file may take long to check.
        A HeraldError where another process has the same shards.
        """
        web = WebFace(config, clock) if config.web.enabled else None
        url = config.web.public_url if web else None
        async with AsyncExitStack() as undone:
            if web is not None:
                undone.push_async_callback(web.stop)
                await web.open()
            told = web.tell if web else untold
            emitter = await Emitter.open(config, clock, policy=policy, ssl=ssl, told=told)
            wired = await build(
                emitter, config, public_url=url, features=features, assignment=assignment
            )
            undone.push_async_callback(wired.stop)
            told("waiting for its place among the processes")
            await wired.parts.core.fleet.join()
            wired.parts.core.fleet.start()
            app = cls(wired, web)
            undone.pop_all()
            return app

    def make_client(self) -> HeraldClient:
        """A client that has not connected yet, with every feature's cog."""
        return HeraldClient(self.parts, cogs_of(self.parts.features))

    @property
    def is_bot(self) -> bool:
        """Whether its client is to connect: this process has the role."""
        return self.fleet.me.is_bot

    def _guilds_elsewhere(self) -> RestGuilds | None:
        """What knows of guilds that other processes' gateways tell of, where there may be any."""
        assignment, core = self.fleet.me.assignment, self.parts.core
        if not assignment.acts or (self.is_bot and assignment.shards is None):
            return None
        intents = intents_of(core.config, self.parts.features)
        rest = RestGuilds(core.config, core.clock, intents=intents, skew=core.skew)
        self._wired.acts.reach(rest)
        return rest

    def _vitals(self) -> Vitals:
        lanes = self.emitter.lanes
        guilds = len(self.client.guilds) if self.is_bot else 0
        return Vitals(guilds, len(lanes.ready) + lanes.slots.used)

    async def start(self) -> None:
        """Begin to record and send; call it before the client connects, and `stop` if it raises."""
        if self._rest is not None:
            await self._rest.open()
        await self._wired.start()
        if self.web is not None:
            await _serve(self, self.web)

    async def stop(self) -> None:
        """Stop in the order in which facts flow, so that the last one still leaves."""
        shutdown = self._wired.shutdown()
        if self.web is not None:
            await shutdown.step("web face", self.web.stop)
        if self.is_bot and not self.client.is_closed():
            await shutdown.step("connection to Discord", self.client.close)
        await self._wired.stop(shutdown)
        if self._rest is not None:
            await self._rest.close()


async def attach(
    bot: Bot,
    config: Config,
    *,
    cogs: Sequence[str] = ATTACHED,
    clock: Clock | None = None,
    policy: GuardPolicy | None = None,
    skip_unreadable: bool = False,
) -> Outbox:
    """Give somebody else's bot the emitter and the chosen cogs; call it in its `setup_hook`.

    discord.py ends a bot over one event that it cannot parse, such as a channel of a new kind; with
    `skip_unreadable` that event is logged and skipped, as in a Herald of its own.

    It stops when the bot closes. Commands are synced by the bot's owner, after this. What comes
    back is for facts that the bot finds itself: `await outbox.record(event)`.
    """
    if bot in PARTS:
        raise HeraldError("Herald is attached to this bot already: call attach once")
    features = [_named(name) for name in cogs]
    check_intents(bot, features)
    emitter = await Emitter.open(config, clock or SystemClock(), policy=policy)
    wired = await build(emitter, config)
    attached = AttachedCogs(bot)
    PARTS[bot] = wired.parts
    wired.acts.connect(bot)
    try:
        await wired.start(features)
        await attached.load(f"cogs.{feature.name}" for feature in features)
    except BaseException:
        PARTS.pop(bot, None)
        await attached.unload()
        await wired.stop()
        raise
    if skip_unreadable:
        UnreadEvents(bot, wired.parts.core.clock)
    _stop_with(bot, attached, wired)
    return wired.emitter.outbox


def _stop_with(bot: Bot, attached: AttachedCogs, wired: Wired) -> None:
    """Stop everything once the bot has closed, however often `close` is called."""
    close = bot.close
    stopped: asyncio.Task[None] | None = None

    async def stop() -> None:
        await attached.handled(wired.parts.core.config.delivery.shutdown_grace)
        PARTS.pop(bot, None)
        await wired.stop()

    async def close_all() -> None:
        nonlocal stopped
        try:
            await close()
        finally:
            stopped = stopped or asyncio.create_task(stop(), name="herald stop")
            await asyncio.shield(stopped)

    bot.close = close_all


def _named(name: str) -> Feature[Any]:
    known = {one.name: one for one in FEATURES if f"cogs.{one.name}" in COGS}
    if name not in known:
        raise HeraldError(f"Herald has no cog “{name}”; there are: {', '.join(known)}")
    found = find_spec("cogs")
    own = Path(__file__).parent.parent / "cogs"
    if found is None or str(own) not in map(str, found.submodule_search_locations or ()):
        raise HeraldError(
            "your own package `cogs` hides Herald's, which has the same name: rename yours"
        )
    return known[name]


async def _serve(app: App, web: WebFace) -> None:
    """Private pages are there where their links have an address to begin with."""
    core = app.parts.core
    forms = Forms(core.keys(FORMS), core.clock, public_url=core.public_url or "")
    named = (one.name for one in app.parts.features)
    has_pages = core.public_url and Role.WEB in app.fleet.me.assignment.roles
    await web.serve(
        app.emitter,
        forms=forms,
        gateway=lambda: app.client if app.is_bot else None,
        fleet=app.fleet,
        routes=feature_routes(named, app.parts) if has_pages else (),
    )
