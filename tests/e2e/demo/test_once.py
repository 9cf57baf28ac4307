"""The played demo, whole: what it says, and that its exit code tells the truth."""

import re
from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.demo.contracts import fault_in_signature
from bot.demo.loopback import Loopback
from bot.demo.script import Performance, perform, play
from bot.demo.stage import Stage
from bot.demo.world import BAN_REASON, Refused
from tests.e2e.demo.conftest import Screen

TOLD = re.compile(r"(\S+) +→ delivery (\d+)  attempt (\d+)  (\S+) +\d+ ms  (.+?)(?:  · (.+))?")


EXPECTED = [
    ("member.joined", "1", "1", "200", "signature valid  delivered"),
    ("member.joined", "2", "1", "200", "signature valid  delivered"),
    ("member.left", "3", "1", "200", "signature valid  delivered"),
    ("member.banned", "4", "1", "200", "signature valid  delivered"),
    ("member.unbanned", "5", "1", "200", "signature valid  delivered"),
    ("test.ping", "6", "1", "200", "signature valid  delivered"),
    ("member.joined", "7", "1", "500", "signature valid  again in 5 s"),
    ("member.joined", "7", "2", "500", "signature valid  again in 30 s"),
    ("member.joined", "7", "3", "200", "signature valid  delivered"),
    ("member.left", "8", "1", "200", "signature valid  delivered"),
    ("member.joined", "9", "1", "200", "signature valid  delivered"),
    ("case.created", "10", "1", "200", "signature valid  delivered"),
    ("member.left", "11", "1", "200", "signature valid  delivered"),
    ("case.created", "12", "1", "200", "signature valid  delivered"),
    ("case.created", "13", "1", "200", "signature valid  delivered"),
    ("member.banned", "14", "1", "200", "signature valid  delivered"),
    ("case.appealed", "15", "1", "200", "signature valid  delivered"),
    ("case.updated", "16", "1", "200", "signature valid  delivered"),
    ("member.unbanned", "17", "1", "200", "signature valid  delivered"),
    ("case.appeal_decided", "18", "1", "200", "signature valid  delivered"),
    ("giveaway.created", "19", "1", "200", "signature valid  delivered"),
    ("giveaway.ended", "20", "1", "200", "signature valid  delivered"),
    ("giveaway.rerolled", "21", "1", "200", "signature valid  delivered"),
    ("ticket.opened", "22", "1", "200", "signature valid  delivered"),
    ("ticket.message", "23", "1", "200", "signature valid  delivered"),
    ("ticket.claimed", "24", "1", "200", "signature valid  delivered"),
    ("ticket.message", "25", "1", "200", "signature valid  delivered"),
    ("ticket.closed", "26", "1", "200", "signature valid  delivered"),
    ("member.banned", "27", "1", "200", "signature valid  delivered"),
    ("member.left", "28", "1", "200", "signature valid  delivered"),
    ("member.joined", "29", "1", "200", "signature valid  delivered"),
]


async def test_every_expected_delivery_arrives_and_is_verified(screen: Screen) -> None:
    assert await play(screen.terminal) == 0
    told = [match.groups()[:5] for line in screen.lines if (match := TOLD.fullmatch(line))]
    # Those of one transaction are on their way together.
    assert sorted(told, key=lambda line: (int(line[1]), int(line[2]))) == EXPECTED
    assert max(screen.jumps) > 20  # exact only where no real time passes, see below
    assert screen.lines[-1] == "29 events, 29 deliveries, 31 signatures verified, 0 failed"


