"""What is judged: the figures that Herald must reach, and how each follows from a round.

`at_least` must be reached, `aim` should be. Figures are ratios within one round, but for those that
name another unit.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.peers.redis_server import DURABILITY
from bench.rounds import Round


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure; `row` is the word that chooses it, `needs` are the contestants it comes from."""

    row: str
    title: str
    at_least: float
    aim: float
    needs: tuple[str, ...]
    figure: Callable[[Round], float]
    unit: str = "x"
    less_is_better: bool = False
    note: Callable[[Round], str] = lambda _: ""

    def verdict(self, figure: float) -> str:
        """In a word or two."""
        sign = -1 if self.less_is_better else 1
        if sign * figure >= sign * self.aim:
            return "aim reached"
        return "reached" if sign * figure >= sign * self.at_least else "missed"


def compared(
    row: str,
    title: str,
    bounds: tuple[float, float],
    *,
    of: str,
    to: str,
) -> Goal:
    """How many times as much; a side is a contestant and one of its numbers, as in `bare.rate`."""
    less_is_better = not of.endswith(RATES)
    unit = "ms" if less_is_better else "a second"
    places = 2 if less_is_better else 0

    def figure(played: Round) -> float:
        return number(played, of) / number(played, to)

    def note(played: Round) -> str:
        first, second = (f"{number(played, side):.{places}f}" for side in (of, to))
        return f"{first} against {second} {unit}"

    needs = tuple(dict.fromkeys(side.partition(".")[0] for side in (of, to)))
    return Goal(row, title, *bounds, needs, figure, less_is_better=less_is_better, note=note)


RATES = (".rate", ".one", ".two")


def number(played: Round, side: str) -> float:
    """A contestant's number in that round."""
    contestant, _, name = side.partition(".")
    return played[contestant].numbers[name]


def taken(row: str, title: str, bounds: tuple[float, float], *, of: str, unit: str) -> Goal:
    """How much of something, as it is."""
    needs = (of.partition(".")[0],)
    return Goal(
        row, title, *bounds, needs, lambda played: number(played, of), unit, less_is_better=True
    )


def claimed(title: str, bounds: tuple[float, float], kind: str) -> Goal:
    """A claim from the long table, against one from the short table."""
    sides = {"of": f"claims.{kind}_many", "to": f"claims.{kind}_few"}
    goal = compared("claims", f"claim of 100 due rows, {title}", bounds, **sides)

    def note(played: Round) -> str:
        pending = f"{number(played, 'claims.pending'):,.0f}".replace(",", " ")
        return f"{pending} pending against 1 000: {goal.note(played)}"

    return replace(goal, note=note)


def held(played: Round) -> str:
    """What the memory is made of."""
    parts = ("interpreter", "imports", "held")
    bare, imports, ready = (number(played, f"memory.{part}") for part in parts)
    return f"the bare interpreter {bare:.0f}, with imports {imports:.0f} MB; {ready:.0f} ready"


def on_cores(goal: Goal) -> Goal:
    """The same, with how many cores there were: fewer than what runs there gain nothing."""

    def note(played: Round) -> str:
        return f"on {os.cpu_count() or 1} cores: {goal.note(played)}"

    return replace(goal, note=note)


def slowest(played: Round) -> str:
    """The slowest commands, by their names."""
    named = {name: took for name, took in played["answers"].numbers.items() if name.startswith("/")}
    first = sorted(named, key=lambda name: -named[name])[:3]
    return "; ".join(f"{name} {named[name]:.0f} ms" for name in first)


