"""The composition root: has every part built once, starts and stops them in order."""

import asyncio
import ssl as tls
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bot.client import HeraldClient, Parts
from bot.client.attach import AttachedCogs, Bot, check_intents
from bot.client.parts import give_parts, has_parts, take_parts
from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.delivery.emitter import Emitter
from bot.delivery.guard import GuardPolicy
from bot.errors import HeraldError
from bot.features.audit.service import AuditService
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.notices import NoticesService
from bot.features.endpoints.service import EndpointsService
from bot.features.members.service import MembersService
from bot.features.settings.service import SettingsService
from bot.outbox.outbox import Outbox
from bot.storage.vault import derive
from bot.web.face import WebFace
from bot.web.features import feature_routes
from bot.web.forms import PURPOSE as FORMS
from bot.web.forms import Forms
from bot.wiring import build, keys_of

FEATURES = ("members", "cases", "appeals", "endpoints", "settings")
COGS = tuple(f"cogs.{name}" for name in FEATURES)
# Other features are attached by name: their commands may be called like those of the bot.
ATTACHED = ("members", "endpoints", "settings")


@dataclass(slots=True)
class App:
    """Every part of a running bot."""

    emitter: Emitter
    audit: AuditService
    settings: SettingsService
    members: MembersService
    endpoints: EndpointsService
    deliveries: DeliveriesService
    notices: NoticesService
    client: HeraldClient
    web: WebFace | None = None

    @classmethod
    async def open(
        cls,
        config: Config,
        clock: Clock,
        *,
        policy: GuardPolicy | None = None,
        ssl: tls.SSLContext | None = None,
    ) -> "App":
        """Open the database and build everything; nothing is sent, nothing connects."""
        public_url = config.web.public_url if config.web.enabled else None
        emitter, audit, parts = await build(
            config, clock, policy=policy, ssl=ssl, public_url=public_url
        )
        app = cls(
            emitter,
            audit,
            parts.settings,
            parts.members,
            parts.endpoints,
            parts.deliveries,
            parts.notices,
            HeraldClient(parts, COGS),
        )
        if config.web.enabled:
            app.web = _web(config, app)
        return app

    async def start(self) -> None:
        """Begin to record and send; call it before the client connects, and `stop` if it raises."""
        if self.web is not None:
            await self.web.bind()  # first: without its port nothing begins
        await _start(self.emitter, self.client.parts)
        if self.web is not None:
            await self.web.start()

    async def stop(self) -> None:
        """Stop in the order in which facts flow, so that the last one still leaves."""
        if self.web is not None:
            await self.web.stop()
        if not self.client.is_closed():
            await self.client.close()
        await _stop(self.emitter, self.client.parts)


async def attach(
    bot: Bot,
    config: Config,
    *,
    cogs: Sequence[str] = ATTACHED,
    clock: Clock | None = None,
    policy: GuardPolicy | None = None,
) -> Outbox:
    """Give somebody else's bot the emitter and the chosen cogs; call it in its `setup_hook`.

    It stops when the bot closes. Commands are synced by the bot's owner, after this. What comes
    back is for facts that the bot finds itself: `await outbox.record(event)`.
    """
    if has_parts(bot):
        raise HeraldError("Herald is attached to this bot already: call attach once")
    extensions = [_extension(name) for name in cogs]
    check_intents(bot, cogs)
    emitter, _audit, parts = await build(config, clock or SystemClock(), policy=policy)
    guests = AttachedCogs(bot)
    give_parts(bot, parts)
    parts.acts.connect(bot)
    try:
        await _start(emitter, parts)
        await guests.load(extensions)
    except BaseException:
        take_parts(bot)
        await guests.unload()
        await _stop(emitter, parts)
        raise
    _stop_with(bot, guests, emitter, parts)
    return emitter.outbox


def _stop_with(bot: Bot, guests: AttachedCogs, emitter: Emitter, parts: Parts) -> None:
    """Stop the emitter once the bot has closed, however often `close` is called."""
    close = bot.close
    stopped: asyncio.Task[None] | None = None

    async def stop() -> None:
        await guests.handled(parts.config.delivery.shutdown_grace)
        take_parts(bot)
        await _stop(emitter, parts)

    async def close_all() -> None:
        nonlocal stopped
        try:
            await close()
        finally:
            stopped = stopped or asyncio.create_task(stop(), name="herald stop")
            await asyncio.shield(stopped)

    bot.close = close_all


def _extension(name: str) -> str:
    if name not in FEATURES:
        raise HeraldError(f"Herald has no cog “{name}”; there are: {', '.join(FEATURES)}")
    found = find_spec("cogs")
    own = Path(__file__).parent.parent / "cogs"
    if found is None or str(own) not in map(str, found.submodule_search_locations or ()):
        raise HeraldError(
            "your own package `cogs` hides Herald's, which has the same name: rename yours"
        )
    return f"cogs.{name}"


def _web(config: Config, app: App) -> WebFace:
    """Private pages are there where their links have an address to begin with."""
    public_url = config.web.public_url
    forms = Forms(derive(keys_of(config), FORMS), app.emitter.clock, public_url=public_url or "")
    routes = feature_routes(FEATURES, app.client.parts) if public_url else ()
    return WebFace(config, app.emitter, forms=forms, gateway=lambda: app.client, routes=routes)


async def _start(emitter: Emitter, parts: Parts) -> None:
    await emitter.start()
    parts.members.start()
    parts.cases.sweeps.start()
    parts.appeals.sweeps.start()
    parts.notices.start()


async def _stop(emitter: Emitter, parts: Parts) -> None:
    await parts.notices.stop()
    await parts.appeals.sweeps.stop()
    await parts.cases.sweeps.stop()
    await parts.members.stop()
    await emitter.stop()
