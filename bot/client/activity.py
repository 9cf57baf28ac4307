"""Activity of discord.py's objects, in plain ids."""

import discord

from bot.activity import ChannelPath, MessageActivity, VoiceActivity, VoicePerson

Vocal = discord.VoiceChannel | discord.StageChannel


def message_activity(message: discord.Message, *, may_read: bool) -> MessageActivity | None:
    """What a cog's `on_message` hands on; None outside a guild.

    `may_read` is whether the client has the intent `message_content`.
    """
    guild, author = message.guild, message.author
    if guild is None:
        return None
    return MessageActivity(
        message.id,
        guild.id,
        place_of(message.channel),
        author.id,
        is_bot=author.bot or message.webhook_id is not None,
        is_system=message.is_system(),
        role_ids=roles_of(author) if isinstance(author, discord.Member) else frozenset(),
        content=message.content if may_read else None,
        files=len(message.attachments) + len(message.stickers),
    )


def place_of(channel: discord.abc.Snowflake) -> ChannelPath:
    """The channel, the one that a thread is in, and the category."""
    inner: tuple[int, ...] = (channel.id,)
    outer: discord.abc.Snowflake | None = channel
    if isinstance(channel, discord.Thread):
        inner = (channel.id, channel.parent_id)
        outer = channel.parent
    category_id = getattr(outer, "category_id", None)
    return inner if category_id is None else (*inner, category_id)


def voice_activities(guild: discord.Guild) -> list[VoiceActivity]:
    """The guild's voice channels with people in them."""
    afk = guild.afk_channel
    return [
        VoiceActivity(guild.id, place_of(channel), people, is_afk=channel == afk)
        for channel in (*guild.voice_channels, *guild.stage_channels)
        if (people := _people(channel))
    ]


def _people(channel: Vocal) -> tuple[VoicePerson, ...]:
    """Those whom memory knows: Discord tells of a member with their voice state."""
    return tuple(
        VoicePerson(
            user_id,
            member.bot,
            is_muted=state.mute or state.self_mute or state.suppress,
            is_deafened=state.deaf or state.self_deaf,
            role_ids=roles_of(member),
        )
        for user_id, state in channel.voice_states.items()
        if (member := channel.guild.get_member(user_id)) is not None
    )


def roles_of(member: discord.Member) -> frozenset[int]:
    """Without the role that everybody has.

    The public list is looked up and sorted each time: 25 µs for every message of a guild.
    """
    return frozenset(member._roles)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see above
