"""Check of a server's tickets: what the bot sees of the server, and what is said of it."""

from bot.client.choice_panel import guild_of
from bot.client.interactions import Interaction, require, working
from bot.client.surroundings import surroundings_of
from bot.controls import Post, Tone
from bot.features.tickets.check import Examination
from bot.features.tickets.service import TicketsService
from bot.texts import _
from bot.user_text import clip

SHOWN = 3500


async def check(interaction: Interaction, service: TicketsService) -> None:
    """Look at everything, and answer."""
    require(interaction, manage_guild=True)
    async with working(interaction) as answer:
        guild = guild_of(interaction)
        seen = surroundings_of(guild, interaction.client.intents)
        await answer(told(await service.examination(guild.id, seen)))


def told(found: Examination) -> Post:
    """What is broken, in the order in which somebody would look; then what is not."""
    lines = [f"⚠️ {text}" for text in found.server]
    for name, texts in found.named:
        if texts:
            lines += [f"**{name}**", *(f"⚠️ {text}" for text in texts)]
    whole = [f"✅ {name}" for name, texts in found.named if not texts]
    text = clip("\n".join([*lines, *whole]), SHOWN)
    title = _("Check of tickets")
    if found.is_well:
        return Post(title, text, tone=Tone.GOOD, footer=_("Everything works."))
    return Post(title, text, tone=Tone.WARNING)
