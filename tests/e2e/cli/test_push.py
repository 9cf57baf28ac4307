"""`herald push` against a door that is really served: what it prints, and how it ends."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from aiohttp import web

from bot.clock import ManualClock, SystemClock
from bot.delivery.emitter import Emitter
from tests.e2e.cli.program import herald
from tests.integration.incoming.incoming_env import CHANNEL, IncomingEnv
from tests.integration.incoming.served import Door, served
from tests.support.emitter_setup import config_for


@pytest.fixture
async def door(sqlite_url: str) -> AsyncGenerator[Door]:
    """One that has the machine's own time."""
    clock = ManualClock(SystemClock().now())
    emitter = await Emitter.open(config_for(sqlite_url), clock)
    env = await IncomingEnv.open(emitter, clock)
    async with served(env) as opened:
        yield opened
    await env.close()
    await emitter.stop()


async def test_an_action_is_pushed_and_asked_about_again(door: Door, tmp_path: Path) -> None:
    who = door.env.someone()
    arguments = ("push", "add_balance", f"userId={who}", "amount=5", "--to", door.url)
    done = await herald(
        tmp_path, *arguments, "--key", "a key", "--secret", door.env.secret, installed=True
    )
    assert (done.code, done.err) == (0, [])
    assert done.out[:2] == ["key     a key", "answer  HTTP 200"]
    result = json.loads("\n".join(done.out[2:]))["result"]
    assert result == {"userId": str(who), "currencyId": "cur_1", "delta": "5", "balance": "5"}
    again = await herald(
        tmp_path, *arguments, "--key", "a key", environment={"HERALD_PUSH_SECRET": door.env.secret}
    )
    assert again.code == 0
    assert '  "replayed": true' in again.out
    assert await door.env.balance(who) == 5


async def test_numbers_lists_and_objects(door: Door, tmp_path: Path) -> None:
    for arguments in (
        ("ADD_XP", f"userId={door.env.someone()}", "amount=150"),
        ("START_GIVEAWAY", f"channelId={CHANNEL}", "prize=A print", "durationSeconds=60"),
        ("SEND_MESSAGE", f"channelId={CHANNEL}", 'embed={"title":"News"}'),
    ):
        done = await herald(
            tmp_path, "push", *arguments, "--to", door.url, "--secret", door.env.secret
        )
        assert (done.code, done.err) == (0, []), done.out


async def test_what_is_refused_ends_with_1(door: Door, tmp_path: Path) -> None:
    order = ("push", "ADD_XP", "userId=5", "amount=1", "--to", door.url)
    done = await herald(tmp_path, *order, "--secret", door.env.secret)
    assert (done.code, done.out[1]) == (1, "answer  HTTP 404")
    assert '    "code": "unknown_member",' in done.out
    wrong = await herald(tmp_path, *order, "--secret", "whsec_wrong")
    assert (wrong.code, wrong.out[1]) == (1, "answer  HTTP 401")
    assert all("whsec_wrong" not in line for line in (*wrong.out, *wrong.err))


async def test_no_answer_ends_with_1_and_names_the_key(tmp_path: Path) -> None:
    done = await herald(
        tmp_path,
        *("push", "ADD_XP", "--to", "http://127.0.0.1:9/in/a", "--secret", "s", "--key", "mine"),
    )
    assert done.code == 1
    assert done.sentences[0].startswith("herald: no answer:")
    assert done.sentences[0].endswith("ask again with --key mine")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("BAN", "--to", "https://x/in/a"), "there is no action BAN; there are: ADD_BALANCE"),
        (("ADD_XP", "--to", "ftp://x/in/a"), "--to is the address that"),
        (("ADD_XP", "userId", "--to", "https://x/in/a"), "write each field as name=value"),
        (("ADD_XP", "amount=many", "--to", "https://x/in/a"), "amount is not JSON"),
    ],
)
async def test_what_cannot_be_sent_ends_with_2(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = await herald(tmp_path, "push", *arguments, "--secret", "s")
    assert done.code == 2
    assert told in done.sentences[0]


async def test_an_answer_is_shown_without_its_tricks(tmp_path: Path) -> None:
    async def tricky(_request: web.Request) -> web.Response:
        return web.Response(status=502, text="\x1b[2Jgone")

    app = web.Application()
    app.router.add_post("/in/a", tricky)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    url = f"http://127.0.0.1:{port}/in/a"
    done = await herald(tmp_path, "push", "ADD_XP", "--to", url, "--secret", "s")
    await runner.cleanup()
    assert (done.code, done.out[1:]) == (1, ["answer  HTTP 502", "\\u001b[2Jgone"])
