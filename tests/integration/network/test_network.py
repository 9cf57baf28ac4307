"""Reports, reviews and hits on both engines: who may, what counts, what servers do, and once."""

import asyncio

import pytest

from bot.acts import Actor
from bot.config import NetworkConfig
from bot.errors import NotFound, UserError
from bot.features.network.model import ReportState
from bot.features.network.reports import Filing
from bot.sanctions import Sanction
from bot.uploads import Upload
from tests.integration.network.network_env import (
    AFAR,
    ANN,
    BEN,
    CAL,
    OTTER,
    QUEEN,
    NetworkEnv,
    reviewer,
    staff,
)
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, OWNER, Fault

DAY = 86_400.0
HIT = {
    "user_id": str(OTTER),
    "trust_score": 45,
    "approved_report_count": 2,
    "top_category": "scam",
    "top_severity": "high",
    "summary": "2 approved reports, most of them for scam.",
}


async def test_two_servers_make_a_hit_on_approval_and_it_says_nothing_of_them(
    env: NetworkEnv,
) -> None:
    await env.approved(AFAR[0])
    await env.sweep()
    assert await env.hits() == []

    await env.approved(AFAR[1], severity="medium")
    await env.sweep()

    assert await env.hits() == [HIT]
    (log,) = env.said("reported by 2 servers")
    assert await env.rows() == []  # it only flags until the server decides
    everything = repr((log, await env.hits(), env.said("Report ")))
    assert not [guild for guild in AFAR if str(guild) in everything]
    assert not [guild for guild in AFAR if str(staff(guild).user_id) in everything]


async def test_a_hit_on_joining_is_once_for_each_set_of_reports(env: NetworkEnv) -> None:
    del env.discord.people[OTTER]
    await env.approved(AFAR[0])
    await env.approved(AFAR[1], severity="medium")
    await env.sweep()
    assert await env.hits() == []

    for _again in range(2):
        await env.joins()
        await env.sweep()
    assert await env.hits() == [HIT]

    await env.approved(AFAR[2], category="spam", severity="critical")
    await env.sweep()
    await env.joins()
    await env.sweep()
    third = {**HIT, "trust_score": 0, "approved_report_count": 3, "top_severity": "critical"}
    third["summary"] = "3 approved reports, most of them for scam."
    assert await env.hits() == [HIT, third]


async def test_who_was_not_reported_enough_costs_a_join_nothing(env: NetworkEnv) -> None:
    await env.approved(AFAR[0])
    await env.joins()
    await env.joins(env.discord.enter(5_901))
    await env.sweep()
    assert await env.hits() == []


async def test_whoever_takes_no_part_hears_nothing(env: NetworkEnv) -> None:
    await env.choose("network", enabled=False)
    await env.approved(AFAR[0])
    await env.approved(AFAR[1])
    await env.joins()
    await env.sweep()
    assert await env.hits() == []
    with pytest.raises(UserError, match="takes no part"):
        await env.network.reports.assessment(GUILD, OTTER)


@pytest.mark.parametrize(
    ("reaction", "type_"), [("quarantine", "mute"), ("kick", "kick"), ("ban", "ban")]
)
async def test_each_tier_does_what_the_server_chose(
    env: NetworkEnv, reaction: str, type_: str
) -> None:
    await env.choose("network", severe=reaction)
    await env.approved(AFAR[0])
    await env.approved(AFAR[1])
    await env.sweep()

    (case,) = await env.rows()
    assert (case["type"], case["user_id"], case["moderator_id"]) == (type_, OTTER, BOT)
    assert "case 1" in (await env.measures())[0]
    letters = [post for to, post in env.discord.letters if to == OTTER]
    assert letters[0].buttons[0].url is not None  # the link comes before what is done
    assert "/network/" in letters[0].buttons[0].url


