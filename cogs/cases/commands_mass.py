"""Commands about many people at once, with their progress told."""

import discord
from discord.ext import commands

from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.interactions import Interaction, actor_of, working
from bot.client.progress import ProgressMessage
from bot.clock import Clock
from bot.errors import UserError
from bot.features.cases.mass import MOST_BANNED, MOST_MUTED, MassService, Progress, read_people
from bot.features.cases.model import Order
from bot.texts import N_, _
from cogs.cases import views
from cogs.cases.commands import File, Reason, orders, read_deletion
from cogs.cases.suggestions import read_duration

LIST_BYTES = 64 * 1024  # of a file with ids


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


async def listed(users: str | None, file: discord.Attachment | None) -> str:
    """What was typed and what stands in the file."""
    if file is None:
        return users or ""
    if file.size > LIST_BYTES:
        raise UserError(_("That file is too large: a list of ids may have 64 KiB."))
    async with answered(ANSWER_SECONDS):
        content = await file.read()
    return f"{users or ''} {content.decode('utf-8', errors='replace')}"
