"""Content as discord.py tells it: what was typed, forwarded, attached, and who is called."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import discord
import pytest
import simcord
from discord.ext import commands
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle

from bot.client.content import message_content, thread_content
from bot.message_content import FileContent, Mentions, MessageContent
from tests.support.patience import PATIENCE


@dataclass
class Pier:
    """A guild whose messages are looked into."""

    env: simcord.Env
    guild: GuildHandle
    channel: ChannelHandle
    role: RoleHandle
    member: MemberActor
    seen: list[MessageContent | None] = field(default_factory=list[MessageContent | None])

    async def last(self) -> MessageContent:
        await self.env.settle()
        found = self.seen[-1]
        assert found is not None
        return found


@pytest.fixture
async def pier() -> AsyncGenerator[Pier]:
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=True, members=True)
    client = commands.AutoShardedBot("!", intents=intents, help_command=None)
    env = simcord.Env(client, shard_count=1, settle_timeout=PATIENCE)
    await env.start()
    guild = env.create_guild()
    role = guild.create_role("Painter")
    member = guild.add_member(env.create_user("otter"), roles=[role])
    made = Pier(env, guild, guild.create_text_channel("pier"), role, member)

    async def on_message(message: discord.Message) -> None:
        made.seen.append(message_content(message))

    async def on_raw_message_edit(payload: discord.RawMessageUpdateEvent) -> None:
        made.seen.append(message_content(payload.message, is_edit=True))

    async def on_thread_create(thread: discord.Thread) -> None:
        made.seen.append(thread_content(thread))

    for listener in (on_message, on_raw_message_edit, on_thread_create):
        client.add_listener(listener)
    yield made
    await env.shutdown()


async def test_what_was_typed_attached_and_who_is_called(pier: Pier) -> None:
    text = f"Ahoy <@{pier.member.id}> <@{pier.member.id}> <@&{pier.role.id}>"
    await pier.member.send(pier.channel, text, attachments=[("Boat.PNG", b"xyz")])
    seen = await pier.last()
    (file,) = seen.files
    assert (file.extension, file.name, file.size) == ("png", "Boat.PNG", 3)
    assert seen == MessageContent(
        guild_id=pier.guild.id,
        place=(pier.channel.id,),
        user_id=pier.member.id,
        message_id=seen.message_id,
        role_ids=frozenset({pier.role.id}),
        content=text,
        files=(FileContent("Boat.PNG", 3, file.url, file.media_type),),
        mentions=Mentions(frozenset({pier.member.id}), frozenset({pier.role.id})),
    )
    await pier.member.send(pier.channel, "plain")
    assert ((await pier.last()).text, (await pier.last()).mentions) == ("plain", Mentions())


async def test_an_edit_says_so_and_a_thread_is_its_name(pier: Pier) -> None:
    sent = await pier.member.send(pier.channel, "Ahoy")
    await pier.member.edit(sent, "Ahoy again")
    edited = await pier.last()
    assert (edited.is_edit, edited.text, edited.message_id) == (True, "Ahoy again", sent.id)
    channel = sent.channel
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="Nets", message=sent)
    await pier.env.settle()
    (named,) = [one for one in pier.seen if one is not None and one.message_id is None]
    assert (named.text, named.is_own, named.is_known) == ("Nets", True, True)
    assert named.place == (thread.id, pier.channel.id)


async def test_what_is_forwarded_and_what_a_webhook_shows_is_read(pier: Pier) -> None:
    sent = await pier.member.send(pier.channel, "Out of sight", attachments=[("a.png", b"x")])
    elsewhere = pier.guild.create_text_channel("elsewhere")
    await pier.member.forward(sent, elsewhere)
    forwarded = await pier.last()
    assert (forwarded.content, forwarded.text) == ("", "\nOut of sight")
    assert [file.name for file in forwarded.files] == ["a.png"]
    rich = discord.Embed(title="Claim", url="https://claim.example")
    linked = await pier.guild.create_webhook(pier.channel).send("https://a.example", embeds=[rich])
    await pier.member.forward(linked, elsewhere)
    assert "https://claim.example" in (await pier.last()).quoted
    view = discord.ui.LayoutView().add_item(
        discord.ui.Container(discord.ui.TextDisplay("Free prizes"))
    )
    channel = sent.channel
    assert isinstance(channel, discord.TextChannel)
    await pier.member.forward(await channel.send(view=view), elsewhere)
    assert (await pier.last()).quoted == ("Free prizes",)
    embed = discord.Embed(title="Prize", description="Take it", url="https://prize.example")
    embed.set_thumbnail(url="https://prize.example/p.png").add_field(name="How", value="Like so")
    await pier.guild.create_webhook(pier.channel).send("Beep", embeds=[embed])
    shown = await pier.last()
    assert (shown.is_bot, shown.is_webhook, shown.is_own) == (True, True, False)
    assert shown.quoted == ("Prize", "Take it", "https://prize.example", "How", "Like so")
    assert shown.pictures == ("https://prize.example/p.png",)
