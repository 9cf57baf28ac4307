"""Guilds over REST: what is known of them, how often Discord is asked, and its outages."""

import asyncio

import discord
import pytest

from bot.acts import ActUnknown
from bot.client import rest_guilds
from bot.client.acts import DiscordActs
from bot.client.rest_guilds import RestGuilds
from bot.clock import ManualClock
from bot.commands.discord_errors import WRONG_TOKEN, sentence_of
from bot.config import Config
from tests.e2e.rest.rest_env import ShownServer, beside, opened
from tests.support.discord_server import payloads
from tests.support.discord_server.payloads import BOT_ID, CHANNEL_ID, GUILD_ID
from tests.support.discord_server.populated_guild import FRIEND
from tests.support.loops import turn
from tests.support.patience import PATIENCE

OTHERS = range(71, 75)


async def test_what_rest_says_is_known_and_no_event_tells_of_it(guilds: RestGuilds) -> None:
    """Goes by private names of discord.py: it fails where they move."""
    assert guilds.client is not None
    told = list[str]()
    guilds.client.dispatch = lambda event, *_args, **_more: told.append(event)
    acts = DiscordActs(ManualClock())
    acts.reach(guilds)
    assert acts.guild(GUILD_ID) is None  # nobody has asked for it
    await acts.know(GUILD_ID)
    seen, me, plan = acts.guild(GUILD_ID), acts.own_standing(GUILD_ID), acts.plan(GUILD_ID)
    assert seen is not None
    assert me is not None
    assert plan is not None
    assert (seen.name, seen.member_count, seen.owner_id) == ("Harbour", 2, payloads.OWNER_ID)
    assert (me.account.user_id, me.may("ban_members")) == (BOT_ID, True)
    assert FRIEND in acts.roles(GUILD_ID)
    assert CHANNEL_ID in acts.channels(GUILD_ID)
    assert plan.channels[CHANNEL_ID].name == "general"
    assert guilds.client.get_guild(GUILD_ID) is guilds.get(GUILD_ID)
    assert told == []


async def test_discord_is_asked_once_a_minute_whoever_asks(
    guilds: RestGuilds, server: ShownServer, clock: ManualClock
) -> None:
    await asyncio.gather(*(guilds.know(GUILD_ID) for _ in range(5)))
    clock.advance(59)
    first = await guilds.know(GUILD_ID)
    assert len(server.looks) == 1
    server.rooms.rooms[9] = {**payloads.guild(0)["channels"][0], "id": "9", "name": "new"}
    clock.advance(1)
    second = await guilds.know(GUILD_ID)
    assert len(server.looks) == 2
    assert first is not None
    assert second is not None
    assert (first.get_channel(9), str(second.get_channel(9))) == (None, "new")


async def test_a_guild_that_was_left_is_forgotten(
    guilds: RestGuilds, server: ShownServer, clock: ManualClock
) -> None:
    await guilds.know(GUILD_ID)
    server.has_left = True
    clock.advance(60)
    assert await guilds.know(GUILD_ID) is guilds.get(GUILD_ID) is None
    assert guilds.client is not None
    assert guilds.client.get_guild(GUILD_ID) is None
    clock.advance(59)
    assert await guilds.know(GUILD_ID) is await guilds.know(404) is None
    assert len(server.looks) == 3  # a refusal is counted against the bot: it is kept as well


async def test_in_an_outage_what_was_known_holds_for_five_minutes(
    guilds: RestGuilds, server: ShownServer, clock: ManualClock
) -> None:
    known = await guilds.know(GUILD_ID)
    server.trouble = 503
    clock.advance(60)
    assert await guilds.know(GUILD_ID) is guilds.get(GUILD_ID) is known
    assert await guilds.know(GUILD_ID) is known
    assert len(server.looks) == 2  # whoever asks next does not wait for the same
    clock.advance(240)
    assert guilds.get(GUILD_ID) is None
    with pytest.raises(ActUnknown, match="no"):
        await guilds.know(GUILD_ID)
    server.trouble = None
    clock.advance(10)
    assert await guilds.know(GUILD_ID) is not None


async def test_the_oldest_go_where_there_are_too_many(
    guilds: RestGuilds, server: ShownServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_guilds, "MOST_KEPT", len(OTHERS))
    for one in (GUILD_ID, *OTHERS):
        await guilds.know(one)
    assert guilds.client is not None
    assert guilds.get(GUILD_ID) is guilds.client.get_guild(GUILD_ID) is None
    assert len(guilds.client.guilds) == 0  # of those others the bot is in none


async def test_a_wrong_token_is_told_in_the_words_of_every_start(
    server: ShownServer, clock: ManualClock
) -> None:
    config = beside(Config(), server, token="another")
    with pytest.raises(discord.LoginFailure) as refused:
        async with opened(config, clock):
            pass
    assert sentence_of(refused.value, config) == WRONG_TOKEN


async def test_where_nobody_answers_at_the_start_it_is_tried_again(
    server: ShownServer, clock: ManualClock
) -> None:
    server.trouble = 503
    acts = DiscordActs(clock)
    async with opened(beside(Config(), server), clock) as guilds:
        acts.reach(guilds)
        assert not acts.is_connected
        with pytest.raises(ActUnknown):
            await acts.know(GUILD_ID)
        server.trouble = None
        clock.advance(10)
        await acts.know(GUILD_ID)  # whoever asks tries it at once
        assert acts.is_connected
        assert acts.is_heard is None
    assert not acts.is_connected
    with pytest.raises(ActUnknown):
        await acts.know(GUILD_ID)


async def test_it_is_tried_again_also_where_nobody_asks(
    server: ShownServer, clock: ManualClock
) -> None:
    server.trouble = 503
    async with opened(beside(Config(), server), clock) as guilds:
        server.trouble = None
        async with asyncio.timeout(PATIENCE):
            while guilds.client is None:
                clock.advance(10)
                await turn()
