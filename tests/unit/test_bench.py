"""The bench measures every row, loses nothing unnoticed, and its verdicts follow from figures."""

import json
import re
import socket
import sqlite3
from collections.abc import Callable, Coroutine
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench import answers, claims
from bench.__main__ import main, read
from bench.contestant import CONTESTANTS, compete
from bench.figures import judge, save, table
from bench.goals import GOALS, ROWS, Goal
from bench.load import BODY_BYTES, DIALECT, MOMENT, Load, Lost, event, rated, ready
from bench.receiver import OK
from bench.rounds import Result, Round, believed, latencies, play, receiver
from bench.sizes import QUICK
from bot.dialects.base import Envelope
from bot.outbox.tables import DeliveryState, delivery
from tools import house

QUICKLY = ("--quick",)
Measure = Callable[..., Coroutine[Any, Any, Round]]


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Measure:
    """A round of some contestants, each run once at tiny sizes, against a fresh receiver.

    In this process: importing everything anew costs more than what is measured, and that each has
    a process of its own is shown by whole rounds.
    """
    known: dict[str, Result] = {}
    folder = tmp_path_factory.mktemp("bench")

    async def once(name: str) -> Result:
        with receiver() as (port, counted):
            outcome: dict[str, Any] = await compete(name, Load(port, folder, QUICK))
            return believed(name, outcome, counted(bool(outcome.get("sent"))))

    async def measured(*names: str) -> Round:
        for name in names:
            if name not in known:
                known[name] = await once(name)
        return {name: known[name] for name in names}

    return measured


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: f"{goal.row} {goal.title[-12:]}")
@pytest.mark.thorough("measures for a minute", but="record  a bare loop")
# PostgreSQL's wheel says so at its import, where the machine has no folder for run-time files.
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
async def test_a_row_is_measured_and_judged(measure: Measure, goal: Goal) -> None:
    (judged,) = judge([goal], [await measure(*goal.needs)])
    if judged.figure is None:
        assert judged.verdict.startswith("not measured: no ")
        pytest.skip(judged.verdict)
    assert judged.figure > 0
    assert judged.rounds == (judged.figure,)
    assert judged.verdict == goal.verdict(judged.figure)


def test_every_row_of_the_design_is_there() -> None:
    asked = (
        "record use_case tickets levels earnings rules scans per_row taskiq bullmq latency claims "
        "crowd restart"
    )
    assert list(ROWS) == [*asked.split(), "disk", "memory", "endpoints", "answers", "postgres"]
    assert {name for goal in GOALS for name in goal.needs} == set(CONTESTANTS)


@pytest.mark.thorough("measures for long")
async def test_what_was_measured_is_what_was_asked_for(measure: Measure) -> None:
    steady = ("bare_steady", "herald_steady", "alone", "beset")
    played = await measure("claims", "memory", *steady)
    assert played["claims"].numbers["pending"] == QUICK.pending
    assert played["memory"].numbers["held"] >= QUICK.ready * 0.9
    memory = played["memory"].numbers
    assert memory["interpreter"] < memory["imports"] < memory["memory"]
    for name in steady:
        numbers = played[name].numbers
        assert 0 < numbers["p50"] <= numbers["p99"] <= numbers["longest"]


@pytest.mark.thorough("measures for long")
def test_rounds_are_interleaved() -> None:
    told: list[str] = []
    rounds = play(["bare", "herald"], rounds=2, options=QUICKLY, tell=told.append)
    assert [list(played) for played in rounds] == [["bare", "herald"]] * 2
    assert told == [f"round {n} of 2: {name}" for n in (1, 2) for name in ("bare", "herald")]


