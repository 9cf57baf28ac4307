"""The doctor's message: everything that fits, the findings before all else."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from bot.client import limits
from bot.features.endpoints.doctor import Examined
from bot.features.endpoints.doctor_grades import Grade, ProbeFinding
from bot.features.endpoints.doctor_probes import PROBES
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState
from cogs.endpoints.doctor import told

PAGE = Path(__file__).parents[3] / "docs" / "doctor.md"
NOW = datetime(2026, 5, 24, tzinfo=UTC)
HEAD = "**\\*\\*backend\\*\\*** needs mending."


def endpoint() -> Endpoint:
    return Endpoint(
        id=1,
        uuid=uuid4(),
        guild_id=81,
        name="**backend**",
        url="https://hooks.example.com/",
        dialect="phantom",
        state=EndpointState.ACTIVE,
        created_by_id=4,
        created_at=NOW,
        changed_at=NOW,
        failures=0,
        delivered_at=None,
        last_error=None,
        patterns=("*",),
        sealed_secret=b"",
    )


@pytest.mark.parametrize(
    ("mend", "answer", "shows_mend", "shows_answer"),
    [
        (100, 50, True, True),
        (200, 200, True, False),
        (600, 200, False, False),
    ],
)
def test_what_does_not_fit_is_left_out_but_never_a_finding(
    mend: int, answer: int, shows_mend: bool, shows_answer: bool
) -> None:
    findings = [
        ProbeFinding(p.name, p.title, Grade.FAIL, "answered HTTP 500", "m" * mend, b"*" * answer)
        for p in PROBES
    ]
    text = told(Examined(endpoint(), findings)).text
    assert len(text) <= limits.TEXTS
    assert text.startswith(HEAD)
    assert text.count("❌ **") == len(PROBES)
    assert ("mmm" in text) is shows_mend
    assert ("Its answer" in text) is shows_answer


def test_the_page_tells_of_every_probe() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## What is tried")[2]
    table = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    assert table[2 : 2 + len(PROBES)] == [probe.title for probe in PROBES]
