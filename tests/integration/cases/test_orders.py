"""What each order brings about: on Discord, in the book, as events, in their exact order."""

from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.errors import NotFound, UserError
from bot.features.cases.model import CaseState, Order
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, CasesEnv
from tests.support.fake_acts import BOT, MODERATOR, OWNER

DAY = timedelta(days=1)


def case_keys(number: int, kind: str, user_id: int, **more: object) -> dict[str, object]:
    return {
        "case_id": number,
        "case_number": number,
        "type": kind,
        "user_id": str(user_id),
        "moderator_id": str(MODERATOR),
        "reason": "Advertising",
        "source": "bot",
        "expires_at": None,
        **more,
    }


def ban_keys(user_id: int, **more: object) -> dict[str, object]:
    return {
        "user_id": str(user_id),
        "username": f"otter_{user_id}",
        "moderator_id": str(MODERATOR),
        "reason": "Advertising",
        "case_id": 1,
        "source": "bot",
        **more,
    }


def revoked(number: int, kind: str, user_id: int, **more: object) -> dict[str, object]:
    return {
        **case_keys(number, kind, user_id),
        "status": "revoked",
        "updated_by_id": str(MODERATOR),
        "changed_fields": ["status"],
        "changes": {"status": {"old": "active", "new": "revoked"}},
        **more,
    }


async def test_a_ban_is_its_case_then_the_ban_in_one_transaction(env: CasesEnv) -> None:
    otter = env.someone()
    case = await env.order("ban", otter, reason=" Advertising ", deletes=timedelta(hours=12))
    assert env.discord.banned == {otter: "[case 1] harbour_master: Advertising"}
    assert (case.number, case.state) == (1, CaseState.ACTIVE)
    await env.echo()
    await env.settle_members()
    assert await env.told() == [
        ("case.created", case_keys(1, "ban", otter)),
        ("member.banned", ban_keys(otter, was_member=None)),
    ]
    assert await env.transactions() in ([], [2])


async def test_a_kick_is_its_case_then_the_departure_and_the_echo_adds_nothing(
    env: CasesEnv,
) -> None:
    robot = env.someone(name="robot", is_bot=True)
    await env.order("kick", robot)
    await env.echo()
    await env.settle_members()
    (created, left) = await env.told()
    assert created[1]["type"] == "kick"
    assert left == (
        "member.left",
        {
            "user_id": str(robot),
            "username": "robot",
            "is_bot": True,
            "kind": "kicked",
            "moderator_id": str(MODERATOR),
            "joined_at": None,
            "left_at": "2026-05-24T11:32:18+00:00",
        },
    )
    assert await env.transactions() in ([], [2])


