"""Commands of levels: `/rank` and `/leaderboard` for everybody, `/levels` for the staff."""

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import limits
from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.interactions import Interaction, actor_of, reply, working
from bot.client.ui import StaffCog, command
from bot.csv_export import in_parts
from bot.errors import UserError
from bot.features.levels.boards import BoardSpan
from bot.features.levels.import_file import LARGEST, Curve
from bot.features.levels.model import HIGHEST_ROLE_LEVEL, MOST_AT_ONCE, MOST_PERCENT, total_for
from bot.features.levels.pictures import SPANS
from bot.numbers import parse_number
from bot.snapshots import Account
from bot.texts import N_, _
from cogs.levels import views
from cogs.levels.handlers import MANAGES, LevelHandlers

Where = discord.abc.GuildChannel | discord.Thread
RoleLevel = app_commands.Range[int, 2, HIGHEST_ROLE_LEVEL]
WHO = N_("The member")
CURVES = (
    (Curve.OURS, N_("XP as it stands in the file")),
    (Curve.MEE6, N_("from MEE6: everybody keeps their level")),
)


class RankCommands(commands.Cog):
    """Commands for everybody, whose answers everybody sees."""

    def __init__(self, handlers: LevelHandlers) -> None:
        self._handlers = handlers

    @command(N_("Your level, or somebody's, as a card to show"), user=N_("Whose; yours without"))
    async def rank(self, interaction: Interaction, user: discord.Member | None = None) -> None:
        await self._handlers.rank(interaction, user or interaction.user)

    @command(
        N_("The most active members"), span=N_("Of which time"), page=N_("Which ten; the first")
    )
    @app_commands.choices(span=[Choice(name=text, value=one.value) for one, text in SPANS.items()])
    async def leaderboard(
        self,
        interaction: Interaction,
        span: str = BoardSpan.ALL.value,
        page: app_commands.Range[int, 1, 1_000_000] = 1,
    ) -> None:
        await self._handlers.board(interaction, BoardSpan(span), page)


