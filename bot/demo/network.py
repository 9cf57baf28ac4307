"""Network in the demo: two other servers report somebody, who then joins this one."""

import re

from simcord import ChannelHandle, Env, MemberActor, UserHandle

from bot.acts import Actor
from bot.app import App
from bot.config import NetworkConfig
from bot.demo.cast import STAFF, Cast
from bot.demo.messages import awaited, texts
from bot.demo.world import Refused, World
from bot.features.network import NETWORK
from bot.features.network.drawings import APPROVE
from bot.features.settings import SETTINGS

ELSEWHERE = ("Lighthouse", "Shipyard")
EVIDENCE = "They sell boats that are not theirs."
NOBODY = NetworkConfig(reviewers=(1,), guild_id=1, channel_id=1)
"""Until there is anybody in the simulated Discord who could review."""


class NetworkActs:
    """The admin of the one server reviews what the others report."""

    def __init__(self, world: World, app: App, *, env: Env) -> None:
        self._world, self._app, self._env = world, app, env
        self._reporters: list[tuple[MemberActor, ChannelHandle]] = []

    async def open(self) -> None:
        """Two more servers, and the reviewer is named."""
        cast = self._world.cast
        review = NetworkConfig(
            reviewers=(cast.admin.id,),
            guild_id=cast.guild.id,
            channel_id=cast.channels.staff.id,
        )
        self._app.parts[NETWORK].ports.review = review
        async with self._world.in_turn():
            self._reporters = [self._reporter(name) for name in ELSEWHERE]
        settings = self._app.parts[SETTINGS].service
        for guild_id in (cast.guild.id, *(one.guild.id for one, _channel in self._reporters)):
            actor = Actor(guild_id, cast.admin.id, cast.admin.name)
            await settings.change(actor, "network", "enabled", True)

    async def report(self) -> UserHandle:
        """Both report somebody, and the admin approves both."""
        cast: Cast = self._world.cast
        about = next(cast.newcomers)
        for person, channel in self._reporters:
            options = {"user": about, "category": "scam", "severity": "high", "evidence": EVIDENCE}
            async with self._world.in_turn():
                told = await person.slash(channel, "network report", **options)
            said = " ".join(texts(told))
            _expect("went to the reviewers", said)
            number = re.findall("[0-9]+", said)[0]
            card = await awaited(cast.channels.staff, APPROVE.of(report=number))
            async with self._world.in_turn():
                told = await cast.admin.click(card, label="Approve")
            _expect("is approved", " ".join(texts(told)))
        return about

    async def join(self, about: UserHandle) -> None:
        """They come to the one server."""
        async with self._world.in_turn():
            self._world.cast.guild.add_member(about)

    def _reporter(self, name: str) -> tuple[MemberActor, ChannelHandle]:
        guild = self._env.create_guild(name)
        channel = guild.create_text_channel("staff")
        role = guild.create_role("Staff", permissions=STAFF)
        user = self._env.create_user(f"{name.lower()}_keeper")
        return guild.add_member(user, roles=[role]), channel


def _expect(words: str, told: str) -> None:
    if words not in told:
        raise Refused(told)
