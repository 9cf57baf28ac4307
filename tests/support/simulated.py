"""The real bot in a simulated Discord, sending to a real receiver."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle, UserHandle

from bot.app import App
from bot.client import HeraldClient
from bot.clock import ManualClock
from bot.config import Config
from bot.feature import Feature
from bot.wiring import FEATURES
from tests.support import kept_cogs
from tests.support.emitter_setup import add_endpoint
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver

Told = tuple[str, dict[str, Any]]

TEXTS = ("content", "label", "placeholder")


@dataclass(slots=True)
class World:
    """One guild with a channel, somebody who manages the server, and somebody who does not."""

    app: App
    env: simcord.Env
    clock: ManualClock
    guild: GuildHandle
    channel: ChannelHandle
    manager: MemberActor
    member: MemberActor
    accounted: int = 0

    def errors(self) -> list[BaseException]:
        """What escaped from the bot's handlers since the last look; the rest fails the test."""
        found = list(self.env.errors_since(self.accounted))
        self.accounted += len(found)
        return found

    async def restart(self) -> None:
        """Connect anew with a client that knows nothing of what the last one showed."""
        self.app.client = self.app.make_client()
        await self.env.restart_bot(self.app.client)
        await self.env.settle()

    async def allow(self, member: MemberActor, command: str) -> None:
        """Let somebody use a command who lacks its permission, as the server's settings can."""
        (found,) = [c for c in await self.app.client.tree.fetch_commands() if c.name == command]
        self.guild.set_command_permissions(found, {member: True})

    async def gateway(self, event: str, user: UserHandle | MemberActor, **more: Any) -> None:
        """Send a raw gateway event about that user, and wait until the bot has dealt with it."""
        account = {"id": str(user.id), "username": user.name, "discriminator": "0", "avatar": None}
        self.env.backend.emit(event, {"guild_id": str(self.guild.id), "user": account, **more})
        await self.env.settle()

    async def subscribe(
        self, receiver: Receiver, patterns: Sequence[str] = ("*",), *, dialect: str = "phantom"
    ) -> None:
        """Send this guild's events to the receiver."""
        await add_endpoint(
            self.app.emitter,
            receiver.url(),
            name="backend" if dialect == "phantom" else dialect,
            dialect=dialect,
            guild_id=self.guild.id,
            patterns=tuple(patterns),
            secret=receiver.secret,
        )

    async def told(self, receiver: Receiver) -> list[Told]:
        """Everything sent so far, once nothing is under way: type and data, in order."""
        await self.env.settle()
        await self.app.emitter.worker.idle()
        return [(one.type, one.json["data"]) for one in receiver.requests]


@asynccontextmanager
async def simulated(
    config: Config,
    clock: ManualClock,
    *,
    features: Sequence[Feature[Any]] = FEATURES,
    cogs: Sequence[str] | None = None,
) -> AsyncGenerator[World]:
    """Start everything, in the order of `herald run`, and stop it in the same."""
    app = await App.open(config, clock, features=features)
    if cogs is not None:
        app.client = HeraldClient(app.parts, cogs)
    # Before the simulation, which else would wait for tasks of ours that never end.
    await app.start()
    try:
        async with connected(app) as env:
            world = await _peopled(app, env, clock)
            yield world
            assert world.errors() == []
            assert not world.app.client.unread_events
    finally:
        await app.stop()


@asynccontextmanager
async def connected(app: App) -> AsyncGenerator[simcord.Env]:
    """Connect the bot to a Discord with nobody in it."""
    # simcord.run sets a context variable, which a fixture could not reset.
    env = simcord.Env(app.client, shard_count=1, settle_timeout=PATIENCE)
    kept_cogs.offer()
    await env.start()
    kept_cogs.keep()
    try:
        yield env
    finally:
        await env.shutdown()


async def _peopled(app: App, env: simcord.Env, clock: ManualClock) -> World:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    role = guild.create_role("Staff", permissions=discord.Permissions(manage_guild=True))
    manager = guild.add_member(env.create_user("harbour_master"), roles=[role])
    member = guild.add_member(env.create_user("quiet_otter"))
    await env.settle()
    return World(app, env, clock, guild, channel, manager, member)


def shown(components: Sequence[Mapping[str, Any]]) -> str:
    """Every text of a message built of components, one a line."""
    lines: list[str] = []
    for component in components:
        lines += [str(component[key]) for key in TEXTS if component.get(key)]
        lines.append(shown(component.get("components", ())))
    return "\n".join(line for line in lines if line)
