"""What happened while the bot was away is found when it is back, and told once."""

from collections.abc import Collection, Sequence

import pytest
import structlog

from bot.acts import Actor
from bot.features.members import facts
from bot.features.members.diff import Found
from bot.features.members.facts import Fact
from bot.features.members.roster import OnMoves, Roster
from bot.snapshots import AuditSeen, Banned
from bot.storage.database import Transaction
from tests.integration.members.members_env import MembersEnv, person
from tests.support.emitter_setup import GUILD

DAY = 86_400.0


@pytest.fixture
async def env(harbour_bench: MembersEnv) -> MembersEnv:
    await harbour_bench.sight()
    assert await harbour_bench.told() == []
    return harbour_bench


def busy_ten_minutes(env: MembersEnv) -> list[tuple[str, str]]:
    """Five bans, twenty joins, three departures; what is to be told of them."""
    guild = env.guild
    for number in range(1, 6):
        guild.bans_somebody(number)
    for number in (6, 7, 8):
        del guild.here[number]
    guild.logged("kick", 8)
    for number in range(101, 121):
        guild.here[number] = guild.present(number, env.clock.now())
    return sorted(
        [
            *[("banned", f"otter_{number}") for number in range(1, 6)],
            *[("left", f"otter_{number}") for number in (6, 7, 8)],
            *[("joined", f"otter_{number}") for number in range(101, 121)],
        ]
    )


async def test_ten_minutes_away_are_found_once(env: MembersEnv) -> None:
    wanted = busy_ten_minutes(env)
    await env.again()
    assert await env.names() == wanted
    await env.sight()
    await env.again()
    assert await env.names() == wanted
    told = {data["username"]: data for _, data in await env.told()}
    assert (told["otter_1"]["moderator_id"], told["otter_1"]["reason"]) == ("77", "Advertising")
    assert (told["otter_6"]["kind"], told["otter_6"]["left_at"]) == ("left", None)
    assert (told["otter_8"]["kind"], told["otter_8"]["moderator_id"]) == ("kicked", "77")
    assert told["otter_6"]["joined_at"] == "2026-04-14T11:32:18+00:00"
    assert (told["otter_101"]["invite_code"], told["otter_101"]["inviter_id"]) == (None, None)


async def test_an_unban_while_away_names_the_moderator(env: MembersEnv) -> None:
    await env.members.banned(person(1))
    env.guild.bans_somebody(1)
    await env.members.audit_seen(env.guild.entries_made[-1])
    del env.guild.ban_list[1], env.guild.here[2]
    env.guild.logged("unban", 1)
    env.guild.logged("prune", None)
    await env.again()
    (_, ban), (_, unban), (_, gone) = sorted(await env.told(), key=lambda one: one[1]["user_id"])
    assert (ban["moderator_id"], unban["moderator_id"]) == ("77", "77")
    assert (gone["kind"], gone["moderator_id"]) == ("kicked", "77")


async def test_banned_and_unbanned_while_away(env: MembersEnv) -> None:
    env.guild.bans_somebody(1)
    del env.guild.ban_list[1]
    env.guild.logged("unban", 1)
    await env.again()
    assert [kind for kind, _ in await env.told()] == ["banned", "unbanned"]


async def test_gone_and_back_while_away(env: MembersEnv) -> None:
    env.guild.here[1] = env.guild.present(1, env.clock.now())
    await env.again()
    assert [kind for kind, _ in await env.told()] == ["left", "joined"]


async def test_the_bot_s_own_case_is_not_told_again(env: MembersEnv) -> None:
    guild = env.guild
    del guild.here[1]
    guild.ban_list[1] = Banned(person(1), None)
    guild.entries_made.append(AuditSeen(GUILD, 50, "ban", 1, 5, "[case 17] Spam", by_us=True))
    await env.again()
    assert await env.told() == []
    async with (
        env.members.echoes.own(GUILD, 1, "banned") as echo,
        env.emitter.database.transaction() as tx,
    ):
        await echo.told(tx, facts.banned(person(1), None))  # the case does
    del guild.ban_list[1]
    await env.again()
    assert await env.names() == [("banned", "otter_1"), ("unbanned", "otter_1")]


async def test_after_more_than_thirty_days_it_is_a_baseline(env: MembersEnv) -> None:
    busy_ten_minutes(env)
    await env.again(after=30 * DAY + 1)
    assert await env.told() == []
    del env.guild.here[101]
    await env.again(after=30 * DAY - 1)
    assert await env.names() == [("left", "otter_101")]


async def test_a_guild_in_sight_for_long_was_seen_until_now(env: MembersEnv) -> None:
    env.clock.advance(40 * DAY)
    wanted = busy_ten_minutes(env)
    await env.again()
    assert await env.names() == wanted


