"""Scene of the network: one server that hears of people, two that report them, a reviewers' one."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.results import InteractionResult

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config, NetworkConfig, WebConfig
from bot.features.cases import CASES
from bot.features.incidents import INCIDENTS
from bot.features.network import NETWORK, SharedNetwork
from bot.features.settings import SETTINGS
from tests.e2e.cases.scene import answer, said
from tests.support.messages import read
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated

PUBLIC_URL = "https://herald.example"
ADMIRAL = discord.Permissions(manage_guild=True, moderate_members=True)
REPORT = {"category": "scam", "severity": "high", "evidence": "They sell *cheap* boats."}


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who may report, in a server of their own."""

    guild: GuildHandle
    channel: ChannelHandle
    admiral: MemberActor

    async def does(self, command: str, **options: Any) -> InteractionResult:
        return await self.admiral.slash(self.channel, f"network {command}", **options)


@dataclass(slots=True)
class NetworkScene:
    """A world with short words for what people do in it."""

    world: World
    receiver: Receiver
    reporters: tuple[Reporter, Reporter]
    reviewers: tuple[MemberActor, MemberActor]
    cards: ChannelHandle
    log: ChannelHandle
    admiral: MemberActor

    @property
    def guild_id(self) -> int:
        return self.world.guild.id

    @property
    def network(self) -> SharedNetwork:
        return self.world.app.parts[NETWORK]

    async def choose(self, feature: str, guild_id: int | None = None, **choices: Any) -> None:
        actor = Actor(guild_id or self.guild_id, self.world.manager.id, "harbour_master")
        for name, value in choices.items():
            await self.world.app.parts[SETTINGS].service.change(actor, feature, name, value)

    async def does(
        self, command: str, by: MemberActor | None = None, **options: Any
    ) -> InteractionResult:
        """Somebody of this server uses a command, and is answered alone."""
        person = by or self.admiral
        result = await person.slash(self.world.channel, f"network {command}", **options)
        assert answer(result).ephemeral
        return result

    async def settled(self, seconds: float = 0.0) -> None:
        """Let time pass, and what is due by then be done and said."""
        parts = self.world.app.parts
        await self.world.env.settle()
        self.world.clock.advance(seconds)
        await parts[CASES].service.sweep.sweep()
        for _round in range(2):
            await self.network.sweep.sweep()
        await parts[INCIDENTS].service.sweep.sweep()
        await parts.core.posts.sweep()
        await self.world.env.settle()

    async def reported(self, user: Any, **options: Any) -> None:
        """Both servers report somebody; the cards stand before the reviewers."""
        for one in self.reporters:
            told = said(await one.does("report", user=user, **{**REPORT, **options}))
            assert "went to the reviewers" in told, told
        await self.settled()

    async def approved(self, user: Any, **options: Any) -> None:
        """… and the first reviewer approves both."""
        await self.reported(user, **options)
        for card in self.cards.history()[-2:]:
            told = said(await self.reviewers[0].click(card, label="Approve"))
            assert "is approved" in told, told
        await self.settled(6)

    async def appeal_link(self, person: MemberActor, channel: ChannelHandle | None = None) -> str:
        """What the person is given by the command."""
        result = await person.slash(channel or self.world.channel, "network appeal")
        return said(result).splitlines()[-1]

    def card(self) -> discord.Message:
        """The newest before the reviewers."""
        return self.cards.history()[-1]

    def logged(self) -> str:
        return read(self.log.history()[-1])


@asynccontextmanager
async def network_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[NetworkScene]:
    """Start everything; reviewers are named once there are people."""
    changed = {
        "web": WebConfig(port=0, public_url=PUBLIC_URL),
        "network": NetworkConfig(reviewers=(1,), guild_id=1, channel_id=1),
    }
    async with simulated(config.model_copy(update=changed), clock) as world:
        parts = world.app.parts
        # Two sweeps at once would each find what the other has taken.
        await parts[NETWORK].sweep.stop()
        await parts[INCIDENTS].service.sweep.stop()
        await parts.core.posts.stop()
        made = _staged(world, receiver)
        await world.env.settle()
        await world.subscribe(receiver, ["network.hit", "case.created"])
        await made.choose("incidents", log_channel_id=made.log.id)
        await made.choose("general", notice_channel_id=made.log.id)
        for guild_id in (made.guild_id, *(one.guild.id for one in made.reporters)):
            await made.choose("network", guild_id, enabled=True)
        yield made


def _staged(world: World, receiver: Receiver) -> NetworkScene:
    env = world.env
    first, second = (_reporter(world, name) for name in ("Lighthouse", "Shipyard"))
    office = env.create_guild("Review office")
    cards = office.create_text_channel("reports")
    ann, ben = (office.add_member(env.create_user(name)) for name in ("ann", "ben"))
    network = world.app.parts[NETWORK]
    review = NetworkConfig(reviewers=(ann.id, ben.id), guild_id=office.id, channel_id=cards.id)
    network.ports.review = review
    staff = world.guild.create_role("Admirals", permissions=ADMIRAL)
    return NetworkScene(
        world=world,
        receiver=receiver,
        reporters=(first, second),
        reviewers=(ann, ben),
        cards=cards,
        log=world.guild.create_text_channel("log"),
        admiral=world.guild.add_member(env.create_user("admiral"), roles=[staff]),
    )


def _reporter(world: World, name: str) -> Reporter:
    guild = world.env.create_guild(name)
    channel = guild.create_text_channel("staff")
    role = guild.create_role("Staff", permissions=ADMIRAL)
    person = guild.add_member(world.env.create_user(f"{name.lower()}_keeper"), roles=[role])
    return Reporter(guild, channel, person)
