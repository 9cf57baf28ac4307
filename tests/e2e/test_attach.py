"""Somebody else's discord.py bot with Herald in it: neither is in the other's way."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands
from discord.ext import commands
from discord.http import Route
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.results import InteractionResult

from bot import app as root
from bot.app import attach
from bot.client import parts_of
from bot.client.standin import use_standin
from bot.clock import ManualClock
from bot.config import Config, DiscordConfig
from bot.errors import HeraldError
from bot.storage.database import Database
from tests.e2e.standin import test_run as protocol
from tests.support.discord_server.server import TOKEN, DiscordServer
from tests.support.emitter_setup import config_for
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver
from tools import house

SECRET = re.compile(r"whsec_[\w-]+")
OWN_BUG = "the kettle is empty"


class TeaBot(commands.Bot):
    """A plain bot with a command, an error handler and a listener of its own."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.members = True
        super().__init__(command_prefix="!", intents=intents)
        self.own_errors: list[Exception] = []
        self.own_joins: list[int] = []
        self.tree.error(self._on_tree_error)
        self.tree.add_command(app_commands.Command(name="tea", description="Tea", callback=tea))

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_member_join(self, member: discord.Member) -> None:
        self.own_joins.append(member.id)

    async def _on_tree_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        self.own_errors.append(error)
        await interaction.response.send_message("My own excuse", ephemeral=True)


async def tea(interaction: discord.Interaction[Any], fail: bool = False) -> None:
    if fail:
        raise RuntimeError(OWN_BUG)
    await interaction.response.send_message("Here is your tea")


@dataclass(frozen=True, slots=True)
class Place:
    """A guild with the bot in it, somebody who manages it, and somebody who does not."""

    bot: TeaBot
    env: simcord.Env
    guild: GuildHandle
    channel: ChannelHandle
    manager: MemberActor
    member: MemberActor


EVERY = tuple(name.removeprefix("cogs.") for name in root.COGS)


@asynccontextmanager
async def connected(
    config: Config, clock: ManualClock, *, cogs: Sequence[str] = EVERY
) -> AsyncGenerator[Place]:
    bot = TeaBot()
    # Before the simulation, which else would wait for tasks of ours that never end; the README's
    # example attaches in its setup_hook.
    await attach(bot, config, clock=clock, cogs=cogs)
    env = simcord.Env(bot, settle_timeout=PATIENCE)
    await env.start()
    try:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        role = guild.create_role("Staff", permissions=discord.Permissions(manage_guild=True))
        manager = guild.add_member(env.create_user("harbour_master"), roles=[role])
        member = guild.add_member(env.create_user("quiet_otter"))
        await env.settle()  # their joins are nobody's business before anything is subscribed
        yield Place(bot, env, guild, channel, manager, member)
    finally:
        await env.shutdown()
        await bot.close()


