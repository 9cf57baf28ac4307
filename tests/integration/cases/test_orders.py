"""What each order brings about: on Discord, in the book, as events, in their exact order."""

from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.errors import NotFound, UserError
from bot.features.cases.model import CaseState, Order
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, Bench
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


async def test_a_ban_is_its_case_then_the_ban_in_one_transaction(bench: Bench) -> None:
    otter = bench.someone()
    case = await bench.order("ban", otter, reason=" Advertising ", delete_days=2)
    assert bench.discord.banned == {otter: "[case 1] harbour_master: Advertising"}
    assert (case.number, case.state) == (1, CaseState.ACTIVE)
    await bench.echo()
    await bench.settle_members()
    assert await bench.told() == [
        ("case.created", case_keys(1, "ban", otter)),
        ("member.banned", ban_keys(otter)),
    ]
    assert await bench.transactions() in ([], [2])


async def test_a_kick_is_its_case_then_the_departure_and_the_echo_adds_nothing(
    bench: Bench,
) -> None:
    robot = bench.someone(name="robot", is_bot=True)
    await bench.order("kick", robot)
    await bench.echo()
    await bench.settle_members()
    (created, left) = await bench.told()
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
    assert await bench.transactions() in ([], [2])


async def test_an_unban_is_its_case_the_end_of_the_ban_s_and_the_unban(bench: Bench) -> None:
    otter = bench.someone()
    await bench.order("ban", otter, reason="Advertising")
    await bench.order("unban", otter, reason="Sorry")
    assert bench.discord.banned == {}
    await bench.echo()
    await bench.settle_members()
    assert (await bench.told())[2:] == [
        ("case.created", case_keys(2, "unban", otter, reason="Sorry")),
        ("case.updated", revoked(1, "ban", otter)),
        ("member.unbanned", ban_keys(otter, reason="Sorry")),
    ]
    assert await bench.transactions() in ([], [2, 3])


async def test_somebody_banned_by_hand_can_be_unbanned(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.banned[otter] = "by hand"
    await bench.order("unban", otter)
    assert await bench.kinds() == ["case.created", "member.unbanned"]


async def test_a_timeout_is_discord_s_own(bench: Bench) -> None:
    otter = bench.someone()
    await bench.order("timeout", otter, duration=DAY, reason="Advertising")
    until = bench.clock.now() + DAY
    assert bench.discord.people[otter].timed_out_until == until
    assert await bench.told() == [
        ("case.created", case_keys(1, "timeout", otter, expires_at="2026-05-25T11:32:18+00:00"))
    ]
    await bench.order("untimeout", otter)
    assert bench.discord.people[otter].timed_out_until is None
    assert (await bench.kinds())[1:] == ["case.created", "case.updated revoked"]


async def test_a_timeout_by_hand_can_be_ended(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.people[otter].timed_out_until = bench.clock.now() + DAY
    await bench.order("untimeout", otter)
    assert bench.discord.people[otter].timed_out_until is None


async def test_a_mute_is_the_role_of_the_settings(bench: Bench) -> None:
    otter = bench.someone(roles={10})
    await bench.order("mute", otter)
    assert bench.discord.roles_of(otter) == {10, 20}
    await bench.order("unmute", otter)
    assert bench.discord.roles_of(otter) == {10}
    assert await bench.kinds() == ["case.created", "case.created", "case.updated revoked"]


async def test_a_mute_ends_with_the_role_it_gave(bench: Bench) -> None:
    otter = bench.someone()
    await bench.order("mute", otter)
    await bench.choose(mute_role_id=11)
    with pytest.raises(UserError, match="muted with another role"):
        await bench.order("mute", otter)
    await bench.order("unmute", otter)
    assert bench.discord.roles_of(otter) == set()


async def test_a_muted_person_who_left_can_be_unmuted(bench: Bench) -> None:
    otter = bench.someone()
    await bench.order("mute", otter)
    bench.discord.people.pop(otter)
    await bench.order("unmute", otter)
    assert (await bench.kinds())[-1] == "case.updated revoked"


async def test_warnings_are_counted_and_cleared(bench: Bench) -> None:
    otter = bench.someone()
    for _ in range(2):
        await bench.order("warn", otter, reason="Advertising")
    await bench.order("note", otter, reason="Watch out")
    await bench.order("clear_warnings", otter)
    assert await bench.kinds() == [
        *("case.created",) * 4,
        "case.updated revoked",
        "case.updated revoked",
    ]
    assert await bench.transactions() in ([], [1, 1, 1, 3])
    with pytest.raises(UserError, match="They have no warnings"):
        await bench.order("clear_warnings", otter)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("unban", "not banned here"),
        ("untimeout", "in no timeout"),
        ("unmute", "not muted"),
        ("clear_warnings", "no warnings"),
    ],
)
async def test_what_does_not_stand_cannot_be_lifted(bench: Bench, kind: str, refusal: str) -> None:
    order = Order(kind, bench.someone())  # pyright: ignore[reportArgumentType] - all are types
    with pytest.raises(UserError, match=refusal):
        await bench.cases.order(HARBOUR_MASTER, order)
    assert await bench.rows() == []


async def test_a_ban_of_somebody_banned_is_refused_but_may_become_one_for_a_time(
    bench: Bench,
) -> None:
    otter = bench.someone()
    await bench.order("ban", otter)
    with pytest.raises(UserError, match="banned already"):
        await bench.order("ban", otter, by=PILOT)
    await bench.order("tempban", otter, duration=DAY)
    # The ban is one fact, told once.
    assert await bench.kinds() == [
        "case.created",
        "member.banned",
        "case.created",
        "case.updated revoked",
    ]
    await bench.sweep(after=DAY)
    assert bench.discord.banned == {}
    assert (await bench.kinds())[-2:] == ["case.updated expired", "member.unbanned"]


async def test_somebody_who_is_no_member_can_be_banned_by_their_id(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.people.pop(otter)
    done = await bench.done("ban", otter)
    assert (done.case.username, done.told) == (f"otter_{otter}", Outcome.REFUSED)
    with pytest.raises(NotFound, match="no such account"):
        await bench.order("ban", 5)


async def test_numbers_count_in_each_guild_and_are_not_given_twice(bench: Bench) -> None:
    cases = [await bench.order("warn", bench.someone()) for _ in range(3)]
    await bench.process.book.delete(HARBOUR_MASTER, 3)
    cases.append(await bench.order("warn", bench.someone()))
    assert [case.number for case in cases] == [1, 2, 3, 4]


async def test_switched_off_nothing_is_ordered(bench: Bench) -> None:
    await bench.choose(enabled=False)
    with pytest.raises(UserError, match="switched off"):
        await bench.order("warn", bench.someone())


async def test_nothing_is_done_to_those_above(bench: Bench) -> None:
    chief = bench.someone(roles={2})
    admin = bench.someone(permissions=frozenset({"administrator"}))
    for user_id, refusal in (
        (MODERATOR, "to yourself"),
        (BOT, "to myself"),
        (OWNER, "owns this server"),
        (chief, "as high as yours"),
    ):
        with pytest.raises(UserError, match=refusal):
            await bench.order("warn", user_id)
    with pytest.raises(UserError, match="administrator"):
        await bench.order("timeout", admin, duration=DAY)
    assert await bench.rows() == []
    assert await bench.told() == []