async def test_removed_from_the_guild_and_added_again(env: MembersEnv) -> None:
    await env.members.returns.left(GUILD)
    wanted = busy_ten_minutes(env)
    env.clock.advance(3 * DAY)
    await env.sight()
    assert await env.names() == wanted
    await env.members.returns.left(GUILD)
    env.guild.here.clear()
    env.clock.advance(31 * DAY)
    await env.sight()
    assert await env.names() == wanted


@pytest.mark.parametrize("part", ["bans", "members", "log"])
async def test_a_look_that_fails_is_not_an_empty_list(env: MembersEnv, part: str) -> None:
    env.guild.bans_somebody(1)
    env.guild.blind.add(part)
    with structlog.testing.capture_logs() as logs:
        await env.again()
    failed = [line["part"] for line in logs if line["event"] == "members.not_seen"]
    assert failed == ["audit_log" if part == "log" else part]
    assert await env.names() == [("banned", "otter_1")]
    env.guild.blind.clear()
    await env.again()
    assert await env.names() == [("banned", "otter_1")]


async def test_a_list_of_bans_that_is_seen_first_is_a_baseline(harbour_bench: MembersEnv) -> None:
    env = harbour_bench
    env.guild.blind.add("bans")
    env.guild.ban_list[900] = Banned(person(900), None)
    await env.sight()
    env.guild.blind.clear()
    await env.again()
    assert await env.told() == []
    del env.guild.ban_list[900]
    await env.again()
    assert await env.names() == [("unbanned", "otter_900")]


async def test_what_the_gateway_tells_meanwhile_is_told_once(env: MembersEnv) -> None:
    wanted = busy_ten_minutes(env)
    await env.members.stop()
    env.members = env.service()
    returns = env.members.returns
    returns.sighted(GUILD)
    await env.members.joined(person(101), env.guild.here[101].joined_at)
    await env.members.banned(person(1))
    await env.members.removed(person(6), None)
    await env.members.removed(person(1), None)
    await env.compared()
    env.clock.advance(2.5)
    assert await env.until(len(wanted)) == wanted
    # Once compared, the same again adds nothing.
    await env.members.joined(person(102), env.guild.here[102].joined_at)
    await env.members.banned(person(2))
    await env.members.removed(person(7), None)
    env.clock.advance(5)
    await env.again()
    assert await env.names() == wanted


async def test_a_live_join_after_a_missed_leave_is_two_facts(env: MembersEnv) -> None:
    await env.members.joined(person(1), env.clock.now())
    assert [(kind, data["username"]) for kind, data in await env.told()] == [
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
    env: MembersEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.features.members.reconciliation.BATCH", 10)
    wanted = busy_ten_minutes(env)
    await env.members.stop()
    with monkeypatch.context() as patched:
        patched.setattr("bot.features.members.publisher.Roster", Crashing)
        env.members = env.service()
        await env.sight()
    half = await env.names()
    assert 0 < len(half) < len(wanted)
    await env.again()
    assert await env.names() == wanted


async def test_switched_off_it_is_stored_and_not_told(env: MembersEnv) -> None:
    actor = Actor(GUILD, 4, "harbour_master")
    await env.settings.change(actor, "members", "enabled", False)
    busy_ten_minutes(env)
    await env.again()
    await env.settings.change(actor, "members", "enabled", True)
    await env.again()
    assert await env.told() == []


async def test_other_features_hear_of_many_at_once(harbour_bench: MembersEnv) -> None:
    """Asked about one after the other they would hold SQLite's writer for seconds."""
    env, heard = harbour_bench, list[tuple[str, list[int]]]()

    def noting(kind: str) -> OnMoves:
        async def noted(_tx: Transaction, _guild_id: int, user_ids: Collection[int]) -> None:
            heard.append((kind, list(user_ids)))

        return noted

    people = range(1, 401)
    env.guild.here = {number: env.guild.present(number) for number in people}
    env.members.on_joined.append(noting("joined"))
    await env.sight()
    assert heard == [("joined", [*people])]
    heard.clear()
    env.members.on_gone.append(noting("gone"))
    for number in (1, 2, 3):
        del env.guild.here[number]
    env.guild.ban_list |= {number: Banned(person(number), None) for number in (3, 900)}
    env.guild.here[901] = env.guild.present(901, env.clock.now())
    await env.sight()
    assert sorted(heard) == [("gone", [3, 1, 2]), ("gone", [900]), ("joined", [901])]


async def test_a_member_list_of_many_is_stored_in_good_time(harbour_bench: MembersEnv) -> None:
    env = harbour_bench
    env.guild.here = {number: env.guild.present(number) for number in range(1, 3_001)}
    await env.sight()
    for number in range(1, 251):
        del env.guild.here[number]
    await env.again()
    assert len(await env.until(250)) == 250
