"""Files of deploy/ and the container, judged by the programs that read them."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.config import load
from bot.delivery.emitter import Emitter
from bot.outbox.backlog import read_backlog
from bot.web.gauges import Gauges, Stored
from bot.web.measures import Measures
from tests.support.emitter_setup import alone, config_for
from tests.support.installed import installed

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
METRIC = re.compile(r"\b(?:herald|process)_[a-z_]+")

FIRING = {
    "HeraldIsAway": [("herald_gateway_connected", "1x10 0x50")],
    "HeraldIsLate": [("herald_oldest_due_seconds", "301x60")],
    "HeraldsReceiversFail": [
        ('herald_attempts_total{outcome="failed"}', "0+60x60"),
        ('herald_attempts_total{outcome="delivered"}', "0+30x60"),
    ],
    "HeraldSwitchedWebhooksOff": [('herald_endpoints{state="auto_disabled"}', "1x35 2x30")],
    "HeraldCannotRead": [("herald_database_up", "0x60")],
    "HeraldLogIsHeld": [("herald_database_log_bytes", "300000000x60")],
    "HeraldCannotReadDiscord": [('herald_gateway_events_unread_total{type="X"}', "_x30 1x30")],
    "HeraldsClockIsOff": [("herald_clock_skew_seconds", "-61x60")],
}
"""What makes each alert sound by minute 40."""

WELL = [
    ("herald_gateway_connected", "1x120"),
    ("herald_oldest_due_seconds", "20x120"),
    ('herald_attempts_total{outcome="failed"}', "0+1x120"),
    ('herald_attempts_total{outcome="delivered"}', "0+60x120"),
    ('herald_endpoints{state="auto_disabled"}', "3x120"),
    ("herald_database_up", "1x120"),
    ("herald_database_log_bytes", "1000000x120"),
    ('herald_gateway_events_unread_total{type="X"}', "7x120"),
    ("herald_clock_skew_seconds", "0.4x120"),
    ('up{job="herald"}', "1x120"),
]


def alerts() -> str:
    return (DEPLOY / "alerts.yaml").read_text(encoding="utf-8")


def names() -> list[str]:
    """How the alerts are called."""
    return re.findall(r"- alert: (\w+)", alerts())


def questions() -> list[str]:
    """Every question that the dashboard asks, with its variables filled in."""
    panels = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    return [one.replace("$instance", ".+").replace("$__rate_interval", "1m") for one in asked]


class Connected:
    """A connection to Discord, as far as a scrape looks."""

    is_connected, latency, guilds, unread_events = True, 0.1, (), {"CHANNEL_CREATE": 1}


def promtool(*arguments: str) -> str:
    """What it says; it ends the test where it finds fault."""
    command = [installed("promtool"), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_alerts_and_questions_are_what_prometheus_understands(tmp_path: Path) -> None:
    rules = [{"record": f"asked:{number}", "expr": one} for number, one in enumerate(questions())]
    asked = tmp_path / "asked.yaml"
    asked.write_text(json.dumps({"groups": [{"name": "asked", "rules": rules}]}))
    said = promtool("check", "rules", str(DEPLOY / "alerts.yaml"), str(asked))
    assert f"{len(rules)} rules found" in said
    assert f"{len(FIRING)} rules found" in said


def test_each_alert_sounds_when_it_should_and_none_when_all_is_well(tmp_path: Path) -> None:
    assert list(FIRING) == names()
    tests = [
        _case(series, {name: 1} | {other: 0 for other in FIRING if other != name})
        for name, series in FIRING.items()
    ]
    tests.append(_case(WELL, dict.fromkeys(FIRING, 0), minute=100))
    cases = tmp_path / "cases.yaml"
    rules = [str(DEPLOY / "alerts.yaml")]
    cases.write_text(json.dumps({"rule_files": rules, "tests": tests}))
    promtool("test", "rules", str(cases))


def _case(
    series: list[tuple[str, str]], counts: dict[str, int], *, minute: int = 40
) -> dict[str, Any]:
    """How many of each alert sound at that minute."""
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}}) or vector(0)',
                "eval_time": f"{minute}m",
                "exp_samples": [{"labels": "{}", "value": count}],
            }
            for name, count in counts.items()
        ],
    }


async def test_every_metric_that_is_named_is_there(sqlite_url: str, clock: ManualClock) -> None:
    emitter = await Emitter.open(config_for(sqlite_url), clock)
    await emitter.start()
    emitter.skew.seconds = 0.1
    gauges = Gauges(Measures(), emitter.lanes, Connected, emitter.skew)
    async with emitter.database.reading() as reading:
        fleet = alone(emitter)
        gauges.stored = Stored(await read_backlog(reading, clock.now()), [fleet.me])
    there = {metric.name for metric in gauges.registry().collect()}
    await emitter.stop()
    named = {
        re.sub("_(bucket|total)$", "", one)
        for one in METRIC.findall(alerts() + " ".join(questions()))
    }
    assert named
    assert named <= there


def test_every_alert_and_the_dashboard_are_told_of() -> None:
    page = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    assert [name for name in names() if f"`{name}`" not in page] == []
    assert "deploy/grafana.json" in page


def test_the_container_s_files_are_well_made() -> None:
    lint = installed("hadolint")
    subprocess.run([lint, str(ROOT / "Dockerfile")], check=True, timeout=60)
    check = [installed("check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    subprocess.run([*check, str(ROOT / "compose.yaml")], check=True, timeout=60)


def test_the_image_holds_what_it_copies_and_nothing_private() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if re.match(r"COPY (?!--from)", line)]
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    for name in (name for names in copied for name in names):
        assert (ROOT / name).exists()
        assert name.split("/")[0] in allowed
    assert not allowed & {".git", "config.toml", ".env", "herald.key", "herald.db"}


def test_the_unit_and_whoever_runs_a_command_by_hand_have_the_same_files() -> None:
    """Nothing stands in the unit alone: `herald backup --config …` would take another database."""
    unit = (DEPLOY / "herald.service").read_text(encoding="utf-8")
    assert "Environment=" not in unit
    assert " run --config /etc/herald/config.toml\n" in unit
    config = load(DEPLOY / "config.toml", {})
    folder = "/var/lib/" + re.findall("^StateDirectory=(.*)$", unit, re.M)[0]
    assert config.database.url == f"sqlite:///{folder}/herald.db"
    assert str(config.secrets.key_file) == f"{folder}/herald.key"
    assert "install -m644 deploy/config.toml /etc/herald/" in (ROOT / "docs/operate.md").read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_what_systemd_understands(tmp_path: Path) -> None:
    unit = (DEPLOY / "herald.service").read_text(encoding="utf-8")
    assert "/opt/herald/.venv/bin/herald " in unit
    there = tmp_path / "herald.service"
    there.write_text(unit.replace("/opt/herald/.venv/bin/herald ", "/bin/true "))
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(there)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ours = [line for line in ran.stderr.splitlines() if "herald.service" in line]
    assert (ran.returncode, ours) == (0, [])