@pytest.mark.thorough("plays the whole demo once more")
async def test_the_kick_the_invite_and_the_absence_are_told(
    played: Stage, jumping: ManualClock, screen: Screen
) -> None:
    cast = played.world.cast
    leaving, banned = (person.name for person in played.world.members[:2])
    assert await perform(played, jumping, screen.terminal) == 0
    abouts = [match[6] for line in screen.lines if (match := TOLD.fullmatch(line))]
    assert screen.jumps == [1, 1, 2.5, 1, 5, 30, 1]
    kicked, invited, away = abouts[-22], abouts[-21], abouts[-3:]
    assert kicked.endswith(f" was kicked by {cast.admin.id}")
    assert invited.endswith(f" joined through the invite {cast.invite.code}")
    newcomer = played.world.members[-1].name
    assert away == [
        f"{banned} was banned: {BAN_REASON}",
        f"{leaving} left",
        f"{newcomer} joined",
    ]


async def test_words_that_no_event_says_fail_it(
    played: Stage, jumping: ManualClock, screen: Screen
) -> None:
    play = Performance(played, clock=jumping, terminal=screen.terminal)
    await play.step(None, played.world.join(), "member.joined")
    play.promised.append("was kicked by")
    assert await play.judge() == 1
    assert "missing: no event says “was kicked by”" in screen.lines


@pytest.mark.thorough("plays the whole demo once more")
async def test_a_receiver_with_the_wrong_secret_fails_it(
    played: Stage, jumping: ManualClock, screen: Screen
) -> None:
    played.receiver.secrets[:] = ["whsec_of_somebody_else"]
    assert await perform(played, jumping, screen.terminal) == 1
    assert any("401" in line and "signature invalid" in line for line in screen.lines)
    assert "missing: delivery 1 (member.joined) was not received with a valid signature" in (
        screen.lines
    )
    assert re.fullmatch(
        r"29 events, 29 deliveries, 0 signatures verified, \d+ failed", screen.lines[-1]
    )
    assert not screen.lines[-1].endswith(" 0 failed")


@pytest.mark.thorough("plays the whole demo once more")
async def test_an_event_that_never_comes_fails_it(
    played: Stage, jumping: ManualClock, screen: Screen
) -> None:
    await played.world.admin_types("webhook disable", name="backend")
    assert await perform(played, jumping, screen.terminal, patience=5.0) == 1
    assert any("member.joined" in line and "is missed" in line for line in screen.lines)


class Yours:
    """A person's own receiver: keeps what comes, answers `status`, checks nothing."""

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[tuple[str, bytes]] = []
        app = web.Application()
        app.router.add_post("/mine", self._receive)
        self.server = Loopback(app)

    @property
    def url(self) -> str:
        return f"{self.server.origin}/mine"

    async def _receive(self, request: web.Request) -> web.Response:
        self.requests.append((request.headers["Phantom-Signature"], await request.read()))
        return web.Response(status=self.status)


@pytest.fixture
async def yours() -> AsyncGenerator[Yours]:
    made = Yours()
    await made.server.start()
    yield made
    await made.server.stop()


@pytest.mark.thorough("plays the whole demo once more")
async def test_your_own_receiver_is_served_too(screen: Screen, yours: Yours) -> None:
    assert await play(screen.terminal, to=yours.url) == 0
    said = next(line for line in screen.lines if "whsec_" in line)
    secret = said.rpartition(" ")[2]
    assert len(yours.requests) == 28  # all but the test ping, which is for one webhook
    for header, body in yours.requests:
        stamp = int(header.partition("t=")[2].partition(",")[0])
        headers = {"Phantom-Signature": header}
        assert fault_in_signature(headers, body, secrets=[secret], now=stamp) is None
    assert screen.lines[-1] == "30 events, 58 deliveries, 32 signatures verified, 0 failed"


@pytest.mark.thorough("plays the whole demo once more")
async def test_your_receiver_that_refuses_fails_it(screen: Screen, yours: Yours) -> None:
    yours.status = 404
    assert await play(screen.terminal, to=yours.url) == 1
    assert any("to “yours” is failed" in line for line in screen.lines)


@pytest.mark.parametrize("address", ["http://[x", "http://127.0.0.1:99999/", "nowhere"])
async def test_an_address_that_is_none_is_refused(address: str, screen: Screen) -> None:
    with pytest.raises(Refused, match="showed no secret"):
        await play(screen.terminal, to=address)
