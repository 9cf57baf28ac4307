"""A standby takes the primary's place: what is in doubt is known, and what waits is done then."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence

import pytest
from structlog.testing import capture_logs

from bot.errors import ConfigError
from bot.storage.commits import DatabaseTimes
from bot.storage.database import Database, Transaction
from bot.storage.group import Group
from bot.storage.outages import is_passing
from bot.storage.servers import ReadOnlyServer, Servers
from tests.integration.storage.test_transactions import INSERT_NOTE
from tests.support.loops import turn
from tests.support.lossy_line import LossyLine, line_to
from tests.support.patience import PATIENCE
from tests.support.scratch_table import committed, make_notes, write
from tests.support.server_pair import ServerPair, server_pair
from tests.support.watched import Watched

pytestmark = pytest.mark.thorough("servers of its own")

SHORT = DatabaseTimes(statement=0.5, ping=0.5, close=0.5, doubt=20)
READ_ONLY = "ALTER SYSTEM SET default_transaction_read_only = on"
AGAIN = "ALTER SYSTEM RESET default_transaction_read_only"
RELOAD = "SELECT pg_reload_conf()"
Write = Callable[[Transaction], Awaitable[object]]


@pytest.fixture(scope="module")
def servers() -> Generator[ServerPair]:
    with server_pair() as pair:
        yield pair


@pytest.fixture
async def through(
    servers: ServerPair,
) -> AsyncGenerator[tuple[ServerPair, LossyLine, Database]]:
    """The two servers, the line to the primary, and a database with notes; a standby afterwards."""
    homes = (str(servers.primary.home), str(servers.standby.home))
    async with line_to(homes[0]) as (line, first), line_to(homes[1]) as (_, second):
        database = Database(servers.url(first, second), times=SHORT)
        await database.open()
        await make_notes(database)
        yield servers, line, database
        async with asyncio.timeout(PATIENCE):
            await database.close()
    await servers.primary.execute("DROP TABLE note", database=servers.database)
    if not servers.is_joined:
        await servers.join()


async def at_the_end(tx: Transaction) -> None:
    await write(tx, "one")


async def from_the_start(tx: Transaction) -> None:
    await tx.hot(INSERT_NOTE, "one")


async def noted(database: Database, told: list[str], first: Write) -> None:
    async with database.transaction() as tx:
        tx.on_commit(lambda: told.append("told"))
        await first(tx)


@pytest.mark.parametrize("first", [at_the_end, from_the_start])
async def test_what_the_standby_has_came_about(
    through: tuple[ServerPair, LossyLine, Database], first: Write
) -> None:
    pair, line, database = through
    told: list[str] = []
    line.lose_answer(leaves=True)
    noting = asyncio.create_task(noted(database, told, first))
    await line.left.wait()
    await pair.fail_over()
    await noting
    assert told == ["told"]
    assert await committed(database) == ["one"]


@pytest.mark.parametrize("first", [at_the_end, from_the_start])
async def test_what_never_came_to_the_primary_is_known_to_be_undone(
    through: tuple[ServerPair, LossyLine, Database], first: Write
) -> None:
    pair, line, database = through
    told: list[str] = []
    feed = Watched(database, "pond")
    line.swallow_commit()
    noting = asyncio.create_task(noted(database, told, first))
    await line.swallowed.wait()
    line.go_away()
    await pair.fail_over()
    with pytest.raises((OSError, Exception)) as caught:
        await noting
    assert is_passing(caught.value)
    assert told == []
    assert feed.told == []  # nothing has to be read anew
    assert await committed(database) == []


async def test_nothing_is_told_before_the_standby_has_it(
    through: tuple[ServerPair, LossyLine, Database],
) -> None:
    """Ended by the doubt, it would be committed without the standby, and gone after a fail-over."""
    pair, _line, database = through
    hurried = Database(pair.url(), times=DatabaseTimes(0.3, doubt=1.0))
    await hurried.open()
    told: list[str] = []
    feed = Watched(hurried, "pond")
    await asyncio.to_thread(pair.standby.stop)
    try:
        with pytest.raises(TimeoutError):
            await noted(hurried, told, at_the_end)
    finally:
        await asyncio.to_thread(pair.standby.start)
    assert told == []
    assert feed.told == [None]
    async with asyncio.timeout(PATIENCE):
        while await committed(database) != ["one"]:
            await turn()
    await hurried.close()


async def test_a_standby_alone_is_refused_in_words(servers: ServerPair) -> None:
    url = f"postgresql://postgres:@/{servers.database}?host={servers.standby.home}"
    for target in ("", "&target_session_attrs=any"):
        with pytest.raises(ConfigError, match=r"is a standby\); name the primary, or all servers"):
            await Database(url + target).open()


async def test_a_server_that_takes_no_writes_for_a_while_is_waited_for(
    through: tuple[ServerPair, LossyLine, Database],
) -> None:
    pair, _line, database = through

    async def save(items: Sequence[str]) -> list[int]:
        return [await database.hot(INSERT_NOTE, item) for item in items]

    group: Group[str, int] = Group(save)
    group.start()
    await pair.primary.execute(READ_ONLY, RELOAD)
    with capture_logs() as logs:
        written = asyncio.create_task(group.submit("one"))
        async with asyncio.timeout(PATIENCE):
            while not any("default_transaction_read_only" in str(one) for one in logs):
                await turn()
    assert not written.done()
    await pair.primary.execute(AGAIN, RELOAD)
    await written
    await group.stop()
    assert await committed(database) == ["one"]


async def test_a_silent_server_leaves_the_others_their_time(servers: ServerPair) -> None:
    async with line_to(str(servers.standby.home)) as (line, silent):
        line.go_silent()
        homes, found = [silent, str(servers.primary.home)], Servers()
        place = {"user": "postgres", "password": "", "database": servers.database}
        for _ in range(2):
            connection = await found.connect(host=homes, port=[5432, 5432], timeout=2.0, **place)
            await connection.close()
        assert line.taken == 1  # the second time the other one is asked first


async def test_while_none_takes_writes_the_same_may_succeed_later(servers: ServerPair) -> None:
    homes = [str(servers.standby.home), "/nowhere"]
    with pytest.raises(ReadOnlyServer, match="is a standby; /nowhere") as caught:
        await Servers().connect(host=homes, port=[5432, 5432], timeout=5.0, user="postgres")
    assert is_passing(caught.value)
