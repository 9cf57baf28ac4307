"""Commands that fail in every way there is."""

from datetime import UTC, datetime

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import HeraldClient
from bot.client.interactions import (
    HeraldModal,
    HeraldView,
    Interaction,
    Press,
    TextField,
    control,
    working,
)
from bot.clock import ManualClock
from bot.controls import NUMBER, ControlId
from bot.errors import UserError
from bot.texts import N_, _
from cogs.endpoints.handlers import RedeliveryProgress

BUG = "the oars are missing"
GREETING = N_("Good morning")


class Probe(commands.Cog):
    """Each command is one way to fail."""

    @app_commands.command(description="Fails")
    async def bug(self, interaction: Interaction, deferred: bool = False) -> None:
        if deferred:
            await interaction.response.defer(ephemeral=True, thinking=True)
        raise RuntimeError(BUG)

    @app_commands.command(description="Refuses")
    async def refuse(self, interaction: Interaction, length: int = 0) -> None:
        raise UserError("There is no boat. @everyone" + "~" * length)

    @app_commands.command(description="Greets")
    async def greet(self, interaction: Interaction, refuse: bool = False) -> None:
        if refuse:
            raise app_commands.CheckFailure
        await interaction.response.send_message(_(GREETING), view=Greeter(), ephemeral=True)

    @app_commands.command(description="Needs a rest")
    @app_commands.checks.cooldown(1, 90)
    async def rest(self, interaction: Interaction) -> None:
        await interaction.response.send_message("once")

    @app_commands.command(description="Needs rights")
    @app_commands.checks.bot_has_permissions(ban_members=True, view_audit_log=True)
    async def rights(self, interaction: Interaction) -> None:
        await interaction.response.send_message("never")

    @app_commands.command(description="Writes into the channel")
    async def write(self, interaction: Interaction) -> None:
        channel = interaction.channel
        assert isinstance(channel, discord.TextChannel)
        await channel.send("hello")
        await interaction.response.send_message("done")

    @app_commands.command(description="Buttons that fail")
    async def buttons(self, interaction: Interaction) -> None:
        await interaction.response.send_message("press", view=Buttons(), ephemeral=True)

    @app_commands.command(description="Answers late")
    async def late(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content="late")

    @app_commands.command(description="Promises an answer and gives none")
    async def silent(self, interaction: Interaction) -> None:
        async with working(interaction):
            pass

    @app_commands.command(description="Works for so many seconds")
    async def work(self, interaction: Interaction, seconds: int) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        clock = ManualClock(datetime(2026, 5, 24, tzinfo=UTC))
        progress = RedeliveryProgress(interaction, clock)
        for second in range(1, seconds + 1):
            clock.advance(1)
            await progress(second, seconds)
        await interaction.edit_original_response(content="done")

    @commands.Cog.listener()
    async def on_member_ban(self, guild: discord.Guild, user: discord.User) -> None:
        raise RuntimeError(BUG)


class Greeter(HeraldView):
    @ui.button(label="again", custom_id="again")
    async def again(self, interaction: Interaction, _button: ui.Button["Greeter"]) -> None:
        await interaction.response.send_message(_(GREETING), ephemeral=True)


class Buttons(HeraldView):
    def __init__(self) -> None:
        super().__init__()
        self.add_item(ui.Button(label="known", custom_id="probe:7"))

    @ui.button(label="view", custom_id="view")
    async def view(self, interaction: Interaction, _button: ui.Button["Buttons"]) -> None:
        raise RuntimeError(BUG)

    @ui.button(label="modal", custom_id="modal")
    async def modal(self, interaction: Interaction, _button: ui.Button["Buttons"]) -> None:
        await interaction.response.send_modal(Question())


class Question(HeraldModal):
    def __init__(self) -> None:
        super().__init__("Question")
        self.ask(TextField("answer", "Answer"))

    async def submitted(self, interaction: Interaction) -> None:
        raise RuntimeError(BUG)


async def known(interaction: Interaction, press: Press) -> None:
    raise RuntimeError(f"{BUG}: {press['number']}")


async def setup(bot: HeraldClient) -> None:
    await bot.add_cog(Probe())
    bot.add_dynamic_items(control(ControlId("probe", number=NUMBER), known))
