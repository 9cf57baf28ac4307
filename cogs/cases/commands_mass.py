"""Commands about many people or messages at once, with their progress told."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.interactions import Interaction, actor_of, require, working
from bot.client.progress import ProgressMessage
from bot.client.ui import command
from bot.clock import Clock
from bot.errors import UserError
from bot.features.cases.mass import MOST_BANNED, MOST_MUTED, MassService, read_people
from bot.features.cases.model import Order
from bot.features.cases.purge import MOST, Filters, Progress, PurgeService
from bot.texts import N_, _
from cogs.cases import views
from cogs.cases.commands import File, Reason, orders, read_deletion
from cogs.cases.suggestions import moment, read_duration

LIST_BYTES = 64 * 1024  # of a file with ids
WHEN = N_("A message's link or id, how long ago (30m, 2d), or a time: 2026-05-24 11:30 (UTC)")


class MassCommands(commands.Cog):
    """Commands for raids: ids are typed, pasted, or given in a text file."""

    def __init__(self, mass: MassService, clock: Clock) -> None:
        self._mass = mass
        self._clock = clock

    @orders("ban", N_("Ban many people at once, members or not; none is written to"))
    async def massban(
        self,
        interaction: Interaction,
        users: str | None = None,
        file: File = None,
        reason: Reason | None = None,
        delete: str | None = None,
    ) -> None:
        order = Order("ban", 0, reason, deletes=read_deletion(delete), silent=True)
        async with working(interaction) as answer:
            people = read_people(await listed(users, file), MOST_BANNED)
            progress = self._progress(interaction, len(people))
            result = await self._mass.ban(actor_of(interaction), people, order, progress)
            await answer(views.came_of_all(result, N_("was banned")))

    @orders("mute", N_("Give many members the muting role; none is written to"))
    async def massmute(
        self,
        interaction: Interaction,
        users: str | None = None,
        file: File = None,
        duration: str | None = None,
        reason: Reason | None = None,
    ) -> None:
        order = Order("mute", 0, reason, read_duration(duration), silent=True)
        async with working(interaction) as answer:
            people = read_people(await listed(users, file), MOST_MUTED)
            progress = self._progress(interaction, len(people))
            result = await self._mass.mute(actor_of(interaction), people, order, progress)
            await answer(views.came_of_all(result, N_("was muted")))

    def _progress(self, interaction: Interaction, of: int) -> Progress:
        progress = ProgressMessage(interaction, self._clock)

        async def tell(count: int) -> None:
            text = _("{count} of {of} are done …")
            await progress.tell(text.format(count=count, of=of), done=count)

        return tell


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


async def listed(users: str | None, file: discord.Attachment | None) -> str:
    """What was typed and what stands in the file."""
    if file is None:
        return users or ""
    if file.size > LIST_BYTES:
        raise UserError(_("That file is too large: a list of ids may have 64 KiB."))
    async with answered(ANSWER_SECONDS):
        content = await file.read()
    return f"{users or ''} {content.decode('utf-8', errors='replace')}"


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
