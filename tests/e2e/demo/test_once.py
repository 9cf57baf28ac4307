"""The played demo, whole: what it says, and that its exit code tells the truth."""

import re
from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.demo.contracts import fault_in_signature
from bot.demo.loopback import Loopback
from bot.demo.performance import Performance
from bot.demo.script import perform, play
from bot.demo.stage import Stage, stage
from bot.demo.world import BAN_REASON, Refused
from tests.e2e.demo.conftest import Screen, in_one_task

TOLD = re.compile(r"(\S+) +→ delivery (\d+)  attempt (\d+)  (\S+) +\d+ ms  (.+?)(?:  · (.+))?")


DELIVERED = ("1", "200", "signature valid  delivered")
ROUNDS = "economy.balance_changed"
"""How often a wallet changes is luck; each of these is waited for, and judged, all the same."""

ENTRY = "security.audit_entry"
"""What people do by hand is told beside what becomes of it: which is first is luck."""
HIT = "network.hit"  # of whom it is about the joining is told when Discord says how they came
ENTRIES = 11  # a ban, its end, a kick, points, a shop, a role, three channels, a ban found later

EXPECTED = [
    *((kind, *DELIVERED) for kind in ("member.joined", "member.joined", "member.left")),
    *((kind, *DELIVERED) for kind in ("member.banned", "member.unbanned", "test.ping")),
    ("member.joined", "1", "500", "signature valid  again in 5 s"),
    ("member.joined", "2", "500", "signature valid  again in 30 s"),
    ("member.joined", "3", "200", "signature valid  delivered"),
    *((kind, *DELIVERED) for kind in ("member.left", "member.joined")),
    *((kind, *DELIVERED) for kind in ("case.created", "member.left")),
    *((kind, *DELIVERED) for kind in ("case.created", "case.created", "member.banned")),
    *((kind, *DELIVERED) for kind in ("case.appealed", "case.updated", "member.unbanned")),
    ("case.appeal_decided", *DELIVERED),
    *((f"giveaway.{what}", *DELIVERED) for what in ("created", "ended", "rerolled")),
    *((f"ticket.{what}", *DELIVERED) for what in ("opened", "message", "claimed", "message")),
    ("ticket.closed", *DELIVERED),
    *((kind, *DELIVERED) for kind in ("xp.level_up", "trade.completed", "duel.finished")),
    ("automod.triggered", *DELIVERED),
    ("security.raid_detected", *DELIVERED),
    *(("member.joined", *DELIVERED) for _ in range(6)),
    *((kind, *DELIVERED) for kind in ("case.created", "security.nuke_detected")),
    ("member.joined", *DELIVERED),
    *((kind, *DELIVERED) for kind in ("case.created", "security.scam_detected")),
    *((kind, *DELIVERED) for kind in ("member.banned", "member.left", "member.joined")),
]


@pytest.mark.long
async def test_every_expected_delivery_arrives_and_is_verified(
    played: Stage, jumping: ManualClock, screen: Screen
) -> None:
    leaving, banned = (person.name for person in played.world.members[:2])
    assert await perform(played, jumping, screen.terminal) == 0
    found = [match.groups()[:5] for line in screen.lines if (match := TOLD.fullmatch(line))]
    # Those of one transaction are on their way together.
    told = sorted(found, key=lambda line: (int(line[1]), int(line[2])))
    beside = (ROUNDS, ENTRY, HIT)
    assert [(one[0], *one[2:]) for one in told if one[0] not in beside] == EXPECTED
    assert {one[2:] for one in told if one[0] in beside} == {DELIVERED}
    assert [len([one for one in told if one[0] == it]) for it in (ENTRY, HIT)] == [ENTRIES, 1]
    count = len(told) - 2
    said = f"{count} events, {count} deliveries, {count + 2} signatures verified, 0 failed"
    assert screen.lines[-1] == said
    told_of_the_kick_the_invite_and_the_absence(played, screen, leaving, banned)
    # On a busy machine it may go on to what a sweep waits for as well.
    jumps = iter(screen.jumps)
    assert all(wanted in jumps for wanted in (1, 1, 2.5, 1, 5, 30, 1, 1, 1))


def told_of_the_kick_the_invite_and_the_absence(
    played: Stage, screen: Screen, leaving: str, banned: str
) -> None:
    """Which is said of the event itself."""
    cast = played.world.cast
    abouts = [match[6] for line in screen.lines if (match := TOLD.fullmatch(line))]
    kicked, invited = (
        f" was kicked by {cast.admin.id}",
        f" joined through the invite {cast.invite.code}",
    )
    for words in (kicked, invited):
        assert any(about.endswith(words) for about in abouts if about)
    away = [about for about in abouts if about and "by hand" not in about][-3:]
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


async def test_a_receiver_with_the_wrong_secret_fails_it(
    played: Stage, jumping: ManualClock, screen: Screen
) -> None:
    played.receiver.secrets[:] = ["whsec_of_somebody_else"]
    play = Performance(played, clock=jumping, terminal=screen.terminal, patience=5.0)
    await play.step(None, played.world.join(), "member.joined")
    assert await play.judge() == 1
    assert any("401" in line and "signature invalid" in line for line in screen.lines)
    assert "missing: delivery 1 (member.joined) was not received with a valid signature" in (
        screen.lines
    )
    assert re.fullmatch(
        r"(\d+) events, \1 deliveries, 0 signatures verified, \d+ failed", screen.lines[-1]
    )
    assert not screen.lines[-1].endswith(" 0 failed")


async def test_an_event_that_never_comes_fails_it(
    played: Stage, jumping: ManualClock, screen: Screen
) -> None:
    await played.world.admin_types("webhook disable", name="backend")
    play = Performance(played, clock=jumping, terminal=screen.terminal, patience=5.0)
    await play.step(None, played.world.join(), "member.joined")
    assert await play.judge() == 1
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
    counts = r"(\d+) events, (\d+) deliveries, (\d+) signatures verified, 0 failed"
    found = re.fullmatch(counts, screen.lines[-1])
    assert found is not None
    events, deliveries, signatures = map(int, found.groups())
    # All but the test ping, which is for one webhook, and the news of its own making.
    assert len(yours.requests) == events - 2
    assert (deliveries, signatures) == (events + len(yours.requests), events + 2)
    for header, body in yours.requests:
        stamp = int(header.partition("t=")[2].partition(",")[0])
        headers = {"Phantom-Signature": header}
        assert fault_in_signature(headers, body, secrets=[secret], now=stamp) is None


async def test_your_receiver_that_refuses_fails_it(
    jumping: ManualClock, screen: Screen, yours: Yours
) -> None:
    yours.status = 404
    async with in_one_task(stage(jumping, to=yours.url, jitter=0)) as opened:
        play = Performance(opened, clock=jumping, terminal=screen.terminal)
        await play.step(None, opened.world.join(), "member.joined")
        assert await play.judge() == 1
    assert any("to “yours” is failed" in line for line in screen.lines)


@pytest.mark.parametrize("address", ["http://[x", "http://127.0.0.1:99999/", "nowhere"])
@pytest.mark.thorough("a program started for each address")
async def test_an_address_that_is_none_is_refused(address: str, screen: Screen) -> None:
    with pytest.raises(Refused, match="showed no secret"):
        await play(screen.terminal, to=address)