async def test_shadow_an_exempt_role_and_the_owner(env: NetworkEnv) -> None:
    await env.choose("network", severe="ban", exempt_role_ids=(11,))
    await env.incidents.shadows.begin(QUEEN, "network", 1)
    await env.approved(AFAR[0])
    await env.approved(AFAR[1])
    await env.sweep()
    assert await env.measures() == [f"<@{OTTER}> would have been banned"]
    assert await env.hits() == []  # in shadow no event tells of it

    env.clock.advance(DAY)
    for user_id in (env.discord.enter(5_901, roles={11}), OWNER):
        await env.approved(AFAR[0], user_id)
        await env.approved(AFAR[1], user_id)
    await env.sweep()
    assert await env.measures(2) == ["Nothing was done: a role of theirs is exempt."]
    assert await env.measures(3) == ["Nothing was done: they own this server."]
    assert await env.rows() == []
    assert env.discord.letters == []


async def test_what_was_only_told_in_shadow_is_done_when_it_is_over(env: NetworkEnv) -> None:
    await env.choose("network", severe="ban")
    await env.incidents.shadows.begin(QUEEN, "network", 1)
    await env.approved(AFAR[0])
    await env.approved(AFAR[1])
    for _again in range(2):
        await env.joins()
        await env.sweep()
    assert await env.counted("incident") == 1
    await env.incidents.shadows.end(QUEEN, "network")
    for _again in range(2):
        await env.joins()
        await env.sweep(61)
    assert len(await env.hits()) == 1
    assert OTTER in env.discord.banned


async def test_no_answer_is_asked_again_and_anothers_case_is_not_taken_for_its_own(
    env: NetworkEnv,
) -> None:
    await env.choose("network", severe="ban")
    await env.approved(AFAR[0])
    env.discord.faults["ban_reason"] = Fault.LOST
    await env.approved(AFAR[1])
    await env.sweep()
    assert await env.measures() == []
    del env.discord.faults["ban_reason"]
    other = Sanction(env.guild_id, OTTER, "ban", "Another rule")
    assert (await env.cases.sanctions.order(other)).number == 1
    await env.sweep(61)
    assert await env.measures() == [f"<@{OTTER}> was not banned: They are banned already."]


async def test_of_two_reviewers_at_once_one_decides(env: NetworkEnv) -> None:
    report = await env.filed(AFAR[0])
    decide = env.network.reviews.decide
    came = await asyncio.gather(
        decide(reviewer(ANN), report.id, "approved"),
        decide(reviewer(BEN), report.id, "refused", "Not shown"),
        return_exceptions=True,
    )
    refused = [one for one in came if isinstance(one, UserError)]
    assert len(refused) == 1
    assert "already decided by" in str(refused[0])


async def test_of_two_approvals_at_once_the_second_makes_the_hit(env: NetworkEnv) -> None:
    reports = [await env.filed(guild_id) for guild_id in AFAR[:2]]
    decide = env.network.reviews.decide
    await asyncio.gather(*(decide(reviewer(ANN), one.id, "approved") for one in reports))
    await env.sweep()
    assert len(await env.hits()) == 1


async def test_who_may_decide(env: NetworkEnv) -> None:
    afar, here = await env.filed(AFAR[0]), await env.filed(GUILD)
    mine = await env.filed(AFAR[0], ANN)
    decide = env.network.reviews.decide
    for actor, report, why in (
        (reviewer(OTTER), afar, "Only the reviewers"),
        (reviewer(CAL), here, "a server that you help to run"),
        (reviewer(ANN), mine, "about yourself"),
        (Actor(AFAR[0], ANN, "ann"), afar, "not decided in this server"),
    ):
        with pytest.raises(UserError, match=why):
            await decide(actor, report.id, "approved")
    with pytest.raises(UserError, match="Say why"):
        await decide(reviewer(ANN), afar.id, "refused", " ")
    # Also once they help to run it no more: what counts is both, when it was made and now.
    del env.discord.people[CAL]
    with pytest.raises(UserError, match="a server that you help to run"):
        await decide(reviewer(CAL), here.id, "approved")
    decided = await decide(reviewer(CAL), afar.id, "approved")
    assert decided.state is ReportState.APPROVED
    with pytest.raises(UserError, match="already decided by"):
        await decide(reviewer(BEN), afar.id, "approved")


