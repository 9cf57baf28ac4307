"""Activity as discord.py tells it: what is written, where, by whom; and who talks with whom."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import discord
import pytest
import simcord
from discord.ext import commands
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle
from simcord.enums import MessageType

from bot.activity import MessageActivity
from bot.client.activity import message_activity
from bot.client.acts import DiscordActs
from bot.clock import ManualClock
from tests.support.patience import PATIENCE


@dataclass
class Harbour:
    """A guild whose messages somebody hears."""

    env: simcord.Env
    client: discord.Client
    acts: DiscordActs
    guild: GuildHandle
    role: RoleHandle
    member: MemberActor
    heard: list[MessageActivity | None] = field(default_factory=list[MessageActivity | None])

    async def last(self) -> MessageActivity:
        await self.env.settle()
        found = self.heard[-1]
        assert found is not None
        return found


@pytest.fixture
async def harbour(clock: ManualClock) -> AsyncGenerator[Harbour]:
    intents = discord.Intents(
        guilds=True, guild_messages=True, message_content=True, members=True, voice_states=True
    )
    client = commands.AutoShardedBot("!", intents=intents, help_command=None)
    acts = DiscordActs(clock)
    acts.connect(client)
    env = simcord.Env(client, shard_count=1, settle_timeout=PATIENCE)
    await env.start()
    guild = env.create_guild()
    role = guild.create_role("Painter")
    member = guild.add_member(env.create_user("otter"), roles=[role])
    await env.settle()
    made = Harbour(env, client, acts, guild, role, member)

    async def on_message(message: discord.Message) -> None:
        made.heard.append(message_activity(message, may_read=True))

    client.add_listener(on_message)
    yield made
    await env.shutdown()


async def test_a_message_tells_its_place_its_writer_and_what_is_in_it(harbour: Harbour) -> None:
    docks = harbour.guild.create_category("Docks")
    channel = harbour.guild.create_text_channel("pier", category=docks)
    sent = await harbour.member.send(channel, "Ahoy", attachments=[("a.png", b"x")])
    assert await harbour.last() == MessageActivity(
        message_id=sent.id,
        guild_id=harbour.guild.id,
        place=(channel.id, docks.id),
        user_id=harbour.member.id,
        is_bot=False,
        is_system=False,
        role_ids=frozenset({harbour.role.id}),
        content="Ahoy",
        files=1,
    )
    assert (await harbour.last()).channel_id == channel.id


async def test_a_thread_stands_in_its_channel_and_category(harbour: Harbour) -> None:
    docks = harbour.guild.create_category("Docks")
    channel = harbour.guild.create_text_channel("pier", category=docks)
    sent = await harbour.member.send(channel, "Ahoy")
    cached = harbour.client.get_channel(channel.id)
    assert isinstance(cached, discord.TextChannel)
    await cached.create_thread(name="Nets", message=sent)
    (thread,) = channel.threads
    await harbour.member.send(thread, "Here")
    assert (await harbour.last()).place == (thread.id, channel.id, docks.id)


async def test_bots_webhooks_and_discord_itself_are_told_from_people(harbour: Harbour) -> None:
    channel = harbour.guild.create_text_channel("pier")
    sent = await harbour.member.send(channel, "Ahoy")
    await harbour.guild.create_webhook(channel).send("Beep")
    assert (await harbour.last()).is_bot
    robot = harbour.guild.add_member(harbour.env.create_user("robot", bot=True))
    await robot.send(channel, "Boop")
    assert (await harbour.last()).is_bot
    harbour.guild.create_system_message(
        channel, MessageType.PINS_ADD, author=harbour.member, referenced_message=sent
    )
    told = await harbour.last()
    assert (told.is_bot, told.is_system) == (False, True)


async def test_what_the_bot_may_not_read_is_not_told(harbour: Harbour) -> None:
    channel = harbour.guild.create_text_channel("pier")
    sent = await harbour.member.send(channel, "Ahoy")
    told = message_activity(sent, may_read=False)
    assert told is not None
    assert told.content is None
    direct = await harbour.member.send_dm("Psst")
    assert message_activity(direct, may_read=True) is None


def talking(harbour: Harbour, channel: ChannelHandle) -> dict[int, tuple[bool, bool, bool]]:
    """Who is in that channel: a bot, muted, deafened."""
    (found,) = [
        one for one in harbour.acts.voices(harbour.guild.id) if one.channel_id == channel.id
    ]
    return {one.user_id: (one.is_bot, one.is_muted, one.is_deafened) for one in found.people}


async def test_voice_channels_tell_who_is_there_and_who_hears(harbour: Harbour) -> None:
    docks = harbour.guild.create_category("Docks")
    cabin = harbour.guild.create_voice_channel("cabin", category=docks)
    harbour.guild.create_voice_channel("empty")
    deaf = harbour.guild.add_member(harbour.env.create_user("deaf"))
    robot = harbour.guild.add_member(harbour.env.create_user("robot", bot=True))
    assert harbour.acts.voices(harbour.guild.id) == []
    await harbour.member.join_voice(cabin)
    await deaf.join_voice(cabin, self_deaf=True, self_mute=True)
    await robot.join_voice(cabin)

    assert list(harbour.acts.guild_ids()) == [harbour.guild.id]
    (found,) = harbour.acts.voices(harbour.guild.id)
    assert (found.place, found.is_afk) == ((cabin.id, docks.id), False)
    assert found.people[0].role_ids == {harbour.role.id}
    assert talking(harbour, cabin) == {
        harbour.member.id: (False, False, False),
        deaf.id: (False, True, True),
        robot.id: (True, False, False),
    }
    await harbour.member.leave_voice()
    assert harbour.member.id not in talking(harbour, cabin)
    assert harbour.acts.voices(harbour.guild.id + 1) == []


async def test_a_channel_for_who_is_away_says_so(harbour: Harbour) -> None:
    cabin = harbour.guild.create_voice_channel("hammock")
    await harbour.member.join_voice(cabin)
    guild = harbour.client.get_guild(harbour.guild.id)
    assert guild is not None
    cached = guild.get_channel(cabin.id)
    assert isinstance(cached, discord.VoiceChannel)
    await guild.edit(afk_channel=cached)
    await harbour.env.settle()
    (found,) = harbour.acts.voices(harbour.guild.id)
    assert found.is_afk