PER_ROW = "against one commit per row"
HERALD = "herald.rate"
GOALS: tuple[Goal, ...] = (
    compared(
        "record", "durable deliveries, against a bare loop", (0.55, 0.75), of=HERALD, to="bare.rate"
    ),
    compared(
        "use_case",
        f"a use case end to end, {PER_ROW}",
        (0.5, 1),
        of="use_case.rate",
        to="per_row.rate",
    ),
    compared(
        "tickets",
        "messages of tickets, recorded and delivered, against members' joins",
        (0.4, 0.7),
        of="tickets.rate",
        to="joins.rate",
    ),
    compared(
        "levels",
        "messages that earn XP, durable, against use cases",
        (1.5, 3),
        of="levels.rate",
        to="use_case.rate",
    ),
    taken(
        "levels",
        "one such message alone, until it is durable",
        (10, 5),
        of="levels.added",
        unit="ms",
    ),
    taken("levels", "a message that earns nothing", (50, 20), of="levels.idle", unit="µs"),
    taken("levels", "a rank card, drawn in a thread", (80, 40), of="levels.card", unit="ms"),
    taken("levels", "…: p90 of the loop's waits meanwhile", (20, 10), of="levels.pause", unit="ms"),
    compared(
        "earnings",
        "messages that earn XP and money, told and delivered, against use cases",
        (0.4, 0.8),
        of="earnings.rate",
        to="use_case.rate",
    ),
    taken(
        "earnings",
        "…: p50 of the loop's waits beside 100 of them a second",
        (5, 1),
        of="earnings.p50",
        unit="ms",
    ),
    taken("earnings", "…: p99", (30, 10), of="earnings.p99", unit="ms"),
    taken("rules", "a message under 50 rules of automod", (200, 100), of="rules.fifty", unit="µs"),
    taken("rules", "a message under 1,000 keywords", (1000, 200), of="rules.words", unit="µs"),
    taken("rules", "a message where automod is off", (10, 5), of="rules.off", unit="µs"),
    taken(
        "scans",
        "p99 of the loop's waits while picture bombs are scanned",
        (50, 10),
        of="scans.p99",
        unit="ms",
    ),
    compared("per_row", f"durable deliveries, {PER_ROW}", (6, 8), of=HERALD, to="per_row.rate"),
    compared(
        "taskiq",
        f"…, against taskiq and Redis ({DURABILITY})",
        (3, 4),
        of=HERALD,
        to="taskiq.rate",
    ),
    compared(
        "bullmq", "…, against BullMQ and undici (same)", (1.7, 2.5), of=HERALD, to="bullmq.rate"
    ),
    compared(
        "latency",
        "record to receipt at 100 a second, against no persistence: p50",
        (2, 1.4),
        of="herald_steady.p50",
        to="bare_steady.p50",
    ),
    compared("latency", "…: p99", (8, 3), of="herald_steady.p99", to="bare_steady.p99"),
    claimed("in order", (1.5, 1.1), "order"),
    claimed("scattered", (8, 3), "scatter"),
    compared(
        "crowd",
        "p99 of healthy endpoints, beside hanging ones and a long queue",
        (2, 1.2),
        of="beset.p99",
        to="alone.p99",
    ),
    compared(
        "restart",
        "a backlog drained after a restart, against fresh events",
        (0.8, 1),
        of="restart.rate",
        to=HERALD,
    ),
    taken("disk", "disk per delivery", (800, 600), of="herald.disk", unit="B"),
    replace(
        taken(
            "memory",
            "memory of an emitter with a full ready queue",
            (80, 60),
            of="memory.memory",
            unit="MB",
        ),
        note=held,
    ),
    compared(
        "endpoints",
        "durable deliveries with 10 000 endpoints, against 16",
        (0.6, 0.9),
        of="endpoints.rate",
        to=HERALD,
    ),
    taken("endpoints", "…: a start that finds them", (3000, 1500), of="endpoints.start", unit="ms"),
    taken("endpoints", "…: memory that they add", (60, 30), of="endpoints.memory", unit="MB"),
    replace(
        taken(
            "answers",
            "the slowest command of a guild with 100 000 cases and a million ledger rows",
            (5000, 2000),
            of="answers.slowest",
            unit="ms",
        ),
        note=slowest,
    ),
    taken(
        "answers",
        "p99 of the loop's waits beside its exports",
        (50, 20),
        of="answers.p99",
        unit="ms",
    ),
    on_cores(
        compared(
            "postgres",
            "two workers on one PostgreSQL, against one",
            (1.6, 1.9),
            of="workers.two",
            to="workers.one",
        )
    ),
)
ROWS = tuple(dict.fromkeys(goal.row for goal in GOALS))
