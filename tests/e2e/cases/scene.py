"""A running bot with two moderators, somebody to be moderated, and a receiver of the events."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands
from simcord import interactions
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, RoleHandle
from simcord.results import InteractionResult, ResponseMessage
from sqlalchemy import select

from bot.acts import Actor, Outcome
from bot.clock import ManualClock
from bot.config import Config
from bot.errors import UserError
from bot.features.cases import CASES
from bot.features.cases.model import Case
from bot.features.settings import SETTINGS
from bot.posts.tables import post
from tests.support.messages import read
from tests.support.receiver import Receiver
from tests.support.simulated import Told, World, simulated

MODERATES = discord.Permissions(
    moderate_members=True, kick_members=True, ban_members=True, manage_messages=True
)
WANTED = ["case.*", "member.banned", "member.unbanned", "member.left", "security.*"]


@dataclass(slots=True)
class Scene:
    """What a test acts with; `muted` and `quarantined` are the roles of the settings."""

    world: World
    receiver: Receiver
    captain: MemberActor
    moderator: MemberActor
    pilot: MemberActor
    otter: MemberActor
    log: ChannelHandle
    muted: RoleHandle
    quarantined: RoleHandle

    @property
    def guild_id(self) -> int:
        return self.world.guild.id

    async def does(self, command: str, **options: Any) -> InteractionResult:
        """The moderator uses a command."""
        return await self.moderator.slash(self.world.channel, command, **options)

    async def at_once(
        self, command: str, members: Sequence[MemberActor], **options: Any
    ) -> list[InteractionResult]:
        """Each of them uses the command before the bot has dealt with any."""
        env, channel = self.world.env, self.world.channel
        root = env.backend.find_command(command, self.guild_id, type=1)
        assert root is not None
        results: list[InteractionResult] = []
        for member in members:
            given, resolved = interactions.build_options(
                member, command, root, options, channel_id=channel.id
            )
            named = {"id": root["id"], "name": command, "type": 1}
            record, payload = interactions.base_payload(
                env.backend,
                type=2,
                channel_id=channel.id,
                guild_id=self.guild_id,
                user_id=member.id,
                data={**named, "options": given, "resolved": resolved},
            )
            env.backend.emit("INTERACTION_CREATE", payload)
            results.append(InteractionResult(env, record))
        await env.settle()
        return results

    async def told(self) -> list[Told]:
        """Every event so far, without the audit entries of settings."""
        told = await self.world.told(self.receiver)
        return [(kind, data) for kind, data in told if kind != "security.*"]

    async def types(self) -> list[str]:
        return [kind for kind, _data in await self.told()]

    async def choose(self, **choices: Any) -> None:
        """Make choices among the feature's settings."""
        actor = Actor(self.guild_id, self.world.manager.id, "harbour_master")
        for name, value in choices.items():
            await self.world.app.parts[SETTINGS].service.change(actor, "cases", name, value)

    async def case(self, number: int) -> Case:
        """The guild's case as it is stored."""
        records = self.world.app.parts[CASES].records
        return (await records.view(self.guild_id, number)).case

    async def sweep(self, seconds: float = 15.0) -> None:
        """Let time pass, and return when what has come due by then is done."""
        # What is under way would look as if it had been lost, and be sent once more.
        await self.told()
        self.world.clock.advance(seconds)
        cases = self.world.app.parts[CASES].service
        await cases.sweep.sweep()
        await cases.comparisons.sweep()
        await self.world.app.parts.core.posts.sweep()
        await self.world.env.settle()

    def letters(self, to: MemberActor) -> list[discord.Message]:
        """The direct messages that somebody has from the bot."""
        return to.user.dm_channel.history(viewer=to.user)

    def cards(self) -> list[discord.Message]:
        """What stands in the moderation log."""
        return self.log.history()

    def roles_of(self, member: MemberActor) -> set[int]:
        return set(self.world.env.backend.get_member(self.guild_id, member.id).role_ids)

    def timed_out_until(self, member: MemberActor) -> str | None:
        return self.world.env.backend.get_member(self.guild_id, member.id).timed_out_until

    def dismiss(self, member: MemberActor) -> None:
        """Take every role from somebody."""
        self.world.env.backend.get_guild(self.guild_id).members[member.id].role_ids.clear()

    def is_banned(self, member: MemberActor) -> bool:
        return self.world.guild.get_ban(member) is not None

    def refused(self, result: InteractionResult, words: str) -> None:
        """The person was told in our words, and nothing else went wrong."""
        assert words in said(result)
        assert answer(result).ephemeral
        for error in self.world.errors():
            assert is_refusal(error), error


@asynccontextmanager
async def running(
    config: Config, clock: ManualClock, receiver: Receiver, *, sweeping: bool = False
) -> AsyncGenerator[Scene]:
    """Start everything, with people in it; without `sweeping` a test sweeps by itself."""
    async with simulated(config, clock) as world:
        if not sweeping:
            await world.app.parts[CASES].service.sweep.stop()
            await world.app.parts[CASES].service.comparisons.stop()
            await world.app.parts.core.posts.stop()
        guild, env = world.guild, world.env
        staff = guild.create_role("Moderators", permissions=MODERATES)
        captain_role = guild.create_role("Captain", permissions=discord.Permissions.all())
        muted = guild.create_role("Muted")
        quarantined = guild.create_role("Quarantine")
        env.backend.reorder_roles(guild.id, [{"id": captain_role.id, "position": 9}])
        made = Scene(
            world=world,
            receiver=receiver,
            captain=guild.add_member(env.create_user("captain"), roles=[captain_role]),
            moderator=guild.add_member(env.create_user("moderator"), roles=[staff]),
            pilot=guild.add_member(env.create_user("pilot"), roles=[staff]),
            otter=world.member,
            log=guild.create_text_channel("log"),
            muted=muted,
            quarantined=quarantined,
        )
        await env.settle()
        await made.choose(
            log_channel_id=made.log.id,
            mute_role_id=muted.id,
            quarantine_role_id=quarantined.id,
        )
        await world.subscribe(receiver, WANTED)
        yield made


async def came_of(scene: Scene, kind: str) -> list[Outcome | None]:
    """What came of each post of that kind."""
    query = select(post.c.outcome).where(post.c.kind == kind).order_by(post.c.id)
    async with scene.world.app.emitter.database.reading() as reading:
        found = (await reading.execute(query)).scalars()
        return [None if one is None else Outcome(one) for one in found]


def answer(result: InteractionResult) -> ResponseMessage:
    """The one message that answers."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    return message


def said(result: InteractionResult | ResponseMessage) -> str:
    """An answer's text, whatever it is made of."""
    return read(answer(result) if isinstance(result, InteractionResult) else result)


def pinged(scene: Scene, message: discord.Message) -> list[int]:
    """The people and roles whom a message called."""
    stored = scene.world.env.backend.get_message(message.channel.id, message.id)
    return [*stored.ping_user_ids, *stored.ping_role_ids]


def is_refusal(error: BaseException) -> bool:
    """Whether a person was told in words of ours."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    return isinstance(cause, UserError | app_commands.CheckFailure)