class LevelCommands(
    StaffCog,
    commands.GroupCog,
    permission=MANAGES,
    group_name="levels",
    group_description=N_("Levels of this server, for its staff"),
):
    """Commands of `/levels`; each answer is seen by nobody but the person who asks."""

    role = app_commands.Group(name="role", description=N_("Roles that levels give"))

    def __init__(self, handlers: LevelHandlers) -> None:
        self._handlers = handlers
        self._levels = handlers.levels

    @command(N_("Give somebody XP"), user=WHO, xp=N_("How many, such as 250"))
    async def give(self, interaction: Interaction, user: discord.Member, xp: str) -> None:
        count = parse_number(xp, most=MOST_AT_ONCE)
        give = self._levels.corrections.give
        async with working(interaction) as answer:
            channel_id = interaction.channel_id
            made = await give(actor_of(interaction), _account(user), count, channel_id)
            await answer(views.changed(user.id, made))

    @command(N_("Take XP from somebody"), user=WHO, xp=N_("How many, such as 250"))
    async def take(self, interaction: Interaction, user: discord.User, xp: str) -> None:
        count = parse_number(xp, most=MOST_AT_ONCE)
        async with working(interaction) as answer:
            take = self._levels.corrections.take
            made = await take(actor_of(interaction), _account(user), count)
            await answer(views.changed(user.id, made))

    @command(
        N_("Set somebody's XP or level"),
        user=WHO,
        xp=N_("All the XP that they are to have"),
        level=N_("Or the level, from its beginning"),
    )
    async def set(
        self,
        interaction: Interaction,
        user: discord.Member,
        xp: str | None = None,
        level: str | None = None,
    ) -> None:
        total = _total(xp, level)
        async with working(interaction) as answer:
            channel_id = interaction.channel_id
            done = self._levels.corrections.set
            made = await done(actor_of(interaction), _account(user), total, channel_id)
            await answer(views.changed(user.id, made))

    @command(
        N_("Take all XP from somebody, or from everybody"),
        user=N_("From whom; without, you are asked about everybody"),
    )
    async def reset(self, interaction: Interaction, user: discord.User | None = None) -> None:
        if user is None:
            await reply(interaction, views.ask_reset())
            return
        async with working(interaction) as answer:
            await self._levels.corrections.reset(actor_of(interaction), _account(user))
            await answer(_("{who} begins anew.").format(who=user.mention))

    @command(N_("Level roles and multipliers, and what is wrong with them"))
    async def show(self, interaction: Interaction) -> None:
        choices = await self._levels.ports.choices(actor_of(interaction).guild_id)
        gone = self._levels.rulebook.gone(actor_of(interaction).guild_id, choices.rules)
        await reply(interaction, views.rules(choices, gone))

    @command(
        N_("Multiply what is earned in a channel, or by a role"),
        factor=N_("Such as 2 or 1.5; 0 ignores it, 1 is as if it had none"),
        channel=N_("In a channel or category"),
        by_role=N_("By whoever has this role"),
    )
    async def multiply(
        self,
        interaction: Interaction,
        factor: str,
        channel: discord.abc.GuildChannel | None = None,
        by_role: discord.Role | None = None,
    ) -> None:
        percent = parse_number(factor, decimals=2, least=0, most=MOST_PERCENT)
        if (channel is None) == (by_role is None):
            raise UserError(_("Name a channel or a role: one of them."))
        async with working(interaction) as answer:
            kind = "role" if by_role is not None else "channel"
            what = by_role or channel
            assert what is not None  # noqa: S101  one of them is there, as was asked above
            rulebook = self._levels.rulebook
            await rulebook.multiply(actor_of(interaction), kind, what.id, percent)
            await answer(views.multiplied(what.mention, percent))

    @role.command(name="add", description=N_("Give a role from a level on"))
    @app_commands.describe(role=N_("The role"), level=N_("From which level on"))
    async def role_add(
        self, interaction: Interaction, role: discord.Role, level: RoleLevel
    ) -> None:
        async with working(interaction) as answer:
            await self._levels.rulebook.put_role(actor_of(interaction), level, role.id)
            text = _("{role} is given from level {level} on; whoever is there gets it now.")
            await answer(text.format(role=role.mention, level=level))

    @role.command(name="remove", description=N_("Let levels give a role no more"))
    @app_commands.describe(role=N_("The role; whoever has it keeps it"))
    async def role_remove(self, interaction: Interaction, role: discord.Role) -> None:
        async with working(interaction) as answer:
            await self._levels.rulebook.drop_role(actor_of(interaction), role.id)
            text = _("{role} is no level role any more; whoever has it keeps it.")
            await answer(text.format(role=role.mention))

    @command(N_("Compare everybody's level roles, and give or take what differs"))
    async def sync(self, interaction: Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        await self._handlers.refuse_off(guild_id)
        async with working(interaction) as answer:
            await self._levels.forgive(guild_id)
            count = await self._levels.roles.compare(guild_id)
            text = _("Members whose roles differ: {count}. They are brought up to date now.")
            await answer(text.format(count=count))

    @command(N_("Why somebody earns nothing here"), user=WHO)
    async def why(self, interaction: Interaction, user: discord.Member) -> None:
        await self._handlers.why(interaction, user)

    @command(N_("Everybody's XP as a CSV file"))
    async def export(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            pieces = self._levels.transfers.export(actor_of(interaction).guild_id)
            async for count, part in in_parts(pieces, limits.FILE_BYTES):
                await answer(views.exported(part, count))

    @app_commands.command(name="import", description=N_("Take over XP from a file"))
    @app_commands.describe(
        file=N_("A CSV with user id and XP (or level), or MEE6's list as JSON"),
        curve=N_("What its XP mean"),
        only_higher=N_("Leave those alone who have more here"),
        dry_run=N_("Only say what would change"),
    )
    @app_commands.choices(curve=[Choice(name=text, value=one.value) for one, text in CURVES])
    async def take_over(
        self,
        interaction: Interaction,
        file: discord.Attachment,
        curve: str = Curve.OURS.value,
        *,
        only_higher: bool = False,
        dry_run: bool = True,
    ) -> None:
        if file.size > LARGEST:
            raise UserError(_("That file is too large: 8 MB is the most."))
        async with working(interaction) as answer:
            async with answered(ANSWER_SECONDS):
                content = await file.read()
            report = await self._levels.transfers.take_over(
                actor_of(interaction),
                content,
                Curve(curve),
                only_higher=only_higher,
                is_dry=dry_run,
            )
            await answer(views.imported(report))


def _account(user: discord.Member | discord.User) -> Account:
    return Account(user.id, user.name, user.bot)


def _total(xp: str | None, level: str | None) -> int:
    if (xp is None) == (level is None):
        raise UserError(_("Say how many XP, or which level: one of them."))
    if xp is not None:
        return parse_number(xp, least=0, most=MOST_AT_ONCE)
    return total_for(parse_number(level or "", most=HIGHEST_ROLE_LEVEL))
