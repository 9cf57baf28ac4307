"""Command `/purge`: many messages of a channel deleted at once, with its progress told."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, require, working
from bot.client.progress import ProgressMessage
from bot.client.ui import command
from bot.clock import Clock
from bot.errors import UserError
from bot.features.cases.purge import MOST, Filters, PurgeService
from bot.texts import N_, _
from cogs.cases import views
from cogs.cases.suggestions import moment

WHEN = N_("A message's link or id, how long ago (30m, 2d), or a time: 2026-05-24 11:30 (UTC)")


class PurgeCommands(commands.Cog):
    """Command `/purge` for the channel in which it is used."""

    def __init__(self, purges: PurgeService, clock: Clock) -> None:
        self._purges = purges
        self._clock = clock

    @command(
        N_("Delete the newest messages here that fit"),
        count=N_("How many at most (1 to 1000)"),
        user=N_("Only this person's"),
        bots=N_("Only those of bots"),
        contains=N_("Only those that hold this text"),
        links=N_("Only those with a link"),
        attachments=N_("Only those with a file"),
        before=WHEN,
        after=WHEN,
    )
    @app_commands.default_permissions(manage_messages=True)
    async def purge(
        self,
        interaction: Interaction,
        count: app_commands.Range[int, 1, MOST],
        user: discord.User | None = None,
        bots: bool = False,
        contains: app_commands.Range[str, 1, 100] | None = None,
        links: bool = False,
        attachments: bool = False,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        now, user_id = self._clock.now(), None if user is None else user.id
        chosen = Filters(count, user_id, bots, contains, links, attachments)
        chosen = replace(chosen, before=moment(before, now), after=moment(after, now))
        require(interaction, manage_messages=True)
        refuse_blind(interaction, chosen)
        async with working(interaction) as answer:
            progress = ProgressMessage(interaction, self._clock)

            async def tell(count: int) -> None:
                text = _("{count} messages are deleted …")
                await progress.tell(text.format(count=count), done=count)

            purged = await self._purges.purge(
                actor_of(interaction), interaction.channel_id or 0, chosen, tell
            )
            await answer(views.purged(purged))


def refuse_blind(interaction: Interaction, filters: Filters) -> None:
    """Without its intent Discord shows the bot messages without text and files."""
    reads = interaction.client.intents.message_content
    if not reads and (filters.contains or filters.links or filters.attachments):
        text = _(
            "I cannot see what messages hold: whoever runs this bot must set "
            "`discord.message_content` and tick Message Content Intent in Discord's developer "
            "portal. The other filters work."
        )
        raise UserError(text)
