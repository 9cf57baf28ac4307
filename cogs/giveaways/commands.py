"""Commands of `/giveaway`: read, call, answer."""

from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of
from bot.client.ui import Choices, RowNumber, StaffCog, choices, command
from bot.durations import parse_coming, parse_duration
from bot.features.giveaways.model import ABOUT_LIMIT, DAYS, LEVEL, PRIZE_LIMIT, WINNERS, Terms
from bot.features.giveaways.plans import GiveawayEdit, GiveawayPlan
from bot.texts import N_
from bot.user_text import visible
from cogs.giveaways import views
from cogs.giveaways.handlers import STAFF, GiveawayHandlers
from cogs.giveaways.terms import NONE, TypedTerms

Prize = app_commands.Range[str, 1, PRIZE_LIMIT]
PrizeDetails = app_commands.Range[str, 1, ABOUT_LIMIT]
WinnerCount = app_commands.Range[int, 1, WINNERS]
LevelNumber = app_commands.Range[int, 0, LEVEL]
DayCount = app_commands.Range[int, 0, DAYS]

WHICH = N_("Which one")
TERMS = {
    "roles": N_("Roles that are needed, all of them: @Member @Regular"),
    "bonus": N_("Roles that bring more entries: @Booster 2 @Patron 5"),
    "level": N_("The level that is needed"),
    "account_days": N_("How many days old an account must be"),
    "member_days": N_("How many days somebody must have been in this server"),
}
DETAILS = N_("More about it; members read it on the message")
EVERY = N_("Begin another one so often: 7d, 2w")


class GiveawayCommands(
    StaffCog,
    commands.GroupCog,
    group_name="giveaway",
    group_description=N_("Prizes for members, drawn so that anyone can check who won"),
    permission=STAFF,
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: GiveawayHandlers) -> None:
        self._handlers = handlers
        self.giveaways = handlers.giveaways

    async def known(self, interaction: Interaction, current: str) -> Choices[int]:
        """The giveaways of this server, newest first."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        found = await self.giveaways.suggested(interaction.guild_id, current)
        return choices(((f"{one.id}: {visible(one.prize)}", one.id) for one in found), current)

    @command(
        N_("Hold a giveaway"),
        prize=N_("What can be won"),
        lasts=N_("For how long people can enter: 30m, 12h, 7d"),
        winners=N_("How many can win"),
        channel=N_("Where it is held; here, where you name none"),
        starts=N_("When it opens: 2h, or 2026-05-24 18:00 (UTC); at once, where you name none"),
        details=DETAILS,
        every=EVERY,
        **TERMS,
    )
    async def create(
        self,
        interaction: Interaction,
        prize: Prize,
        lasts: str,
        winners: WinnerCount = 1,
        channel: discord.TextChannel | None = None,
        starts: str | None = None,
        details: PrizeDetails | None = None,
        every: str | None = None,
        roles: str | None = None,
        bonus: str | None = None,
        level: LevelNumber | None = None,
        account_days: DayCount | None = None,
        member_days: DayCount | None = None,
    ) -> None:
        plan = GiveawayPlan(
            prize=prize,
            channel_id=channel.id if channel else interaction.channel_id or 0,
            winner_count=winners,
            lasts=parse_duration(lasts),
            about=details or "",
            starts_at=None if starts is None else parse_coming(starts, self._now()),
            every=None if every is None else parse_duration(every),
        )
        terms = TypedTerms(roles, bonus, level, account_days, member_days)
        await self._handlers.create(interaction, plan, terms)

    @command(N_("The giveaways of this server"), ended=N_("Also those that have ended"))
    async def list(self, interaction: Interaction, *, ended: bool = False) -> None:
        await self._handlers.list(interaction, is_whole=ended)

    @command(N_("All about one giveaway"), giveaway=WHICH)
    @app_commands.autocomplete(giveaway=known)
    async def show(self, interaction: Interaction, giveaway: RowNumber) -> None:
        await self._handlers.show(interaction, giveaway)

    @command(
        N_("Change a giveaway that has not ended"),
        giveaway=WHICH,
        prize=N_("What can be won"),
        ends=N_("When it ends: 2h, or 2026-05-24 18:00 (UTC)"),
        winners=N_("How many can win"),
        details=N_("More about it; none for nothing"),
        every=N_("Begin another one so often; none for no other"),
        **TERMS,
    )
    @app_commands.autocomplete(giveaway=known)
    async def edit(
        self,
        interaction: Interaction,
        giveaway: RowNumber,
        prize: Prize | None = None,
        ends: str | None = None,
        winners: WinnerCount | None = None,
        details: PrizeDetails | None = None,
        every: str | None = None,
        roles: str | None = None,
        bonus: str | None = None,
        level: LevelNumber | None = None,
        account_days: DayCount | None = None,
        member_days: DayCount | None = None,
    ) -> None:
        given: dict[str, Any] = {
            "prize": prize,
            "about": "" if _is_none(details) else details,
            "winner_count": winners,
            "ends_at": None if ends is None else parse_coming(ends, self._now()),
            "every": None if every is None else parse_duration("0s" if _is_none(every) else every),
        }
        terms = TypedTerms(roles, bonus, level, account_days, member_days)

        def edited(changed: Terms | None) -> GiveawayEdit:
            return GiveawayEdit(terms=changed, **given)

        await self._handlers.edit(interaction, giveaway, edited, terms)

    @command(N_("End a giveaway before its time, and draw"), giveaway=WHICH)
    @app_commands.autocomplete(giveaway=known)
    async def end(self, interaction: Interaction, giveaway: RowNumber) -> None:
        await self._handlers.ask(interaction, giveaway, "end")

    @command(N_("Let nobody enter or leave for a while"), giveaway=WHICH)
    @app_commands.autocomplete(giveaway=known)
    async def pause(self, interaction: Interaction, giveaway: RowNumber) -> None:
        pause = partial(self.giveaways.transitions.pause, actor_of(interaction), giveaway)
        await self._handlers.change(interaction, pause, views.PAUSED)

    @command(N_("Let a paused giveaway go on"), giveaway=WHICH)
    @app_commands.autocomplete(giveaway=known)
    async def resume(self, interaction: Interaction, giveaway: RowNumber) -> None:
        resume = partial(self.giveaways.transitions.resume, actor_of(interaction), giveaway)
        await self._handlers.change(interaction, resume, views.RESUMED)

    @command(N_("Cancel a giveaway; nothing is drawn"), giveaway=WHICH)
    @app_commands.autocomplete(giveaway=known)
    async def cancel(self, interaction: Interaction, giveaway: RowNumber) -> None:
        await self._handlers.ask(interaction, giveaway, "cancel")

    @command(
        N_("Draw other winners; nobody who has won wins again"),
        giveaway=WHICH,
        instead_of=N_("The winner who does not get it; all of them, where you name none"),
    )
    @app_commands.autocomplete(giveaway=known)
    async def reroll(
        self,
        interaction: Interaction,
        giveaway: RowNumber,
        instead_of: discord.User | None = None,
    ) -> None:
        user_id = None if instead_of is None else instead_of.id
        await self._handlers.reroll(interaction, giveaway, user_id)

    @command(N_("Check a draw, and get its proof"), giveaway=WHICH)
    @app_commands.autocomplete(giveaway=known)
    async def verify(self, interaction: Interaction, giveaway: RowNumber) -> None:
        await self._handlers.verify(interaction, giveaway)

    def _now(self) -> Any:
        return self.giveaways.ports.clock.now()


def _is_none(typed: str | None) -> bool:
    return typed is not None and typed.strip().casefold() == NONE