@pytest.fixture
async def place(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[Place]:
    async with connected(config_for(sqlite_url), clock) as place:
        yield place


def read(result: InteractionResult) -> str:
    """The one answer."""
    (message,) = [*([result.response] if result.response else []), *result.followups]
    return message.content


async def subscribe(place: Place, receiver: Receiver) -> None:
    """Make a webhook with the cog's own command."""
    made = await place.manager.slash(
        place.channel, "webhook create", name="backend", url=receiver.url(), events="member.*"
    )
    found = SECRET.search(read(made))
    assert found is not None, read(made)
    receiver.secret = found[0]


async def test_their_join_reaches_a_receiver_and_their_listener(
    place: Place, receiver: Receiver, clock: ManualClock
) -> None:
    await subscribe(place, receiver)
    joiner = place.env.create_user("new_otter")
    place.guild.add_member(joiner)
    async with asyncio.timeout(PATIENCE):
        while not receiver.requests:
            clock.jump()
            await asyncio.wait((asyncio.create_task(receiver.has(1)),), timeout=0.05)
    assert [one.type for one in receiver.requests] == ["member.joined"]
    assert receiver.requests[0].json["data"]["user_id"] == str(joiner.id)
    assert joiner.id in place.bot.own_joins


async def test_their_command_and_its_errors_stay_theirs(place: Place) -> None:
    assert read(await place.member.slash(place.channel, "tea")) == "Here is your tea"
    assert read(await place.member.slash(place.channel, "tea", fail=True)) == "My own excuse"
    (error,) = place.bot.own_errors
    assert OWN_BUG in str(error)


async def test_our_errors_are_answered_by_us_and_their_handler_hears_none(place: Place) -> None:
    result = await place.manager.slash(place.channel, "webhook show", name="nothing")
    assert "nothing" in read(result)
    assert result.response is not None
    assert result.response.ephemeral
    assert place.bot.own_errors == []


async def test_our_commands_are_for_servers_and_synced_by_them(place: Place) -> None:
    (synced,) = [r.json for r in place.env.http_requests if r.path.endswith("/commands")]
    assert synced
    contexts = {one["name"]: one.get("contexts") for one in synced}
    assert contexts["webhook"] == contexts["settings"] == [0]
    assert contexts["tea"] != [0]


async def test_only_what_was_chosen_is_there(sqlite_url: str, clock: ManualClock) -> None:
    async with connected(config_for(sqlite_url), clock, cogs=("members",)) as place:
        bot = place.bot
        assert {command.name for command in bot.tree.get_commands()} == {"tea"}
        assert list(bot.extensions) == ["cogs.members"]


async def test_it_stops_with_their_bot(sqlite_url: str, clock: ManualClock) -> None:
    async with connected(config_for(sqlite_url), clock) as place:
        bot = place.bot
        with pytest.raises(HeraldError, match="in use by another Herald"):
            await Database(sqlite_url).open()
        await bot.close()
        await bot.close()
        assert bot.is_closed()
        again = Database(sqlite_url)
        await again.open()
        await again.close()
        with pytest.raises(LookupError, match="attach first"):
            parts_of(bot)


async def test_what_came_before_their_bot_closes_is_kept(
    sqlite_url: str, clock: ManualClock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)  # to be put back
    bot = TeaBot()
    await attach(bot, config_for(sqlite_url), clock=clock)
    everybody = {str(number) for number in range(701, 721)}
    async with DiscordServer() as server:
        use_standin(bot.http, DiscordConfig(api_base=server.api, gateway_url=server.gateway_url))
        running = asyncio.create_task(bot.start(TOKEN))
        await protocol.subscribe(server, receiver)
        for user_id in everybody:
            await protocol.join(server, int(user_id))
        await server.gateway.caught_up()
        await bot.close()
        await running
    bodies = protocol.rows(
        Path(sqlite_url.removeprefix("sqlite:///")).parent, "SELECT bytes FROM body"
    )
    assert {json.loads(row[0])["data"]["user_id"] for row in bodies} == everybody


@pytest.mark.parametrize("name", ["guilds", "members", "moderation"])
async def test_a_missing_intent_is_said_and_nothing_is_opened(
    sqlite_url: str, clock: ManualClock, name: str
) -> None:
    bot = TeaBot()
    setattr(bot._connection._intents, name, False)  # pyright: ignore[reportPrivateUsage] a made bot's
    with pytest.raises(HeraldError, match=rf"set intents\.{name} = True before"):
        await attach(bot, config_for(sqlite_url), clock=clock)
    database = Database(sqlite_url)
    await database.open()
    await database.close()


async def test_an_unknown_cog_is_named(sqlite_url: str, clock: ManualClock) -> None:
    bot = TeaBot()
    with pytest.raises(HeraldError, match="no cog “member”; there are: settings, members, cases"):
        await attach(bot, config_for(sqlite_url), clock=clock, cogs=("member",))


async def test_once_is_enough(place: Place, clock: ManualClock, sqlite_url: str) -> None:
    with pytest.raises(HeraldError, match="attached to this bot already"):
        await attach(place.bot, config_for(sqlite_url), clock=clock)


async def test_a_package_of_theirs_with_our_name_is_explained(
    sqlite_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = ModuleSpec("cogs", None, is_package=True)
    theirs.submodule_search_locations = ["/srv/their/bot/cogs"]

    def find(_name: str) -> ModuleSpec:
        return theirs

    monkeypatch.setattr(root, "find_spec", find)
    bot = TeaBot()
    with pytest.raises(HeraldError, match="rename yours"):
        await attach(bot, config_for(sqlite_url), clock=clock)


async def test_a_start_that_fails_leaves_nothing_behind(
    sqlite_url: str, clock: ManualClock
) -> None:
    bot = TeaBot()
    bot.tree.add_command(app_commands.Command(name="webhook", description="Mine", callback=tea))
    with pytest.raises(commands.ExtensionFailed):
        await attach(bot, config_for(sqlite_url), clock=clock)
    assert list(bot.extensions) == []
    assert {command.name for command in bot.tree.get_commands()} == {"tea", "webhook"}
    database = Database(sqlite_url)
    await database.open()
    await database.close()


async def test_the_example_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (house.ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = [
        block for block in re.findall(r"```python\n(.*?)```", text, re.S) if "attach(" in block
    ]
    setup, run, _token = example.rpartition("bot.run(")
    assert run
    (tmp_path / "config.toml").write_text("[logging]\nlevel = 'ERROR'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Route, "BASE", Route.BASE)  # to be put back
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(setup, "README.md", "exec"), names)
    bot: commands.Bot = names["bot"]
    async with DiscordServer() as server:
        use_standin(bot.http, DiscordConfig(api_base=server.api, gateway_url=server.gateway_url))
        running = asyncio.create_task(bot.start(TOKEN))
        await server.gateway.until(lambda: bool(server.gateway.chunked))
        token = await server.slash("webhook", "list")
        await server.gateway.until(lambda: any(token in one.path for one in server.asked))
        await bot.close()
        await running
    (synced,) = [one.body for one in server.asked if one.method == "PUT"]
    assert {command["name"] for command in synced} == {"webhook", "settings"}
    assert (tmp_path / "herald.db").is_file()
