"""`herald port`: what it says on the way and at its end, and what it refuses."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.outbox import endpoint_store
from tests.e2e.cli.program import herald
from tests.support.emitter_setup import add_endpoint, config_for


async def an_instance(folder: Path) -> str:
    """A database and its key, with a webhook; its secret."""
    url, key_file = f"sqlite:///{folder}/herald.db", folder / "herald.key"
    emitter = await Emitter.open(config_for(url, key_file=key_file), SystemClock())
    _endpoint, secret = await add_endpoint(emitter, "https://example.com/hook")
    await emitter.close()
    return secret


@pytest.mark.thorough("the program started again and again")
async def test_an_instance_moves_and_starts_there(tmp_path: Path) -> None:
    secret = await an_instance(tmp_path)
    to = f"sqlite:///{tmp_path}/new.db"
    done = await herald(tmp_path, "port", "--to", "sqlite:///new.db", installed=True)
    assert (done.code, done.sentences) == (0, [])
    said = "\n".join(done.out)
    assert "every table compared" in said
    assert f'set url = "{to}" under [database]' in said
    assert f"the same key ({tmp_path}/herald.key) opens them" in said
    endpoint = [line for line in done.err if " endpoint: " in line]
    assert len(endpoint) == 1
    assert "endpoint: 1 row, compared (" in endpoint[0]
    assert "\x1b" not in "".join(done.err)

    config = config_for(to, key_file=tmp_path / "herald.key")
    emitter = await Emitter.open(config, SystemClock())
    async with emitter.database.reading() as reading:
        (moved,) = await endpoint_store.of_any_guild(reading)
    assert emitter.registry.secrets(moved)[0] == secret
    await add_endpoint(emitter, "https://example.com/later", name="later")
    await emitter.close()

    again = await herald(tmp_path, "port", "--to", to)
    assert again.code == 2
    assert "the database of --to is not empty" in again.sentences[0]
    assert again.sentences[0].endswith("(docs/troubleshooting.md#moving)")


async def test_what_it_refuses_says_what_to_do(tmp_path: Path) -> None:
    refusals = {
        "sqlite:///herald.db": "herald.db is not there, so `herald port` moves nothing",
        "mysql://host/herald": "the database of --to: write sqlite:///herald.db or postgresql://",
        "postgresql://u:hidden-word@127.0.0.1:9/x": "of --to: cannot reach PostgreSQL",
    }
    for number, (to, words) in enumerate(refusals.items()):
        done = await herald(tmp_path, "port", "--to", to)
        assert done.code == 2
        assert words in done.sentences[0]
        assert "hidden-word" not in "".join(done.err)
        if not number:
            await an_instance(tmp_path)
    same = await herald(tmp_path, "port", "--to", f"sqlite:///{tmp_path}/herald.db")
    assert "names the database in which everything is already" in same.sentences[0]


async def test_an_unfinished_one_is_found_by_a_start_and_by_check(tmp_path: Path) -> None:
    await an_instance(tmp_path)
    with closing(sqlite3.connect(tmp_path / "herald.db")) as raw, raw:
        raw.execute("CREATE TABLE herald_port (origin TEXT, schema TEXT)")
        raw.execute("INSERT INTO herald_port VALUES ('sqlite:////old.db', '0001')")
    words = "`herald port` has not filled this database to its end"
    token = {"HERALD_DISCORD__TOKEN": "a-token-that-nobody-gave-out"}
    started = await herald(tmp_path, "run", environment=token)
    assert (started.code, words in started.sentences[0]) == (2, True)
    checked = await herald(tmp_path, "check")
    assert words in "\n".join(checked.out)
