"""One warning is lifted, counts no longer, and stays in the history."""

from datetime import timedelta

import pytest

from bot.errors import NotFound, UserError
from bot.features.cases.model import CaseState
from bot.features.cases.queries import CaseQuery
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, CasesEnv
from tests.support.emitter_setup import GUILD

DAY = timedelta(days=1)


async def test_a_revoked_warning_stays_and_counts_no_longer(env: CasesEnv) -> None:
    await env.choose(ladder="2 in 14d: kick")
    otter = env.someone()
    first = await env.order("warn", otter, reason="Spam")
    case = await env.process.revocation.revoke(PILOT, first.number, " It was  somebody else ")
    assert case.state is CaseState.REVOKED
    (_created, updated) = await env.told()
    assert updated[1]["updated_by_id"] == str(PILOT.user_id)
    assert (updated[1]["status"], updated[1]["changed_fields"]) == ("revoked", ["status", "notes"])
    assert "somebody else" not in str(updated[1])
    again = await env.done("warn", otter, reason="Spam")
    assert again.followed_by is None
    view = await env.process.book.view(GUILD, first.number)
    (note,) = view.notes
    assert (note.author_name, note.text) == ("pilot", "It was somebody else")
    found = await env.process.book.search(GUILD, CaseQuery(user_id=otter))
    assert [one.number for one in found.rows] == [2, 1]


async def test_a_warning_is_revoked_once(env: CasesEnv) -> None:
    case = await env.order("warn", env.someone(), reason="Spam")
    await env.process.revocation.revoke(HARBOUR_MASTER, case.number)
    with pytest.raises(UserError, match="was lifted before"):
        await env.process.revocation.revoke(PILOT, case.number, "Too late")
    assert await env.kinds() == ["case.created", "case.updated revoked"]
    assert (await env.process.book.view(GUILD, case.number)).notes == []


async def test_only_a_warning_is_revoked_and_the_rest_is_lifted(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=DAY)
    await env.order("note", otter)
    with pytest.raises(UserError, match="lift it with /untimeout"):
        await env.process.revocation.revoke(HARBOUR_MASTER, 1)
    with pytest.raises(UserError, match="nothing to lift"):
        await env.process.revocation.revoke(HARBOUR_MASTER, 2)
    with pytest.raises(NotFound):
        await env.process.revocation.revoke(HARBOUR_MASTER, 3)


async def test_nobody_revokes_a_warning_of_their_own(env: CasesEnv) -> None:
    case = await env.order("warn", env.someone(), reason="Spam")
    env.discord.people[case.user_id].permissions = env.discord.people[PILOT.user_id].permissions
    about_it = type(PILOT)(GUILD, case.user_id, "otter")
    with pytest.raises(UserError, match="about yourself"):
        await env.process.revocation.revoke(about_it, case.number)


async def test_what_is_shown_to_the_person_has_no_notes_and_nobody_else_s(env: CasesEnv) -> None:
    otter, heron = env.someone(), env.someone()
    await env.order("warn", otter, reason="Spam", silent=True)
    await env.order("note", otter, reason="Watch him")
    await env.order("warn", heron, reason="Other")
    page = await env.process.book.search(GUILD, CaseQuery(user_id=otter, is_theirs=True))
    assert [case.number for case in page.rows] == [1]
    assert (await env.process.book.search(GUILD + 1, CaseQuery(user_id=otter))).total == 0
