"""What happened while the bot was away is found when it is back, and told once."""

from collections.abc import Sequence

import pytest
import structlog

from bot.acts import Actor
from bot.features.members.diff import Found
from bot.features.members.facts import Fact
from bot.features.members.roster import Roster
from bot.snapshots import AuditSeen, Banned
from bot.storage.database import Transaction
from tests.integration.members.fake_guild import Bench, person
from tests.support.emitter_setup import GUILD

DAY = 86_400.0


@pytest.fixture
async def bench(harbour_bench: Bench) -> Bench:
    await harbour_bench.sight()
    assert await harbour_bench.told() == []
    return harbour_bench


def busy_ten_minutes(bench: Bench) -> list[tuple[str, str]]:
    """Five bans, twenty joins, three departures; what is to be told of them."""
    harbour = bench.harbour
    for number in range(1, 6):
        harbour.bans_somebody(number)
    for number in (6, 7, 8):
        del harbour.here[number]
    harbour.logged("kick", 8)
    for number in range(101, 121):
        harbour.here[number] = harbour.present(number, bench.clock.now())
    return sorted(
        [
            *[("banned", f"otter_{number}") for number in range(1, 6)],
            *[("left", f"otter_{number}") for number in (6, 7, 8)],
            *[("joined", f"otter_{number}") for number in range(101, 121)],
        ]
    )


async def test_ten_minutes_away_are_found_once(bench: Bench) -> None:
    wanted = busy_ten_minutes(bench)
    await bench.again()
    assert await bench.names() == wanted
    await bench.sight()
    await bench.again()
    assert await bench.names() == wanted
    told = {data["username"]: data for _, data in await bench.told()}
    assert (told["otter_1"]["moderator_id"], told["otter_1"]["reason"]) == ("77", "Advertising")
    assert (told["otter_6"]["kind"], told["otter_6"]["left_at"]) == ("left", None)
    assert (told["otter_8"]["kind"], told["otter_8"]["moderator_id"]) == ("kicked", "77")
    assert told["otter_6"]["joined_at"] == "2026-04-14T11:32:18+00:00"
    assert (told["otter_101"]["invite_code"], told["otter_101"]["inviter_id"]) == (None, None)


async def test_an_unban_while_away_names_the_moderator(bench: Bench) -> None:
    await bench.members.banned(person(1))
    bench.harbour.bans_somebody(1)
    await bench.members.audit_seen(bench.harbour.entries_made[-1])
    del bench.harbour.ban_list[1], bench.harbour.here[2]
    bench.harbour.logged("unban", 1)
    bench.harbour.logged("prune", None)
    await bench.again()
    (_, ban), (_, unban), (_, gone) = sorted(await bench.told(), key=lambda one: one[1]["user_id"])
    assert (ban["moderator_id"], unban["moderator_id"]) == ("77", "77")
    assert (gone["kind"], gone["moderator_id"]) == ("kicked", "77")


async def test_banned_and_unbanned_while_away(bench: Bench) -> None:
    bench.harbour.bans_somebody(1)
    del bench.harbour.ban_list[1]
    bench.harbour.logged("unban", 1)
    await bench.again()
    assert [kind for kind, _ in await bench.told()] == ["banned", "unbanned"]


async def test_gone_and_back_while_away(bench: Bench) -> None:
    bench.harbour.here[1] = bench.harbour.present(1, bench.clock.now())
    await bench.again()
    assert [kind for kind, _ in await bench.told()] == ["left", "joined"]


async def test_the_bot_s_own_case_is_not_told_again(bench: Bench) -> None:
    harbour = bench.harbour
    del harbour.here[1]
    harbour.ban_list[1] = Banned(person(1), None)
    harbour.entries_made.append(AuditSeen(GUILD, 50, "ban", 1, 5, "[case 17] Spam", by_us=True))
    await bench.again()
    assert await bench.told() == []
    del harbour.ban_list[1]
    await bench.again()
    assert await bench.names() == [("unbanned", "otter_1")]


async def test_after_more_than_thirty_days_it_is_a_baseline(bench: Bench) -> None:
    busy_ten_minutes(bench)
    await bench.again(after=30 * DAY + 1)
    assert await bench.told() == []
    del bench.harbour.here[101]
    await bench.again(after=30 * DAY - 1)
    assert await bench.names() == [("left", "otter_101")]


async def test_a_guild_in_sight_for_long_was_seen_until_now(bench: Bench) -> None:
    bench.clock.advance(40 * DAY)
    wanted = busy_ten_minutes(bench)
    await bench.again()
    assert await bench.names() == wanted


