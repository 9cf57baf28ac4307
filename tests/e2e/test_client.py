"""What people read when something fails, and what the log says; who the client is to Discord."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
import structlog
from simcord.results import InteractionResult

from bot import texts
from bot.app import App
from bot.client import HeraldClient, intents_of
from bot.clock import ManualClock
from bot.config import Config, DiscordConfig
from bot.errors import ConfigError
from bot.wiring import FEATURES
from tests.e2e.failing_commands import BUG, GREETING
from tests.support.emitter_setup import config_for
from tests.support.features import with_core
from tests.support.patience import PATIENCE
from tests.support.simulated import World, simulated
from tools.texts import compile_translation


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    async with simulated(
        config_for(sqlite_url), clock, cogs=("tests.e2e.failing_commands",)
    ) as world:
        yield world


def answer(result: InteractionResult) -> str:
    """The one private answer."""
    (message,) = [*([result.response] if result.response else []), *result.followups]
    assert message.ephemeral
    return message.content


async def run(world: World, command: str, **options: Any) -> str:
    """What the member reads who uses that command; a refusal is an answer and no error."""
    read = answer(await world.member.slash(world.channel, command, **options))
    assert world.errors() == []
    return read


async def failing(world: World, way: str) -> InteractionResult:
    """Meet the same bug by way of a command, a view, a modal or a control."""
    if way in ("command", "deferred"):
        return await world.member.slash(world.channel, "bug", deferred=way == "deferred")
    if way == "silent":
        return await world.member.slash(world.channel, way)
    shown = await world.member.slash(world.channel, "buttons")
    assert shown.response is not None
    pressed = await world.member.click(shown.response, label=way)
    return pressed if way != "modal" else await world.member.submit_modal(pressed, {"answer": "x"})


@pytest.mark.parametrize("way", ["command", "deferred", "silent", "view", "modal", "known"])
async def test_a_bug_is_logged_under_the_id_that_the_person_sees(world: World, way: str) -> None:
    with structlog.testing.capture_logs() as logs:
        read = answer(await failing(world, way))
    found = re.search(r"`([0-9a-f]{8})`", read)
    assert found is not None
    assert BUG not in read
    (line,) = [line for line in logs if line["event"] == "interaction.failed"]
    assert line["error_id"] == found[1]
    assert ("promised an answer" if way == "silent" else BUG) in str(line["exc_info"])
    assert (line["guild_id"], line["user_id"]) == (world.guild.id, world.member.id)
    world.errors()


async def test_a_bug_in_a_listener_is_logged_with_an_id(world: World) -> None:
    with structlog.testing.capture_logs() as logs:
        await world.gateway("GUILD_BAN_ADD", world.member)
    (line,) = [line for line in logs if line["event"] == "event.failed"]
    assert re.fullmatch(r"[0-9a-f]{8}", line["error_id"])
    assert line["handler"] == "on_member_ban"
    assert len(world.errors()) == 1


async def test_a_refusal_is_shown_as_it_stands(world: World) -> None:
    assert await run(world, "refuse") == "There is no boat. @everyone"


async def test_a_refusal_never_pings(world: World) -> None:
    await run(world, "refuse")
    sent = [r.json for r in world.env.http_requests if "callback" in r.path]
    assert sent
    assert "'allowed_mentions': {'parse': []" in str(sent[-1])


async def test_a_refusal_too_long_for_discord_is_cut(world: World) -> None:
    read = await run(world, "refuse", length=3000)
    assert (len(read), read[-1]) == (2000, "…")


async def test_a_command_used_again_too_soon_says_when(world: World) -> None:
    await world.member.slash(world.channel, "rest")
    assert await run(world, "rest") == "That was quick. Try again in 90 seconds."


async def test_what_the_bot_lacks_is_named_as_discord_names_it(world: World) -> None:
    me = world.env.backend.get_member(world.guild.id, world.env.backend.bot_user.id)
    for role_id in list(me.role_ids):
        world.env.backend.remove_member_role(world.guild.id, me.user_id, role_id)
    read = await run(world, "rights")
    assert "I need the permissions **Ban Members, View Audit Log** for that." in read


async def test_what_discord_refuses_the_bot_is_no_bug(world: World) -> None:
    world.env.inject_error(
        "POST", "/channels/*/messages", status=403, code=50013, message="Missing Permissions"
    )
    read = await run(world, "write")
    assert "Discord does not let me do that: Missing Permissions." in read


async def test_a_command_that_is_gone_says_to_reload(world: World) -> None:
    world.app.client.tree.remove_command("rest")
    assert "Reload Discord" in answer(await world.member.slash(world.channel, "rest"))
    world.errors()  # the tree's own, which knows of no command


async def test_an_expired_interaction_is_logged_and_nothing_else(world: World) -> None:
    world.env.inject_error(
        "POST", "/interactions/*", status=404, code=10062, message="Unknown interaction"
    )
    with structlog.testing.capture_logs() as logs:
        result = await world.member.slash(world.channel, "rest")
    assert not result.acknowledged
    assert [line["event"] for line in logs if "interaction" in line["event"]] == [
        "interaction.expired"
    ]
    world.errors()


@pytest.mark.parametrize(("status", "code"), [(404, 10015), (401, 50027)])
async def test_a_token_of_fifteen_minutes_that_ran_out_is_no_bug(
    world: World, status: int, code: int
) -> None:
    world.env.inject_error("PATCH", "/webhooks/*", status=status, code=code)
    with structlog.testing.capture_logs() as logs:
        await world.member.slash(world.channel, "late")
    assert [line["event"] for line in logs if "interaction" in line["event"]] == [
        "interaction.expired"
    ]
    world.errors()


async def test_work_goes_on_when_it_can_no_longer_be_told(world: World) -> None:
    world.env.inject_error("PATCH", "/webhooks/*", status=401, code=50027, times=1)
    with structlog.testing.capture_logs() as logs:
        result = await world.member.slash(world.channel, "work", seconds=5)
    assert [line["done"] for line in logs if line["event"] == "progress.untold"] == [2]
    assert result.response is not None
    assert result.response.content == "done"


async def test_progress_is_told_every_two_seconds_at_most(world: World) -> None:
    await world.member.slash(world.channel, "work", seconds=5)
    edits = [one for one in world.env.backend.http_requests if one.method == "PATCH"]
    told: list[str] = [(edit.json or {})["content"] for edit in edits]
    assert told == ["2 of 5 go out again …", "4 of 5 go out again …", "done"]


async def test_an_answer_that_cannot_be_given_is_logged(world: World) -> None:
    world.env.inject_error("POST", "/interactions/*", status=404, code=10062)
    with structlog.testing.capture_logs() as logs:
        await world.member.slash(world.channel, "refuse")
    assert "interaction.unanswered" in [line["event"] for line in logs]
    assert world.errors() == []


CATALOGUE = """\
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Good morning"
msgstr "Ahoy"