async def test_where_something_is_missing_the_words_say_what(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load = Load(1, tmp_path, replace(QUICK, cores=10_000))
    told = await compete("workers", load)
    assert re.fullmatch(r"needs 10000 cores, this machine has \d+", str(told["not_measured"]))
    monkeypatch.setenv("PATH", str(tmp_path))  # neither a redis-server nor a Node on it
    for name in ("taskiq", "bullmq"):
        told = await compete(name, load)
        assert str(told["not_measured"]).startswith("no ")


def test_a_contestant_that_loses_a_delivery_is_not_believed() -> None:
    assert rated(2.0, 10, settled=15, warm_up=5).numbers == {"rate": 5.0}
    with pytest.raises(Lost, match="settled 14 of 15"):
        rated(2.0, 10, settled=14, warm_up=5)
    with pytest.raises(Lost, match="1 of 2 events never arrived"):
        latencies({"a": 1, "b": 2}, {"a": 3})
    claims: dict[str, object] = {"numbers": {"rate": 5.0}, "delivered": 15, "sent": {}}
    assert believed("it", claims, {"unique": 15}) == Result("it", {"rate": 5.0})
    with pytest.raises(Lost, match="it claims 15 deliveries, the receiver saw 14"):
        believed("it", claims, {"unique": 14})


def test_the_receiver_hangs_where_it_is_told_to() -> None:
    def post(path: str, id: str) -> bytes:
        head = f"POST /{path} HTTP/1.1\r\nPhantom-Event-Id: {id:36}\r\nContent-Length: 2\r\n\r\n"
        return head.encode() + b"{}"

    with receiver() as (port, counted):
        with (
            socket.create_connection(("127.0.0.1", port), timeout=30) as connection,
            connection.makefile("rb") as reading,
        ):
            connection.sendall(post("slow/1", "a") + post("hooks/1", "b") + post("begin", "c"))
            assert reading.read(3 * len(OK)) == 3 * OK
            connection.sendall(post("slow/1", "d") + post("never/1", "e") + post("hooks/1", "b"))
            assert reading.read(len(OK)) == OK
            connection.sendall(post("hooks/1", "f"))
            connection.shutdown(socket.SHUT_WR)
            assert reading.read() == OK  # and no answer to those before it
        seen = counted(True)
    assert (seen["requests"], seen["unique"]) == (7, 6)
    moments: list[int] = [seen["moments"][f"{id:36}"] for id in "abcdef"]
    assert moments == sorted(moments)


@pytest.mark.thorough("fills a guild's books")
async def test_a_large_guild_is_as_large_as_was_asked_for(tmp_path: Path) -> None:
    outcome = await answers.run(Load(1, tmp_path, QUICK))
    raw = sqlite3.connect(tmp_path / "large-guild.db")
    sizes = {"moderation_case": QUICK.cases, "money_entry": QUICK.entries}
    sizes |= {"money_posting": 2 * QUICK.entries, "ticket_message": QUICK.messages}
    for name, rows in sizes.items():
        assert raw.execute(f"SELECT count(*) FROM {name}").fetchone() == (rows,)
    (unbalanced,) = raw.execute("SELECT sum(delta) FROM money_posting").fetchone()
    raw.close()
    assert unbalanced == 0
    commands = {name for name in outcome.numbers if name.startswith("/")}
    assert len(commands) > 25
    assert {*answers.EXPORTS} < commands


@pytest.mark.thorough("the bench of claims")
async def test_claims_leave_the_tables_as_they_were(tmp_path: Path) -> None:
    load = Load(1, tmp_path, QUICK)
    first, second = await claims.run(load), await claims.run(load)
    assert first.numbers.keys() == second.numbers.keys()
    for file, pending in (("claims-small.db", 1_000), ("claims-large.db", QUICK.pending)):
        raw = sqlite3.connect(tmp_path / file)
        rows = raw.execute("SELECT state, count(*) FROM delivery GROUP BY state").fetchall()
        indexes = raw.execute("PRAGMA index_list(delivery)").fetchall()
        raw.close()
        assert rows == [(DeliveryState.PENDING, pending)]
        assert len(indexes) == len(delivery.indexes)


def test_the_peers_are_pinned_and_use_the_same_client() -> None:
    base, peers = (
        (house.ROOT / "requirements" / f"{name}.txt").read_text() for name in ("base", "peers")
    )
    pinned = re.findall(r"^[a-z].*", peers, re.MULTILINE)
    assert len(pinned) > 10
    assert all("==" in line and line.endswith("\\") for line in pinned)
    for name in ("aiohttp", "uvloop"):
        (line,) = (line for line in pinned if line.startswith(f"{name}=="))
        assert line in base
    lock = json.loads((house.ROOT / "bench" / "peers" / "package-lock.json").read_text())
    packages = [one for path, one in lock["packages"].items() if path]
    assert all("integrity" in one and "resolved" not in one for one in packages)


def test_latencies_are_those_of_the_slowest_too() -> None:
    sent = {str(number): 1_000_000 * number for number in range(1, 201)}
    received = {id: 2 * moment for id, moment in sent.items()} | {"another": 5}
    assert latencies(sent, received) == {"p50": 100, "p99": 198, "longest": 200}


def test_every_contestant_sends_the_same_number_of_bytes() -> None:
    for number in (0, 7, 20_000):
        one = ready(number)
        body = DIALECT.render(Envelope(one.uuid, event(number), MOMENT))
        assert len(one.body) == BODY_BYTES
        assert body == one.body
        assert json.loads(one.body)["id"] == str(one.uuid)


GOAL = Goal("x", "a figure", 0.55, 0.75, ("it",), lambda played: played["it"].numbers["rate"])


def rounds_of(*rates: float) -> list[Round]:
    return [{"it": Result("it", {"rate": rate})} for rate in rates]


def test_a_figure_is_the_median_of_the_rounds() -> None:
    def note(played: Round) -> str:
        return f"{played['it'].numbers['rate']} a second"

    noted = replace(GOAL, note=note)
    (judged,) = judge([noted], rounds_of(0.6, 0.1, 0.7))
    assert (judged.figure, judged.rounds, judged.verdict) == (0.6, (0.6, 0.1, 0.7), "reached")
    assert judged.note == "0.6 a second"


def test_one_round_that_was_not_measured_is_enough() -> None:
    missing = {"it": Result("it", not_measured="no redis-server")}
    (judged,) = judge([GOAL], [*rounds_of(0.6), missing])
    assert (judged.figure, judged.verdict) == (None, "not measured: no redis-server")


@pytest.mark.parametrize(
    ("less", "figure", "verdict"),
    [
        (False, 0.54, "missed"),
        (False, 0.55, "reached"),
        (False, 0.75, "aim reached"),
        (True, 0.76, "missed"),
        (True, 0.6, "reached"),
        (True, 0.55, "aim reached"),
    ],
)
def test_verdicts(less: bool, figure: float, verdict: str) -> None:
    goal = GOAL
    if less:
        goal = replace(GOAL, at_least=0.75, aim=0.55, less_is_better=True)
    assert goal.verdict(figure) == verdict


def test_the_table_shows_goal_figure_spread_and_verdict() -> None:
    judged = judge([GOAL], rounds_of(0.6, 0.1, 0.7))
    judged += judge([GOAL], [{"it": Result("it", not_measured="no redis-server")}])
    console = Console(width=100, record=True, file=StringIO())
    console.print(table(judged, rounds=3, cores=2))
    shown = console.export_text()
    for words in ("0.55 x", "0.75 x", "0.6 x", "0.1 to 0.7", "reached", "not measured"):
        assert words in shown
    assert "medians of 3 interleaved rounds on 2 cores" in shown


@pytest.mark.thorough("builds every row")
def test_rows_are_chosen_by_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    arguments = ["--quick", "--rounds", "1", "--only", "record,disk", "--json", str(file)]
    assert main(arguments) == 0
    told = capsys.readouterr()
    assert "durable deliveries" in told.out
    assert "disk per delivery" in told.out
    assert "two workers" not in told.out
    assert str(file) in told.err.replace("\n", "")
    kept = json.loads(file.read_text())
    assert [one["row"] for one in kept["figures"]] == ["record", "disk"]
    assert list(kept["rounds"][0]) == ["bare", "herald"]
    assert kept["sizes"]["deliveries"] == QUICK.deliveries
    assert kept["machine"]["cores"] > 0
    assert {"python", "sqlite", "aiohttp", "redis-server"} <= kept["versions"].keys()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--only", "record,speed"], "no row is called speed"), (["--rounds", "2"], "fewer than 3")],
)
def test_what_says_nothing_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read(arguments)
    assert words in capsys.readouterr().err


def test_figures_are_kept_for_programs(tmp_path: Path) -> None:
    rounds = rounds_of(0.6, 0.1, 0.7)
    file = tmp_path / "new" / "latest.json"
    save(file, judge([GOAL], rounds), rounds, {"commit": "abc"})
    kept = json.loads(file.read_text())
    assert kept["commit"] == "abc"
    assert [one["figure"] for one in kept["figures"]] == [0.6]
    assert [one["it"]["numbers"]["rate"] for one in kept["rounds"]] == [0.6, 0.1, 0.7]
