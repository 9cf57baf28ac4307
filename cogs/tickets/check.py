"""Check of a server's tickets: what the bot sees of the server, and what is said of it."""

import discord

from bot.client.choice_panel import guild_of
from bot.client.interactions import Interaction, require, working
from bot.controls import Post, Tone
from bot.features.tickets.check import Examination, PlaceSeen, Surroundings, examine
from bot.features.tickets.model import Ticket
from bot.features.tickets.service import TicketsService
from bot.features.tickets.settings import TicketsSettings
from bot.permission_names import permission_name
from bot.texts import _
from bot.user_text import clip, inline

SHOWN = 3500


async def check(interaction: Interaction, service: TicketsService) -> None:
    """Look at everything, and answer."""
    require(interaction, manage_guild=True)
    async with working(interaction) as answer:
        guild = guild_of(interaction)
        chosen: TicketsSettings = await service.ports.chosen(guild.id)
        types = await service.types.all_of(guild.id)
        panels = await service.panels.all_of(guild.id)
        seen = surroundings(guild, reads_texts=interaction.client.intents.message_content)
        tickets = await service.troubled(guild.id)
        await answer(told(examine(seen, chosen, types, panels, tickets)))


def surroundings(guild: discord.Guild, *, reads_texts: bool) -> Surroundings:
    """The server as the bot sees it now."""
    me = guild.me
    everyone = me.guild_permissions.mention_everyone
    roles = [one for one in guild.roles if not one.is_default()]
    return Surroundings(
        held=_held(me.guild_permissions),
        channels={one.id: PlaceSeen(_held(one.permissions_for(me))) for one in guild.text_channels},
        categories={
            one.id: PlaceSeen(_held(one.permissions_for(me)), len(one.channels))
            for one in guild.categories
        },
        role_ids=frozenset(one.id for one in roles),
        callable_ids=frozenset(one.id for one in roles if everyone or one.mentionable),
        emoji_ids=frozenset(one.id for one in guild.emojis),
        channel_count=len(guild.channels),
        reads_texts=reads_texts,
        named=permission_name,
    )


def told(found: Examination) -> Post:
    """What is broken, in the order in which somebody would look; then what is not."""
    named = [
        *(
            (_("Type {name}").format(name=inline(one.name, 60)), texts)
            for one, texts in found.types
        ),
        *(
            (_("Panel {name}").format(name=inline(one.title, 60)), texts)
            for one, texts in found.panels
        ),
    ]
    named = [*((_title(one), texts) for one, texts in found.tickets), *named]
    lines = [f"⚠️ {text}" for text in found.server]
    for name, texts in named:
        if texts:
            lines += [f"**{name}**", *(f"⚠️ {text}" for text in texts)]
    whole = [f"✅ {name}" for name, texts in named if not texts]
    text = clip("\n".join([*lines, *whole]), SHOWN)
    title = _("Check of tickets")
    if found.is_well:
        return Post(title, text, tone=Tone.GOOD, footer=_("Everything works."))
    return Post(title, text, tone=Tone.WARNING)


def _title(ticket: Ticket) -> str:
    text = _("Ticket {number}: {channel}")
    return text.format(number=ticket.number, channel=f"<#{ticket.channel_id}>")


def _held(permissions: discord.Permissions) -> frozenset[str]:
    """By the names that Discord's reference has; discord.py calls one of them otherwise."""
    held = {name for name, is_held in permissions if is_held}
    return frozenset(held | ({"view_channel"} if permissions.view_channel else set()))
