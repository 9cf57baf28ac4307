"""The bench's contestants deliver and settle what they count; its verdicts follow from figures."""

import json
from pathlib import Path

import pytest

from bench.contestant import CONTESTANTS, compete
from bench.figures import GOALS, Goal, judge, save
from bench.load import BODY_BYTES, DIALECT, MOMENT, Load, Outcome, event, ready
from bench.rounds import Entry, Result, play, receiver
from bot.dialects.base import Envelope

SMALL = 200


@pytest.mark.parametrize("name", CONTESTANTS)
async def test_a_contestant_delivers_and_settles_what_it_counts(name: str) -> None:
    with receiver() as (port, counted):
        outcome = await compete(name, Load(port, SMALL, warm_up=50, tasks=32))
        seen = counted()
    assert outcome.settled == SMALL
    assert outcome.delivered == SMALL + 50
    assert seen == {"requests": SMALL + 50, "unique": SMALL + 50}
    assert outcome.seconds > 0


async def test_a_contestant_that_loses_a_delivery_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def forgetful(load: Load) -> Outcome:
        return Outcome(1.0, load.deliveries, load.deliveries - 1)

    monkeypatch.setitem(CONTESTANTS, "forgetful", forgetful)
    with pytest.raises(RuntimeError, match="forgetful settled 9 of 10"):
        await compete("forgetful", Load(1, 10))


def test_rounds_are_interleaved_in_fresh_processes() -> None:
    told: list[str] = []
    entries = (Entry("bare"), Entry("herald", 0.5))
    rounds = play(entries, rounds=2, deliveries=SMALL, tell=told.append)
    assert [[result.name for result in played] for played in rounds] == [["bare", "herald"]] * 2
    assert all(result.rate > 0 for played in rounds for result in played)
    assert told[0] == "round 1 of 2: bare"
    assert rounds[0][1].disk_bytes is not None


def test_every_contestant_sends_the_same_number_of_bytes() -> None:
    for number in (0, 7, 20_000):
        one = ready(number)
        body = DIALECT.render(Envelope(one.uuid, event(number), MOMENT))
        assert len(one.body) == BODY_BYTES
        assert body == one.body
        assert json.loads(one.body)["id"] == str(one.uuid)


def test_a_figure_is_the_median_of_the_rounds() -> None:
    rounds = [
        [
            Result("bare", 100.0, None),
            Result("herald", herald, disk),
            Result("per_row", 10.0, None),
            Result("use_case", 4.0, None),
        ]
        for herald, disk in ((60.0, 700.0), (10.0, 900.0), (70.0, 500.0))
    ]
    judged = judge(rounds)
    assert [one.figure for one in judged] == pytest.approx([0.6, 6.0, 0.4, 700.0])
    assert [one.verdict for one in judged] == ["reached", "reached", "missed", "reached"]


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
    bounds = (0.75, 0.55) if less else (0.55, 0.75)
    goal = Goal("x", *bounds, lambda _: 0.0, less_is_better=less)
    assert goal.verdict(figure) == verdict


def test_figures_are_kept_for_programs(tmp_path: Path) -> None:
    rounds = [[Result(name, 10.0, 650.0) for name in ("bare", "herald", "per_row", "use_case")]]
    file = tmp_path / "new" / "latest.json"
    save(file, judge(rounds), rounds)
    kept = json.loads(file.read_text())
    assert [one["name"] for one in kept["figures"]] == [goal.name for goal in GOALS]
    assert kept["rounds"][0][0] == {"name": "bare", "rate": 10.0, "disk_bytes": 650.0}
    assert kept["cores"] > 0
