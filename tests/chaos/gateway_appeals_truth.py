"""What is true of appeals after bad weather: rows, the page, the staff and Discord agree."""

from collections import Counter

from bot.features.appeals.store import table as appeal
from bot.features.cases.store import table as moderation_case
from tests.chaos.gateway_verdict import Verdict, once
from tests.support.rows import rows

PAST = {"approve": "approved", "deny": "denied"}


async def appeals_agree(verdict: Verdict) -> None:
    """Each that was sent is there once, each decision was told once, and done on Discord."""
    found = await rows(verdict.database, appeal)
    assert "approving" not in {one["state"] for one in found}
    texts = Counter(one["message"] for one in found)
    for text, is_shown in verdict.scene.appeals.items():
        assert texts[text] in ((1,) if is_shown else (0, 1)), text
    assert texts.keys() <= verdict.scene.appeals.keys()
    assert once(one["appeal_id"] for one in verdict.of("case.appealed")) == {
        one["id"] for one in found
    }
    decided = {one["id"]: one for one in found if one["state"] in ("approved", "denied")}
    events = verdict.of("case.appeal_decided")
    assert once(one["appeal_id"] for one in events) == decided.keys()
    cases = {one["id"]: one for one in await rows(verdict.database, moderation_case)}
    for one in events:
        row = decided[one["appeal_id"]]
        assert (one["decision"], one["punishment_lifted"]) == (
            row["state"],
            row["punishment_lifted"],
        )
        if row["state"] == "approved":
            assert cases[row["case_id"]]["state"] != "active", dict(row)
            if row["case_type"] == "ban" and row["punishment_lifted"]:
                assert (row["user_id"], "unbanned") in verdict.guild.moves, dict(row)
    for number, verb, said in verdict.scene.decisions:
        if f"is {PAST[verb]}" in said:
            assert decided[number]["state"] == PAST[verb], (number, said)