async def test_about_whom_no_report_is_made(env: NetworkEnv) -> None:
    by = Actor(GUILD, CAL, "harbour_master")

    async def file(user_id: int, evidence: str = "It happened.") -> None:
        await env.network.reports.file(by, Filing(user_id, "scam", "low", evidence))

    for user_id, why in (
        (CAL, "yourself"),
        (BOT, "Bots"),
        (OWNER, "The owner"),
        (77_777, "no account"),
    ):
        with pytest.raises(UserError, match=why):
            await file(user_id)
    with pytest.raises(UserError, match="Say what happened"):
        await file(OTTER, " \n ")
    await file(OTTER)
    with pytest.raises(UserError, match="has reported them already"):
        await file(OTTER)


async def test_without_reviewers_nothing_can_be_switched_on(env: NetworkEnv) -> None:
    env.review = NetworkConfig()
    env.renew()
    with pytest.raises(UserError, match=r"network\.reviewers"):
        await env.filed(AFAR[0])
    await env.choose("network", enabled=False)
    with pytest.raises(UserError, match=r"network\.reviewers"):
        await env.choose("network", enabled=True)
    await env.joins()
    assert await env.counted("network_search") == 0
    panel = await env.incidents.panel(GUILD, "network")
    assert "No reviewers" in panel.fields[0][0]


async def test_a_server_s_reports_of_a_day_are_counted(env: NetworkEnv) -> None:
    for number in range(10):
        await env.filed(AFAR[0], 2_000 + number)
    with pytest.raises(UserError, match="10 reports a day"):
        await env.filed(AFAR[0], 2_010)
    env.clock.advance(DAY)
    for number in range(6):
        await env.network.reviews.decide(reviewer(ANN), number + 1, "refused", "Not shown")
        if number == 2:
            await env.filed(AFAR[0], 2_020)
            await env.filed(AFAR[0], 2_021)
            with pytest.raises(UserError, match="2 reports a day"):
                await env.filed(AFAR[0], 2_022)
    with pytest.raises(UserError, match="most of this server's reports"):
        await env.filed(AFAR[0], 2_023)
    await env.filed(AFAR[1], 2_023)
    env.clock.advance(91 * DAY)
    await env.filed(AFAR[0], 2_024)


async def test_what_is_withdrawn_or_too_old_counts_no_more(env: NetworkEnv) -> None:
    upload = Upload("proof.png", "image/png", b"picture")
    first = await env.approved(AFAR[0], upload=upload)
    assert await env.network.reviews.file(reviewer(BEN), first.id) == ("proof.png", b"picture")
    with pytest.raises(NotFound):
        await env.network.reports.withdraw(staff(AFAR[1]), first.id)
    await env.network.reports.withdraw(staff(AFAR[0]), first.id)
    with pytest.raises(UserError, match="has ended"):
        await env.network.reports.withdraw(staff(AFAR[0]), first.id)
    with pytest.raises(NotFound, match="That file is gone"):
        await env.network.reviews.file(reviewer(BEN), first.id)
    await env.approved(AFAR[1])
    await env.sweep()
    assert await env.hits() == []

    env.clock.advance(170 * DAY)
    await env.approved(AFAR[0])
    await env.sweep()
    assert [one["approved_report_count"] for one in await env.hits()] == [2]
    env.clock.advance(10 * DAY)
    assert await env.network.reports.assessment(GUILD, OTTER) is None
    await env.sweep()
    states = [one.state.value for one in (await env.network.reports.page(AFAR[1], 1)).rows]
    assert states == ["expired"]
    await env.joins()
    await env.sweep()
    assert len(await env.hits()) == 1
