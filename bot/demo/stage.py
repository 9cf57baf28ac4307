"""Stage of the demo: built for one performance and gone afterwards."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import simcord

from bot.app import App
from bot.clock import Clock
from bot.config import (
    Config,
    DatabaseConfig,
    DeliveryConfig,
    DiscordConfig,
    ScamsConfig,
    SecretsConfig,
    WebConfig,
)
from bot.delivery.guard import GuardPolicy
from bot.demo.attacks import AttackActs
from bot.demo.audit import AuditActs
from bot.demo.automod import AutomodActs
from bot.demo.casino import CasinoActs
from bot.demo.cdn import SimulatedCdn
from bot.demo.duels import DuelActs
from bot.demo.economy import EconomyActs
from bot.demo.giveaways import GiveawayActs
from bot.demo.incoming import ShopActs
from bot.demo.levels import LevelActs
from bot.demo.moderation import ModerationActs
from bot.demo.network import NOBODY, NetworkActs
from bot.demo.receiver import Receiver
from bot.demo.scams import ScamActs
from bot.demo.signers import Signers
from bot.demo.tickets import TicketActs
from bot.demo.trades import TradeActs
from bot.demo.world import World
from bot.features.members import MEMBERS
from bot.web.server import free_port

OURS = "backend"
YOURS = "yours"
# An answer may take its whole deadline before the bot has finished what it was doing.
SETTLE_SECONDS = 15.0
COMPARED_SECONDS = 10.0
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Stage:
    """The running bot, the Discord around it, and the receiver at its other end."""

    app: App
    world: World
    moderation: ModerationActs
    tickets: TicketActs
    economy: EconomyActs
    casino: CasinoActs
    giveaways: GiveawayActs
    levels: LevelActs
    trades: TradeActs
    duels: DuelActs
    audit: AuditActs
    automod: AutomodActs
    attacks: AttackActs
    network: NetworkActs
    scams: ScamActs
    shop: ShopActs
    receiver: Receiver
    env: simcord.Env
    clock: Clock
    your_secret: str | None

    @cached_property
    def signers(self) -> Signers:
        """Who signs what comes in."""
        emitter, guild_id = self.app.emitter, self.world.cast.guild.id
        return Signers(emitter.database, emitter.registry, guild_id=guild_id)


@asynccontextmanager
async def stage(
    clock: Clock, *, to: str | None = None, jitter: float = 0.1
) -> AsyncGenerator[Stage]:
    """Start the bot in a temporary folder, in a guild with one endpoint, or two with `to`."""
    async with AsyncExitStack() as last:
        folder = last.enter_context(TemporaryDirectory(prefix="herald-demo-"))
        receiver = Receiver(clock)
        last.push_async_callback(receiver.stop)
        await receiver.start()
        policy = GuardPolicy().allowing(receiver.host, receiver.port)
        if to is not None:
            policy = _allowing(policy, to)
        cdn = await last.enter_async_context(SimulatedCdn())
        config = _config(Path(folder), jitter, await free_port(receiver.host), cdn.host)
        app = await App.open(config, clock, policy=policy)
        last.push_async_callback(app.stop)
        # Before simcord: what runs for ever must not count as the bot's unfinished work.
        await app.start()
        discord = simcord.run(
            app.client, shard_count=1, check_errors=False, settle_timeout=SETTLE_SECONDS
        )
        env = await last.enter_async_context(discord)
        cdn.env, world = env, World(env, clock)
        acts = ModerationActs(world, app), TicketActs(world, app), EconomyActs(world, app)
        games = CasinoActs(world, app), GiveawayActs(world), LevelActs(world, app)
        bargains = TradeActs(world, app), DuelActs(world, app)
        attacks = AttackActs(world, app, env=env)
        network = NetworkActs(world, app, env=env)
        protections = AuditActs(world, env), AutomodActs(world, app), attacks, network
        scams = ScamActs(world, app)
        others = *protections, scams, ShopActs(world, clock)
        made = Stage(app, world, *acts, *games, *bargains, *others, receiver, env, clock, None)
        yield await _set(made, to)


@asynccontextmanager
async def absence(stage: Stage) -> AsyncGenerator[None]:
    """Take the client away for as long as the context lasts; then a fresh one comes back."""
    app = stage.app
    await _compared(stage)  # only who has seen a server can miss what changes there
    for shard in app.client.shards.values():
        await shard.disconnect()
    yield
    app.client = app.make_client()
    await stage.env.restart_bot(app.client)
    await _compared(stage)


async def _compared(stage: Stage) -> None:
    """Wait until the bot has compared each server with what it knew of it."""
    async with asyncio.timeout(COMPARED_SECONDS):
        guild_ids = [guild.id for guild in stage.app.client.guilds]
        returns = stage.app.parts[MEMBERS].service.returns
        while not all(map(returns.is_whole, guild_ids)):  # noqa: ASYNC110  nobody tells, one can only ask
            await asyncio.sleep(LOOK_SECONDS)


async def _set(stage: Stage, to: str | None) -> Stage:
    """The admin creates the endpoints; the receiver's owner copies the secret it was shown."""
    world, receiver = stage.world, stage.receiver
    await stage.moderation.open()
    await stage.tickets.open()
    await stage.economy.open()
    await stage.casino.open()
    await stage.levels.open()
    await stage.automod.open()
    await stage.attacks.open()
    await stage.network.open()
    await stage.scams.open()
    receiver.learn(await world.create_endpoint(OURS, receiver.url))
    if to is None:
        return stage
    return replace(stage, your_secret=await world.create_endpoint(YOURS, to))


def _config(folder: Path, jitter: float, port: int, pictures: str) -> Config:
    return Config(
        discord=DiscordConfig(shard_count=1, message_content=True),
        database=DatabaseConfig(url=f"sqlite:///{folder / 'herald.db'}"),
        secrets=SecretsConfig(key_file=folder / "herald.key"),
        delivery=DeliveryConfig(jitter=jitter),
        network=NOBODY,
        scams=ScamsConfig(picture_hosts=(pictures,), workers=1),
        web=WebConfig(port=port, public_url=f"http://127.0.0.1:{port}"),
    )


def _allowing(policy: GuardPolicy, to: str) -> GuardPolicy:
    """The person who starts the demo names the receiver, so it may be private and plain http."""
    try:
        parts = urlsplit(to)
        return policy.allowing(parts.hostname, parts.port) if parts.hostname else policy
    except ValueError:
        return policy  # no address at all: the bot itself says so, in the words of its guard
