"""A running bot in whose server somebody is punished, appeals, and is answered by the staff."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
from simcord import interactions
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config, WebConfig
from bot.features.appeals import APPEALS
from bot.features.appeals.model import Appeal
from bot.features.appeals.service import AppealsService
from bot.features.settings import SETTINGS
from tests.e2e.cases.scene import Scene, running
from tests.support.receiver import Receiver
from tests.support.simulated import Told

PUBLIC_URL = "https://herald.example"
MODAL_SUBMIT = 5
LABEL, TEXT_INPUT = 18, 4


@dataclass(slots=True)
class AppealsScene:
    """The scene of cases, with the channel in which appeals are decided."""

    scene: Scene
    channel: ChannelHandle

    @property
    def service(self) -> AppealsService:
        return self.scene.world.app.parts[APPEALS].service

    async def choose(self, name: str, value: Any) -> None:
        """Make a choice among the feature's settings."""
        actor = Actor(self.scene.guild_id, self.scene.world.manager.id, "harbour_master")
        await self.scene.world.app.parts[SETTINGS].service.change(actor, "appeals", name, value)

    async def token(self, number: int = 1) -> str:
        """What the person's private link ends with."""
        url = await self.service.issuing.link(await self.scene.case(number))
        assert url is not None
        assert url.startswith(f"{PUBLIC_URL}/appeals/")
        return url.rpartition("/")[2]

    async def files(self, message: str = "I am sorry.", number: int = 1) -> Appeal:
        """The person appeals that case through their link, and the card is drawn."""
        await self.service.submit(await self.token(number), message)
        await self.sweep()
        return await self.newest(number)

    async def banned(self, message: str = "I am sorry.") -> Appeal:
        """The moderator bans the otter, who appeals."""
        await self.scene.does("ban", user=self.scene.otter, reason="Spam")
        return await self.files(message)

    async def sweep(self, seconds: float = 0.0) -> None:
        """Let time pass, and return when what has come due by then is done."""
        await self.scene.told()
        self.scene.world.clock.advance(seconds)
        await self.service.sweep.sweep()
        await self.scene.world.app.parts.core.posts.sweep()
        await self.scene.world.env.settle()

    async def newest(self, number: int = 1) -> Appeal:
        """The last appeal of that case, as it is stored."""
        case = await self.scene.case(number)
        return (await self.service.of_case(self.scene.guild_id, case.id))[-1]

    def cards(self) -> list[discord.Message]:
        """What stands in the channel, oldest first."""
        return self.channel.history()

    def card(self) -> discord.Message:
        """The only card there is."""
        (found,) = self.cards()
        return found

    async def events(self) -> list[Told]:
        """What was told since the punishment."""
        told = await self.scene.told()
        return told[[kind for kind, _data in told].index("case.appealed") :]

    async def presses(
        self, label: str, reason: str = "", *, by: MemberActor | None = None
    ) -> InteractionResult:
        """Somebody presses a button of the card, and sends the form that opens."""
        person = by or self.scene.moderator
        asked = await person.click(self.card(), label=label)
        return await person.submit_modal(asked, {"reason": reason})

    async def at_once(
        self, forms: Sequence[tuple[MemberActor, InteractionResult]], reason: str
    ) -> list[InteractionResult]:
        """Each of them sends their form before the bot has dealt with any."""
        env = self.scene.world.env
        results: list[InteractionResult] = []
        for person, form in forms:
            assert form.modal is not None
            field = {"type": TEXT_INPUT, "custom_id": "reason", "value": reason}
            record, payload = interactions.base_payload(
                env.backend,
                type=MODAL_SUBMIT,
                channel_id=self.channel.id,
                guild_id=self.scene.guild_id,
                user_id=person.id,
                data={
                    "custom_id": form.modal["custom_id"],
                    "components": [{"type": LABEL, "component": field}],
                },
            )
            env.backend.emit("INTERACTION_CREATE", payload)
            results.append(InteractionResult(env, record))
        await env.settle()
        return results


@asynccontextmanager
async def appeals_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[AppealsScene]:
    """Start everything with appeals switched on; a test sweeps by itself."""
    reachable = config.model_copy(update={"web": WebConfig(port=0, public_url=PUBLIC_URL)})
    async with running(reachable, clock, receiver) as scene:
        made = AppealsScene(scene, scene.world.guild.create_text_channel("appeals"))
        await made.service.sweep.stop()
        await scene.world.env.settle()
        await made.choose("channel_id", made.channel.id)
        await made.choose("enabled", True)
        yield made


def data_of(told: Sequence[Told], kind: str) -> Mapping[str, Any]:
    """What the one event of that kind says."""
    (found,) = [data for one, data in told if one == kind]
    return found
