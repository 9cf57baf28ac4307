"""The page about running Herald: its names and figures are those in force."""

import re
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.clock import ManualClock
from bot.clock_skew import ClockSkew
from bot.config import Config, WebConfig
from bot.config.settings import known
from bot.delivery.health import EndpointHealth
from bot.delivery.lanes import Lanes
from bot.delivery.rate_limit import RateLimits
from bot.delivery.slots import Slots
from bot.dialects import build_dialects
from bot.fleet.assignment import WHOLE
from bot.fleet.store import ProcessSeen
from bot.fleet.whereabouts import here
from bot.outbox.backlog import Backlog
from bot.outbox.endpoint_index import EndpointIndex
from bot.outbox.ready import Ready
from bot.outbox.tables import EndpointState
from bot.storage.changes import ChangeFeed
from bot.web.app import ADDRESS_LIMIT, KEY_LIMIT
from bot.web.face import SCRAPERS
from bot.web.gauges import Gauges, Stored
from bot.web.guards import BODY_LIMIT, POST_COST
from bot.web.measures import OUTCOMES, LatencyTally, Measures
from bot.web.room import Crowd
from tools import house

PAGE = (house.ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())


class Away:
    """No connection."""

    is_connected = True
    latency = 0.0
    guilds: tuple[object, ...] = ()
    unread_events: Mapping[str, int] = MappingProxyType({"CHANNEL_CREATE": 1})


def collected(clock: ManualClock) -> dict[str, set[str]]:
    """Every metric of ours, as a scraper sees its name, with its labels."""
    measures = Measures()
    measures.emitted["member.joined"] = 1
    measures.attempts["phantom", "delivered"] = 1
    measures.latencies["phantom"] = LatencyTally()
    measures.requested("/healthz", "GET", 200)
    measures.features = {"scam_pictures": {"scanned": 1}}
    lanes = Lanes(
        Ready(),
        EndpointIndex(ChangeFeed(), build_dialects()),
        EndpointHealth(),
        Slots(),
        RateLimits(clock),
    )
    backlog = Backlog(0, 0, 0, 0, 0, clock.now() - clock.now(), 0)
    skew = ClockSkew()
    skew.seconds = 0.5
    stored = Stored(backlog, [ProcessSeen("a", here(), WHOLE)])
    gauges = Gauges(measures, lanes, Away, skew, stored)
    return {
        family.name + ("_total" if family.type == "counter" else ""): {
            label for sample in family.samples for label in sample.labels if label != "le"
        }
        for family in gauges.collect()
    }


def test_every_metric_is_told_with_its_labels(clock: ManualClock) -> None:
    rows = re.findall(r"^\| `(herald_\w+)` \| ([\w, ]*?) ?\|", PAGE, re.MULTILINE)
    told = {name: set(labels.replace(",", " ").split()) for name, labels in rows}
    assert told == collected(clock)


def test_labels_are_spelled_as_they_are_sent() -> None:
    for word in (*OUTCOMES.values(), *(state.value for state in EndpointState)):
        assert f"`{word}`" in PAGE


def test_the_figures_are_those_in_force() -> None:
    crowd = Crowd()
    for figure in (
        f"| {ADDRESS_LIMIT[0]} at once, then one a second; sending a form counts as five |",
        f"| {KEY_LIMIT[0]} at once, then one in two seconds; sending counts as five |",
        f"{BODY_LIMIT // 1024} KiB",
        f"{crowd.in_all} in all, {crowd.of_one} from one address",
        f"{crowd.reserved} places beyond the {crowd.in_all}",
        f"for metrics has {SCRAPERS.in_all} places",
        f"127.0.0.1:{WebConfig().port}",
        f"({WebConfig().read_timeout:.0f} seconds)",
    ):
        assert figure in WORDS
    assert (ADDRESS_LIMIT[1], KEY_LIMIT[1], POST_COST) == (1.0, 2.0, 5)


def test_its_settings_are_understood() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 5
    for example in examples:
        values: dict[str, Any] = tomllib.loads(example)
        assert Config.model_validate(values) != Config()
    named = set(re.findall(r"`(web\.\w+)", PAGE))
    assert named
    assert named <= set(known())
