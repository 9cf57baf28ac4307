"""The rows guard themselves, whoever writes them and whatever was read before."""

from dataclasses import asdict

import pytest
from sqlalchemy.exc import IntegrityError

from bot.features.appeals import store
from bot.features.appeals.model import Action, AppealState
from tests.integration.appeals.appeals_env import AppealsEnv


async def test_a_move_from_a_state_that_has_passed_changes_nothing(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    async with env.emitter.database.transaction() as tx:
        moved = await store.move(tx, one, Action.APPROVE, decided_by_name="first")
        assert moved is not None
        assert await store.move(tx, one, Action.DENY, decided_by_name="second") is None
        assert await store.move(tx, moved, Action.DENY, decided_by_name="second") is None
    (after,) = await env.appeals_of(case)
    assert (after.state, after.decided_by_name) == (AppealState.APPROVING, "first")


@pytest.mark.parametrize("state", [AppealState.OPEN, AppealState.APPROVING])
async def test_a_case_has_one_undecided_appeal(env: AppealsEnv, state: AppealState) -> None:
    _case, _token, one = await env.appealed()
    again = {**asdict(one), "attempt": 2, "state": state.value}
    del again["id"]
    with pytest.raises(IntegrityError):
        async with env.emitter.database.transaction() as tx:
            await store.add(tx, **again)
    assert len(await env.appeal_rows()) == 1


async def test_an_attempt_counts_once(env: AppealsEnv) -> None:
    _case, _token, one = await env.appealed()
    again = {**asdict(one), "state": AppealState.DENIED.value}
    del again["id"]
    with pytest.raises(IntegrityError):
        async with env.emitter.database.transaction() as tx:
            await store.add(tx, **again)
