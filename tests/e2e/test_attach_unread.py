"""What discord.py cannot parse in somebody else's bot: theirs, unless they let Herald skip it."""

import asyncio

import pytest
from discord.http import Route

from bot.app import attach
from bot.client.standin import use_standin
from bot.clock import ManualClock
from bot.config import DiscordConfig
from tests.e2e.standin import test_run as protocol
from tests.e2e.test_attach import TeaBot
from tests.support.discord_server import payloads
from tests.support.discord_server.server import TOKEN, DiscordServer
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver


@pytest.mark.parametrize("skips", [True, False])
async def test_what_their_discord_py_cannot_parse_is_theirs_unless_they_say_so(
    sqlite_url: str,
    clock: ManualClock,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    *,
    skips: bool,
) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)  # to be put back
    bot = TeaBot()
    await attach(bot, config_for(sqlite_url), clock=clock, skip_unreadable=skips)
    async with DiscordServer() as server:
        use_standin(bot.http, DiscordConfig(api_base=server.api, gateway_url=server.gateway_url))
        running = asyncio.create_task(bot.start(TOKEN))
        await protocol.subscribe(server, receiver)
        odd = {"id": "4711", "type": 0, "name": "tea", "guild_id": str(payloads.GUILD_ID)}
        await server.gateway.dispatch("CHANNEL_CREATE", odd)
        if skips:
            await protocol.join(server, 701)
            await receiver.has(1)
            await bot.close()
            await running
        else:
            with pytest.raises(KeyError, match="position"):
                await running
            await bot.close()
    assert len(receiver.requests) == int(skips)