msgid "You may not use this here. Ask somebody who manages this server."
msgstr "Belay that."

msgid ""
"This command has changed since Discord last loaded it. "
"Reload Discord (Ctrl+R, or restart the app) and try again."
msgstr "Scuttled."

msgid "Greets"
msgstr "Hails"
"""


@pytest.fixture
def ahoy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody in the simulation has the language en-US; this is what that is."""
    source = tmp_path / "locale" / "en_US" / "LC_MESSAGES" / "herald.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    compile_translation(source)
    monkeypatch.setattr(texts, "SHIPPED", tmp_path / "locale")


@pytest.mark.usefixtures("ahoy")
async def test_people_are_answered_in_their_language(world: World) -> None:
    assert texts.gettext(GREETING) == "Good morning"
    result = await world.member.slash(world.channel, "greet")
    assert answer(result) == "Ahoy"
    assert result.response is not None
    assert answer(await world.member.click(result.response, label="again")) == "Ahoy"
    assert await run(world, "greet", refuse=True) == "Belay that."
    world.app.client.tree.remove_command("rest")
    assert answer(await world.member.slash(world.channel, "rest")) == "Scuttled."
    world.errors()  # the tree's own, which knows of no command


@pytest.mark.usefixtures("ahoy")
async def test_commands_are_described_in_every_language_there_is(world: World) -> None:
    found = {one.name: one for one in await world.app.client.tree.fetch_commands()}
    assert found["greet"].description == "Greets"
    assert found["greet"].description_localizations == {discord.Locale.american_english: "Hails"}
    assert found["rest"].description_localizations == {}
    assert found["greet"].name_localizations == {}


async def test_commands_are_for_servers_only(world: World) -> None:
    (synced,) = [r.json for r in world.env.http_requests if r.path.endswith("/commands")]
    assert synced
    for command in synced:
        assert (command["contexts"], command["integration_types"]) == ([0], [0])


async def test_a_client_that_never_connected_can_be_closed(
    sqlite_url: str, clock: ManualClock
) -> None:
    app = await App.open(config_for(sqlite_url), clock)
    await app.start()
    await app.client.close()
    await app.stop()


async def test_the_client_may_become_ready_again(world: World) -> None:
    world.app.client.dispatch("ready")
    await world.env.settle()
    result = await world.member.slash(world.channel, "greet")
    assert answer(result) == GREETING


@pytest.mark.parametrize("content", [False, True])
def test_the_intents_are_exact(content: bool) -> None:
    intents = intents_of(Config(discord=DiscordConfig(message_content=content)), FEATURES)
    wanted = ["expressions", "guild_messages", "guilds", "invites", "members", "moderation"]
    wanted += ["voice_states", "auto_moderation_execution"]
    wanted += ["message_content"] if content else []
    assert sorted(name for name, on in intents if on) == sorted(wanted)


async def test_commands_appear_at_once_in_the_developer_s_server(
    sqlite_url: str, clock: ManualClock
) -> None:
    async with simulated(config_for(sqlite_url), clock, cogs=()) as world:
        guild_id = world.guild.id
        config = world.app.parts.core.config.model_copy(
            update={"discord": DiscordConfig(sync_guild_id=guild_id)}
        )
        client = _with(world.app, config)
        await world.env.restart_bot(client)
        for scope in (None, discord.Object(guild_id)):
            found = [command.name for command in await client.tree.fetch_commands(guild=scope)]
            assert found == ["settings"]
        world.app.client = client


async def test_a_developer_s_server_without_the_bot_is_a_wrong_setting(
    sqlite_url: str, clock: ManualClock
) -> None:
    config = config_for(sqlite_url)
    app = await App.open(config, clock)
    await app.start()
    client = _with(app, config.model_copy(update={"discord": DiscordConfig(sync_guild_id=1)}))
    env = simcord.Env(client, shard_count=1, settle_timeout=PATIENCE)
    env.inject_error("PUT", "/applications/*/guilds/*", status=403, code=50001)
    try:
        with pytest.raises(ConfigError, match=r"discord\.sync_guild_id"):
            await env.start()
    finally:
        await app.stop()


def _with(app: App, config: Config) -> HeraldClient:
    return HeraldClient(with_core(app.parts, config=config), ("cogs.settings",))