async def test_removed_from_the_guild_and_added_again(bench: Bench) -> None:
    await bench.members.returns.left(GUILD)
    wanted = busy_ten_minutes(bench)
    bench.clock.advance(3 * DAY)
    await bench.sight()
    assert await bench.names() == wanted
    await bench.members.returns.left(GUILD)
    bench.harbour.here.clear()
    bench.clock.advance(31 * DAY)
    await bench.sight()
    assert await bench.names() == wanted


@pytest.mark.parametrize("part", ["bans", "members", "log"])
async def test_a_look_that_fails_is_not_an_empty_list(bench: Bench, part: str) -> None:
    bench.harbour.bans_somebody(1)
    bench.harbour.blind.add(part)
    with structlog.testing.capture_logs() as logs:
        await bench.again()
    failed = [line["part"] for line in logs if line["event"] == "members.not_seen"]
    assert failed == ["audit_log" if part == "log" else part]
    assert await bench.names() == [("banned", "otter_1")]
    bench.harbour.blind.clear()
    await bench.again()
    assert await bench.names() == [("banned", "otter_1")]


async def test_a_list_of_bans_that_is_seen_first_is_a_baseline(harbour_bench: Bench) -> None:
    bench = harbour_bench
    bench.harbour.blind.add("bans")
    bench.harbour.ban_list[900] = Banned(person(900), None)
    await bench.sight()
    bench.harbour.blind.clear()
    await bench.again()
    assert await bench.told() == []
    del bench.harbour.ban_list[900]
    await bench.again()
    assert await bench.names() == [("unbanned", "otter_900")]


async def test_what_the_gateway_tells_meanwhile_is_told_once(bench: Bench) -> None:
    wanted = busy_ten_minutes(bench)
    await bench.members.stop()
    bench.members = bench.service()
    returns = bench.members.returns
    returns.sighted(GUILD)
    await bench.members.joined(person(101), bench.harbour.here[101].joined_at)
    await bench.members.banned(person(1))
    await bench.members.removed(person(6), None)
    await bench.members.removed(person(1), None)
    await bench.compared()
    bench.clock.advance(2.5)
    assert await bench.until(len(wanted)) == wanted
    # Once compared, the same again adds nothing.
    await bench.members.joined(person(102), bench.harbour.here[102].joined_at)
    await bench.members.banned(person(2))
    await bench.members.removed(person(7), None)
    bench.clock.advance(5)
    await bench.again()
    assert await bench.names() == wanted


async def test_a_live_join_after_a_missed_leave_is_two_facts(bench: Bench) -> None:
    await bench.members.joined(person(1), bench.clock.now())
    assert [(kind, data["username"]) for kind, data in await bench.told()] == [
        ("left", "otter_1"),
        ("joined", "otter_1"),
    ]


class Crashing(Roster):
    """Fails in a transaction after what it wrote, as a process does that is killed there."""

    batches = 0

    async def tell_found(
        self, tx: Transaction, found: Sequence[Found], *, emits: bool
    ) -> list[Fact]:
        told = await super().tell_found(tx, found, emits=emits)
        self.batches += 1
        if self.batches == 2:
            raise RuntimeError("killed")
        return told


async def test_a_crash_in_the_middle_tells_nothing_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.features.members.reconciliation.BATCH", 10)
    wanted = busy_ten_minutes(bench)
    await bench.members.stop()
    with monkeypatch.context() as patched:
        patched.setattr("bot.features.members.publisher.Roster", Crashing)
        bench.members = bench.service()
        await bench.sight()
    half = await bench.names()
    assert 0 < len(half) < len(wanted)
    await bench.again()
    assert await bench.names() == wanted


async def test_switched_off_it_is_stored_and_not_told(bench: Bench) -> None:
    actor = Actor(GUILD, 4, "harbour_master")
    await bench.settings.change(actor, "members", "enabled", False)
    busy_ten_minutes(bench)
    await bench.again()
    await bench.settings.change(actor, "members", "enabled", True)
    await bench.again()
    assert await bench.told() == []


async def test_a_member_list_of_many_is_stored_in_good_time(harbour_bench: Bench) -> None:
    bench = harbour_bench
    bench.harbour.here = {number: bench.harbour.present(number) for number in range(1, 3_001)}
    await bench.sight()
    for number in range(1, 251):
        del bench.harbour.here[number]
    await bench.again()
    assert len(await bench.until(250)) == 250
