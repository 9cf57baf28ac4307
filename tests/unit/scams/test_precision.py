"""Precision and recall on a set of drawn pictures and texts; docs/security.md says the same."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from bot.features.scams import links, patterns
from bot.features.scams.model import Sensitivity, Signal, SignalKind, judged
from bot.features.scams.resemblance import KnownPicture, candidates, most
from bot.scanner.worker import agreements, scanned
from tests.support import scam_samples
from tests.support.scam_pictures import CHANGES, HELD_OUT, TUNED, Palette, png, scam
from tests.support.scam_samples import Sample
from tests.support.scam_texts import HARMLESS, SCAMS

PAGE = Path(__file__).parents[3] / "docs" / "security.md"
TIERS: tuple[Sensitivity, ...] = ("low", "medium", "high")
SCAM_GROUPS = {"login code", *CHANGES}
KNOWN, UNKNOWN, NEW = range(300, 310), range(400, 410), range(500, 510)

Tally = Counter[tuple[str, Sensitivity]]

# Of each group and tier, whether its first, second ... picture was acted on.
MEASURED: dict[str, dict[Sensitivity, str]] = json.loads(
    Path(__file__).with_name("measured.json").read_text(encoding="utf-8")
)
NUMBERS = range(0, len(KNOWN), 1 if os.environ.get("HERALD_SOAK") == "1" else 5)


def signals(sample: Sample, known: list[KnownPicture]) -> Iterator[Signal]:
    found = scanned(sample.content)
    for code in found.codes:
        signal = links.signal_of(code)
        if signal is not None:
            yield signal
    for number, frame in enumerate(found.frames):
        near = [] if frame.print is None else candidates(frame.print, known)
        copies = [one.known.print.thumbnail for one in near]
        shares = agreements(sample.content, copies, frame=number) if near else []
        resembled = most(one.compared(share) for one, share in zip(near, shares, strict=True))
        if resembled is not None:
            yield Signal(SignalKind.PICTURE, "known_picture", resembled.sure, "")


def known_pictures(seeds: range, palette: Palette) -> list[KnownPicture]:
    prints = [scanned(png(scam(seed, palette)), dense=True).fingerprints[0] for seed in seeds]
    return [KnownPicture(n, 1, one, "known_picture", "") for n, one in enumerate(prints)]


def tallied(samples: Iterable[Sample], known: list[KnownPicture]) -> tuple[Tally, Counter[str]]:
    """Of each group and tier, how many are acted on; and how many there are."""
    acted, total = Tally(), Counter[str]()
    for sample in samples:
        total[sample.group] += 1
        found = list(signals(sample, known))
        for tier in TIERS:
            acted[sample.group, tier] += acts(found, tier)
    return acted, total


def acts(found: list[Signal], tier: Sensitivity) -> bool:
    verdict = judged(found, tier)
    return verdict is not None and verdict.acts


def rows(acted: Tally, total: Counter[str]) -> Iterator[str]:
    for group, count in total.items():
        shares = " | ".join(f"{acted[group, tier]}" for tier in TIERS)
        yield f"| {group} | {count} | {shares} |"


@pytest.mark.thorough("draws and scans tens of pictures")
def test_changed_scams_are_found_and_the_harmless_are_not() -> None:
    """One of each of the set that the limits were chosen with."""
    seeds = range(1, 2)
    samples = chain(
        scam_samples.login_codes(range(100, 101)),
        scam_samples.changed_scams(seeds),
        scam_samples.harmless(range(200, 201)),
        scam_samples.look_alikes(seeds),
    )
    acted, total = tallied(samples, known_pictures(seeds, TUNED))
    for group in total:
        assert acted[group, "low"] == acted[group, "high"] == (group in SCAM_GROUPS), group


@pytest.mark.long
@pytest.mark.thorough("draws and scans tens of pictures")
@pytest.mark.soak
def test_what_was_measured_is_still_so() -> None:
    """Two of ten of each group in a usual run, all of them by HERALD_SOAK=1."""
    known = known_pictures(KNOWN, HELD_OUT)
    now = {group: dict.fromkeys(TIERS, "") for group in MEASURED}
    for number in NUMBERS:
        for sample in numbered(number):
            found = list(signals(sample, known))
            for tier in TIERS:
                now[sample.group][tier] += "01"[acts(found, tier)]
    kept = {
        group: {tier: "".join(acted[n] for n in NUMBERS) for tier, acted in tiers.items()}
        for group, tiers in MEASURED.items()
    }
    assert now == kept, json.dumps(now)


def numbered(number: int) -> Iterator[Sample]:
    """One sample of each group."""
    return chain(
        scam_samples.login_codes(UNKNOWN[number : number + 1], HELD_OUT),
        scam_samples.changed_scams(KNOWN[number : number + 1], HELD_OUT),
        scam_samples.harmless(NEW[number : number + 1], HELD_OUT),
        scam_samples.look_alikes(KNOWN[number : number + 1], HELD_OUT),
    )


def test_the_table_of_pictures_is_the_one_that_was_measured() -> None:
    acted = Tally({(g, t): MEASURED[g][t].count("1") for g in MEASURED for t in TIERS})
    total = Counter({group: len(KNOWN) for group in MEASURED})
    lines = [*rows(acted, total), *summary(acted, total)]
    page = PAGE.read_text(encoding="utf-8")
    assert [line for line in lines if line not in page] == [], "\n".join(lines)


def summary(acted: Tally, total: Counter[str]) -> Iterator[str]:
    """Precision and recall of each tier, look-alikes among the harmless."""
    wanted = sum(total[group] for group in SCAM_GROUPS)
    for name in ("precision", "recall"):
        shares = list[str]()
        for tier in TIERS:
            right = sum(acted[group, tier] for group in SCAM_GROUPS)
            wrong = sum(acted[group, tier] for group in total if group not in SCAM_GROUPS)
            share = right / (right + wrong) if name == "precision" else right / wanted
            shares.append(f"{share:.2f}")
        yield f"| **{name}** | | {' | '.join(shares)} |"


def test_the_table_of_texts_is_the_one_that_is_measured() -> None:
    acted = {tier: Counter[bool]() for tier in TIERS}
    for text, is_scam in (*((one, True) for one in SCAMS), *((one, False) for one in HARMLESS)):
        signal = patterns.signal_of(text)
        for tier in TIERS:
            verdict = judged([] if signal is None else [signal], tier)
            acted[tier][is_scam] += verdict is not None and verdict.acts
    precision = [f"{acted[t][True] / max(acted[t].total(), 1):.2f}" for t in TIERS]
    recall = [f"{acted[t][True] / len(SCAMS):.2f}" for t in TIERS]
    page = PAGE.read_text(encoding="utf-8")
    for name, shares in (("precision", precision), ("recall", recall)):
        line = f"| {name} of {len(SCAMS)} and {len(HARMLESS)} texts | {' | '.join(shares)} |"
        assert re.search(re.escape(line), page), line
