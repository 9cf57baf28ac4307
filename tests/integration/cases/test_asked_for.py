"""What a moderator or a server asks for beside the act: deletion, silence, a reason."""

from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases.messages import DIRECT, entry
from bot.features.cases.records import Changes
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv

DAY = timedelta(days=1)
HOURS = timedelta(hours=12)


@pytest.mark.parametrize("kind", ["ban", "tempban"])
async def test_a_ban_deletes_what_was_written_in_some_hours(env: CasesEnv, kind: CaseType) -> None:
    lasts = DAY if kind == "tempban" else None
    await env.order(kind, env.someone(), deletes=HOURS, duration=lasts)
    await env.order(kind, env.someone(), duration=lasts)
    assert env.discord.deletions == [12 * 3600, 0]


async def test_a_silent_command_tells_the_person_nothing(env: CasesEnv) -> None:
    otter, heron = env.someone(), env.someone()
    warned = await env.done("warn", otter, reason="Spam", silent=True)
    kicked = await env.done("kick", heron, silent=True)
    assert (warned.told, kicked.told) == (None, None)
    assert env.discord.letters == []
    assert await env.posts(DIRECT) == []
    assert await env.kinds() == ["case.created", "case.created", "member.left"]
    assert ("Direct message", "none, as was asked for") in entry(warned.case, None).fields


async def test_a_silent_act_stays_silent_when_a_sweep_finishes_it(env: CasesEnv) -> None:
    swan = env.someone()
    await env.choose(quarantine_role_id=21)
    case = await env.order("mute", swan, silent=True, quarantine=True)
    await env.cases.release(HARBOUR_MASTER, swan, silent=True)
    assert (await env.row(case)).details.is_silent
    await env.sweep(after=DAY)
    assert env.discord.letters == []


async def test_of_silent_kinds_nobody_is_told(env: CasesEnv) -> None:
    await env.choose(silent_kinds="Kick; unmute")
    otter, heron = env.someone(), env.someone()
    assert (await env.done("kick", heron)).told is None
    assert (await env.done("warn", otter, reason="Spam")).told is Outcome.SENT
    await env.choose(silent_kinds=None)
    assert (await env.done("kick", otter)).told is Outcome.SENT
    await env.choose(letters=False)
    assert (await env.done("warn", env.someone(), reason="Spam")).told is None


@pytest.mark.parametrize("kind", ["warn", "timeout", "mute", "kick", "softban", "ban", "tempban"])
async def test_without_a_reason_nothing_is_done_where_one_is_asked_for(
    env: CasesEnv, kind: CaseType
) -> None:
    await env.choose(reason_required=True)
    otter = env.someone()
    lasts = DAY if kind in ("timeout", "mute", "tempban") else None
    for missing in (None, " \n "):
        with pytest.raises(UserError, match="asks for a reason"):
            await env.order(kind, otter, reason=missing, duration=lasts)
    assert await env.rows() == []
    case = await env.order(kind, otter, reason="Spam", duration=lasts)
    with pytest.raises(UserError, match="asks for a reason"):
        await env.process.book.edit(HARBOUR_MASTER, case.number, Changes(reason=None))
    assert (await env.row(case)).reason == "Spam"


async def test_what_lifts_needs_no_reason(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=DAY, reason="Spam")
    await env.choose(reason_required=True)
    await env.order("untimeout", otter)
    await env.order("note", otter)


async def test_a_case_of_before_without_a_reason_can_be_edited(env: CasesEnv) -> None:
    case = await env.order("mute", env.someone(), duration=DAY)
    await env.choose(reason_required=True)
    edited = await env.process.book.edit(HARBOUR_MASTER, case.number, Changes(lasts=2 * DAY))
    assert edited.expires_at == env.clock.now() + 2 * DAY