async def test_an_unban_is_its_case_the_end_of_the_ban_s_and_the_unban(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("ban", otter, reason="Advertising")
    await env.order("unban", otter, reason="Sorry")
    assert env.discord.banned == {}
    await env.echo()
    await env.settle_members()
    assert (await env.told())[2:] == [
        ("case.created", case_keys(2, "unban", otter, reason="Sorry")),
        ("case.updated", revoked(1, "ban", otter)),
        ("member.unbanned", ban_keys(otter, reason="Sorry")),
    ]
    assert await env.transactions() in ([], [2, 3])


async def test_somebody_banned_by_hand_can_be_unbanned(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.banned[otter] = "by hand"
    await env.order("unban", otter)
    assert await env.kinds() == ["case.created", "member.unbanned"]


async def test_a_timeout_is_discord_s_own(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=DAY, reason="Advertising")
    until = env.clock.now() + DAY
    assert env.discord.people[otter].timed_out_until == until
    assert await env.told() == [
        ("case.created", case_keys(1, "timeout", otter, expires_at="2026-05-25T11:32:18+00:00"))
    ]
    await env.order("untimeout", otter)
    assert env.discord.people[otter].timed_out_until is None
    assert (await env.kinds())[1:] == ["case.created", "case.updated revoked"]


async def test_a_timeout_by_hand_can_be_ended(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.people[otter].timed_out_until = env.clock.now() + DAY
    await env.order("untimeout", otter)
    assert env.discord.people[otter].timed_out_until is None


async def test_a_mute_is_the_role_of_the_settings(env: CasesEnv) -> None:
    otter = env.someone(roles={10})
    await env.order("mute", otter)
    assert env.discord.roles_of(otter) == {10, 20}
    await env.order("unmute", otter)
    assert env.discord.roles_of(otter) == {10}
    assert await env.kinds() == ["case.created", "case.created", "case.updated revoked"]


async def test_a_mute_ends_with_the_role_it_gave(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("mute", otter)
    await env.choose(mute_role_id=11)
    with pytest.raises(UserError, match="muted with another role"):
        await env.order("mute", otter)
    await env.order("unmute", otter)
    assert env.discord.roles_of(otter) == set()


async def test_a_muted_person_who_left_can_be_unmuted(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("mute", otter)
    env.discord.people.pop(otter)
    await env.order("unmute", otter)
    assert (await env.kinds())[-1] == "case.updated revoked"


async def test_warnings_are_counted_and_cleared(env: CasesEnv) -> None:
    otter = env.someone()
    for _ in range(2):
        await env.order("warn", otter, reason="Advertising")
    await env.order("note", otter, reason="Watch out")
    await env.order("clear_warnings", otter)
    assert await env.kinds() == [
        *("case.created",) * 4,
        "case.updated revoked",
        "case.updated revoked",
    ]
    assert await env.transactions() in ([], [1, 1, 1, 3])
    with pytest.raises(UserError, match="They have no warnings"):
        await env.order("clear_warnings", otter)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("unban", "not banned here"),
        ("untimeout", "in no timeout"),
        ("unmute", "not muted"),
        ("clear_warnings", "no warnings"),
    ],
)
async def test_what_does_not_stand_cannot_be_lifted(env: CasesEnv, kind: str, refusal: str) -> None:
    order = Order(kind, env.someone())  # pyright: ignore[reportArgumentType] - all are types
    with pytest.raises(UserError, match=refusal):
        await env.cases.order(HARBOUR_MASTER, order)
    assert await env.rows() == []


async def test_a_ban_of_somebody_banned_is_refused_but_may_become_one_for_a_time(
    env: CasesEnv,
) -> None:
    otter = env.someone()
    await env.order("ban", otter)
    with pytest.raises(UserError, match="banned already"):
        await env.order("ban", otter, by=PILOT)
    await env.order("tempban", otter, duration=DAY)
    # The ban is one fact, told once.
    assert await env.kinds() == [
        "case.created",
        "member.banned",
        "case.created",
        "case.updated revoked",
    ]
    await env.sweep(after=DAY)
    assert env.discord.banned == {}
    assert (await env.kinds())[-2:] == ["case.updated expired", "member.unbanned"]


async def test_somebody_who_is_no_member_can_be_banned_by_their_id(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.people.pop(otter)
    done = await env.done("ban", otter)
    assert (done.case.username, done.told) == (f"otter_{otter}", Outcome.REFUSED)
    with pytest.raises(NotFound, match="no such account"):
        await env.order("ban", 5)


async def test_numbers_count_in_each_guild_and_are_not_given_twice(env: CasesEnv) -> None:
    cases = [await env.order("warn", env.someone()) for _ in range(3)]
    await env.process.book.delete(HARBOUR_MASTER, 3)
    cases.append(await env.order("warn", env.someone()))
    assert [case.number for case in cases] == [1, 2, 3, 4]


async def test_switched_off_nothing_is_ordered(env: CasesEnv) -> None:
    await env.choose(enabled=False)
    with pytest.raises(UserError, match="switched off"):
        await env.order("warn", env.someone())


async def test_nothing_is_done_to_those_above(env: CasesEnv) -> None:
    chief = env.someone(roles={2})
    admin = env.someone(permissions=frozenset({"administrator"}))
    for user_id, refusal in (
        (MODERATOR, "to yourself"),
        (BOT, "to myself"),
        (OWNER, "owns this server"),
        (chief, "as high as yours"),
    ):
        with pytest.raises(UserError, match=refusal):
            await env.order("warn", user_id)
    with pytest.raises(UserError, match="administrator"):
        await env.order("timeout", admin, duration=DAY)
    assert await env.rows() == []
    assert await env.told() == []
