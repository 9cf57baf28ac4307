"""How much of everything: as documented, or as little as a test needs."""

import argparse
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True, slots=True)
class Sizes:
    """The documented sizes; `QUICK` has others, whose figures mean nothing."""

    deliveries: int = 20_000  # of the fastest contestants; slow ones take a share of it
    warm_up: int = 1_000
    tasks: int = 256
    endpoints: int = 16
    paced: int = 1_500  # events of the latency's contestants
    pace: int = 100  # a second
    healthy: int = 1_000  # endpoints
    hanging: int = 100  # endpoints that begin to hang
    crowd_rate: int = 500  # events a second to all of them
    crowd_seconds: int = 15
    queued: int = 100_000  # deliveries of the one endpoint beside them
    backlog: int = 100_000  # deliveries that a restart, or a worker of two, finds
    pending: int = 5_000_000  # rows in the table that is claimed from
    claims: int = 20  # of each kind
    ready: int = 10_000  # deliveries in memory
    many: int = 10_000  # endpoints that one process knows
    cases: int = 100_000  # of one guild; as many audit entries, and deliveries of its endpoint
    entries: int = 1_000_000  # of its ledger
    people: int = 100_000  # who earned there
    messages: int = 10_000  # of one ticket
    scans: int = 4  # of each picture bomb
    cores: int = 6  # what two workers, their server and their receiver need to be compared


FULL = Sizes()
QUICK = Sizes(
    deliveries=200,
    warm_up=50,
    tasks=32,
    paced=30,
    pace=100,
    healthy=10,
    hanging=2,
    crowd_rate=100,
    crowd_seconds=1,
    queued=200,
    backlog=200,
    pending=4_000,
    claims=3,
    ready=500,
    many=50,
    cases=200,
    entries=400,
    people=100,
    messages=50,
    scans=1,
    cores=1,
)


NAMED = ("deliveries", "pending", "cases", "entries", "cores")
"""Those that an argument may change; the last says how many cores are enough to compare workers."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose sizes."""
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes, whose figures say nothing"
    )
    for name in NAMED:
        default = asdict(FULL)[name]
        parser.add_argument(f"--{name}", type=int, metavar="N", help=f"[{default}]")


def chosen(given: argparse.Namespace) -> Sizes:
    """The sizes that the arguments name."""
    sizes = QUICK if given.quick else FULL
    named = {name: getattr(given, name) for name in NAMED}
    return replace(sizes, **{name: value for name, value in named.items() if value is not None})


def options(given: argparse.Namespace) -> list[str]:
    """The same arguments again, for a contestant's process."""
    named = [
        part
        for name in NAMED
        if getattr(given, name) is not None
        for part in (f"--{name}", str(getattr(given, name)))
    ]
    return [*named, "--quick"] if given.quick else named
