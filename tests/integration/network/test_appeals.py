"""Appeals to the network: one at a time, decided once; approved, what came of the reports goes."""

import asyncio
from typing import Any

import pytest

from bot.errors import NotFound, UserError
from bot.features.network.appeal_model import BadStatement, CannotObject, ObjectionPageState
from bot.private_links import LinkExpired, LinkForged
from tests.integration.network.network_env import (
    AFAR,
    ANN,
    BEN,
    CAL,
    GUILD,
    OTTER,
    NetworkEnv,
    reviewer,
    staff,
)
from tests.support.fake_acts import Fault

DAY = 86_400.0


async def token(env: NetworkEnv, user_id: int = OTTER) -> str:
    return (await env.network.objections.link(user_id)).rpartition("/")[2]


async def appealed(env: NetworkEnv) -> str:
    """Whoever was banned for two reports objects; the link is theirs."""
    await env.choose("network", severe="ban")
    await env.approved(AFAR[0])
    await env.approved(AFAR[1])
    await env.sweep()
    assert OTTER in env.discord.banned
    mine = await token(env)
    await env.network.objections.submit(mine, "It was *not* me.")
    return mine


async def test_an_approved_appeal_takes_everything_back_and_says_so(env: NetworkEnv) -> None:
    mine = await appealed(env)
    page = await env.network.objections.look(mine)
    assert page.state is ObjectionPageState.OPEN
    assert not any(str(guild) in repr(page) for guild in AFAR)

    await env.network.objections.decide(reviewer(ANN), 1, "approved", "You are right.")
    await env.sweep()
    await env.sweep(61)

    assert OTTER not in env.discord.banned
    assert (await env.measures())[-1].endswith("are void. Case 1 is lifted.")
    page = await env.network.objections.look(mine)
    assert (page.state, page.lines) == (ObjectionPageState.APPROVED, [])
    for guild_id in AFAR[:2]:
        (report,) = (await env.network.reports.page(guild_id, 1)).rows
        assert report.state.value == "void"
    await env.joins()
    await env.sweep()
    assert len(await env.hits()) == 1
    with pytest.raises(CannotObject):
        await env.network.objections.submit(mine, "Again")


async def test_what_was_approved_since_still_counts(env: NetworkEnv) -> None:
    await appealed(env)
    await env.approved(AFAR[2])
    await env.approved(GUILD)
    env.discord.banned.pop(OTTER)
    env.discord.enter(OTTER, "otter")
    await env.network.objections.decide(reviewer(ANN), 1, "approved")
    await env.sweep()
    await env.sweep(61)
    assert [one["approved_report_count"] for one in await env.hits()][-1] == 2


async def test_a_kick_stays_and_a_log_entry_says_so_too(env: NetworkEnv) -> None:
    await env.choose("network", severe="kick")
    await env.approved(AFAR[0])
    await env.approved(AFAR[1])
    await env.sweep()
    await env.network.objections.submit(await token(env), "No")
    await env.network.objections.decide(reviewer(ANN), 1, "approved")
    await env.sweep()
    assert "Case 1 stays" in (await env.measures())[-1]


async def test_a_lift_without_an_answer_is_tried_again(env: NetworkEnv) -> None:
    await appealed(env)
    env.discord.faults["unban"] = Fault.LOST
    await env.network.objections.decide(reviewer(ANN), 1, "approved")
    await env.sweep()
    assert OTTER in env.discord.banned
    del env.discord.faults["unban"]
    for _round in range(4):
        await env.sweep(61)
    assert OTTER not in env.discord.banned
    said = [one for one in await env.measures() if "void" in one]
    assert len(said) == 1


async def test_of_two_decisions_one_counts(env: NetworkEnv) -> None:
    await appealed(env)
    decide = env.network.objections.decide
    came = await asyncio.gather(
        decide(reviewer(ANN), 1, "approved"),
        decide(reviewer(BEN), 1, "refused", "No"),
        return_exceptions=True,
    )
    refused = [str(one) for one in came if isinstance(one, UserError)]
    assert len(refused) == 1
    assert "already decided by" in refused[0]


async def test_who_decides_about_appeals(env: NetworkEnv) -> None:
    await env.approved(GUILD)
    await env.approved(AFAR[0])
    await env.sweep()
    await env.network.objections.submit(await token(env), "No")
    ready = env.network.objections.ready
    for actor, why in ((reviewer(CAL), "help to run"), (reviewer(5), "Only the reviewers")):
        with pytest.raises(UserError, match=why):
            await ready(actor, 1)
    with pytest.raises(NotFound):
        await ready(staff(AFAR[0]), 1)


async def test_who_runs_a_server_that_another_process_hears_of_decides_nothing_about_it(
    env: NetworkEnv,
) -> None:
    helper = env.discord.people.pop(CAL)
    report, decide = await env.filed(GUILD), env.network.reviews.decide
    env.discord.people[CAL] = helper  # who came later is looked for
    env.discord.is_known, env.discord.faults["know"] = False, Fault.LOST
    with pytest.raises(UserError, match="gave no answer"):
        await decide(reviewer(CAL), report.id, "approved")
    del env.discord.faults["know"]
    with pytest.raises(UserError, match="a server that you help to run"):
        await decide(reviewer(CAL), report.id, "approved")


async def test_a_denial_is_for_a_month_or_until_somebody_else_reports(env: NetworkEnv) -> None:
    mine = await appealed(env)
    objections = env.network.objections
    await objections.decide(reviewer(ANN), 1, "refused", "The picture shows it.")
    page = await objections.look(mine)
    assert page.state is ObjectionPageState.TOO_SOON
    with pytest.raises(CannotObject, match="too early"):
        await objections.submit(mine, "Again")
    await env.approved(AFAR[2])
    assert (await objections.look(mine)).state is ObjectionPageState.MAY_APPEAL
    env.clock.advance(31 * DAY)
    with pytest.raises(LinkExpired):
        await objections.look(mine)
    assert (await objections.look(await token(env))).state is ObjectionPageState.MAY_APPEAL


@pytest.mark.parametrize(
    ("given", "error"), [("", BadStatement), (" \n", BadStatement), ("x" * 2001, BadStatement)]
)
async def test_what_cannot_be_sent(env: NetworkEnv, given: str, error: Any) -> None:
    await env.approved(AFAR[0])
    with pytest.raises(NotFound, match="Nothing that counts"):
        await token(env)
    await env.approved(AFAR[1])
    mine = await token(env)
    with pytest.raises(error):
        await env.network.objections.submit(mine, given)
    with pytest.raises(LinkForged):
        await env.network.objections.look(mine[:-2])
