"""The book: view, history, search, edits, notes, deletion; never another guild's."""

from datetime import timedelta

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.cases.model import NOTE_LIMIT, CaseState, Order
from bot.features.cases.queries import CaseQuery
from bot.features.cases.records import Changes
from bot.storage.row_pages import PAGE
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import ALL, MODERATOR, Fault, ProcessDied

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ELSEWHERE = Actor(GUILD + 1, MODERATOR, "harbour_master")


async def test_one_case_with_all_that_hangs_on_it(env: CasesEnv) -> None:
    book = env.process.book
    await env.order("warn", env.someone(), reason="Advertising")
    await book.note(HARBOUR_MASTER, 1, "Second time")
    await book.note(PILOT, 1, "Third time")
    view = await book.view(GUILD, 1)
    assert view.case.reason == "Advertising"
    assert [(one.author_name, one.text) for one in view.notes] == [
        ("harbour_master", "Second time"),
        ("pilot", "Third time"),
    ]
    for look in (book.view(GUILD, 2), book.view(GUILD + 1, 1)):
        with pytest.raises(NotFound, match="no case"):
            await look


async def test_another_guild_s_cases_cannot_be_touched(env: CasesEnv) -> None:
    await env.order("warn", env.someone())
    book = env.process.book
    for change in (
        book.note(ELSEWHERE, 1, "x"),
        book.delete(ELSEWHERE, 1),
        book.edit(ELSEWHERE, 1, Changes(reason="x")),
    ):
        with pytest.raises(NotFound):
            await change
    assert (await book.search(GUILD + 1, CaseQuery())).total == 0


async def test_a_person_s_history_is_paged_newest_first(env: CasesEnv) -> None:
    otter = env.someone()
    for _ in range(PAGE + 3):
        await env.order("note", otter)
        await env.order("note", env.someone())
    first = await env.process.book.search(GUILD, CaseQuery(user_id=otter))
    assert (first.total, first.pages, first.number, len(first.rows)) == (13, 2, 1, PAGE)
    assert [case.number for case in first.rows] == [25, 23, 21, 19, 17, 15, 13, 11, 9, 7]
    last = await env.process.book.search(GUILD, CaseQuery(user_id=otter), 99)
    assert (last.number, [case.number for case in last.rows]) == (2, [5, 3, 1])
    empty = await env.process.book.search(GUILD, CaseQuery(user_id=5))
    assert (empty.rows, empty.pages, empty.number) == ((), 1, 1)


async def test_a_search_goes_by_everything_given(env: CasesEnv) -> None:
    otter, heron = env.someone(), env.someone()
    await env.order("warn", otter, reason="100% Advertising_")
    await env.order("warn", heron, by=PILOT, reason="1000 times advertising")
    await env.order("kick", heron, reason="Enough")
    env.discord.faults["ban"] = Fault.REFUSES
    with pytest.raises(UserError):
        await env.order("ban", otter)
    await env.process.book.note(HARBOUR_MASTER, 3, "he sold WATCHES")

    async def found(query: CaseQuery) -> list[int]:
        return [case.number for case in (await env.process.book.search(GUILD, query)).rows]

    assert await found(CaseQuery()) == [3, 2, 1]
    assert await found(CaseQuery(user_id=heron)) == [3, 2]
    assert await found(CaseQuery(moderator_id=PILOT.user_id)) == [2]
    assert await found(CaseQuery(type="kick")) == [3]
    assert await found(CaseQuery(state=CaseState.VOID)) == [4]
    assert await found(CaseQuery(text="advertising")) == [2, 1]
    assert await found(CaseQuery(text="0%")) == [1]
    assert await found(CaseQuery(text="g_")) == [1]
    assert await found(CaseQuery(text="watches")) == [3]
    assert await found(CaseQuery(user_id=heron, type="warn", text="times")) == [2]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("ЗАПУГИВАНИЕ", 1),
        ("straße", 2),
        ("STRASSE", 2),
        ("İSTANBUL".lower(), 3),
        ("ﬁsh", 4),
        ("FISH", 4),
        ("Ärger", 5),
        ("a\u0308rger", 5),
    ],
)
async def test_a_search_reads_any_script(env: CasesEnv, typed: str, wanted: int) -> None:
    otter = env.someone()
    for reason in ("запугивание", "Straße", "İSTANBUL", "fish", "ÄRGER"):
        await env.order("note", otter, reason=reason)
    page = await env.process.book.search(GUILD, CaseQuery(text=typed))
    assert [case.number for case in page.rows] == [wanted]


async def test_a_search_finds_names_edited_reasons_and_notes(env: CasesEnv) -> None:
    heron = env.discord.enter(4711, name="Grey_Heron")
    await env.order("warn", heron, reason="Spam")
    await env.process.book.edit(HARBOUR_MASTER, 1, Changes(reason="Лебедь"))
    await env.process.book.note(PILOT, 1, "ГУСЬ")
    for typed, count in (("grey_h", 1), ("лЕБЕДЬ", 1), ("гусь", 1), ("spam", 0)):
        assert (await env.process.book.search(GUILD, CaseQuery(text=typed))).total == count


async def test_an_edited_reason_is_told_with_what_it_was(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    otter = env.someone()
    await env.order("warn", otter, reason="Advertising")
    edited = await env.process.book.edit(PILOT, 1, Changes(reason=" Spam "))
    assert edited.reason == "Spam"
    kind, data = (await env.told(otter))[-1]
    assert kind == "case.updated"
    assert data["changed_fields"] == ["reason"]
    assert data["changes"] == {"reason": {"old": "Advertising", "new": "Spam"}}
    assert (data["reason"], data["status"], data["updated_by_id"]) == (
        "Spam",
        "active",
        str(PILOT.user_id),
    )
    assert ("Reason", "Spam") in env.discord.lines[1].fields
    await env.process.book.edit(PILOT, 1, Changes(reason="Spam"))
    assert len(await env.kinds(otter)) == 2
    await env.process.book.edit(PILOT, 1, Changes(reason=None))
    assert (await env.told(otter))[-1][1]["reason"] is None


async def test_an_edited_end_of_a_temp_ban_moves_the_end(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("tempban", otter, duration=HOUR)
    await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=3 * HOUR))
    changes = (await env.told(otter))[-1][1]["changes"]
    assert changes == {
        "expires_at": {
            "old": "2026-05-24T12:32:18+00:00",
            "new": "2026-05-24T14:32:18+00:00",
        }
    }
    await env.sweep(after=2 * HOUR)
    assert otter in env.discord.banned
    await env.sweep(after=HOUR)
    assert otter not in env.discord.banned


async def test_an_edited_end_of_a_timeout_is_set_on_discord_too(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    await env.process.book.edit(HARBOUR_MASTER, 1, Changes(reason="x", lasts=3 * HOUR))
    assert env.discord.people[otter].timed_out_until == env.clock.now() + 3 * HOUR
    assert (await env.told(otter))[-1][1]["changed_fields"] == ["reason", "expires_at"]
    assert len(await env.kinds(otter)) == 2


async def test_an_edit_that_discord_refuses_changes_nothing(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    env.discord.faults["timeout"] = Fault.REFUSES
    with pytest.raises(UserError, match="Nothing was changed"):
        await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=3 * HOUR))
    env.discord.faults.clear()
    await env.sweep(after=MINUTE)
    assert await env.kinds(otter) == ["case.created"]
    (row,) = await env.rows()
    assert (row["repeats"], row["details"]) == (False, {})


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST, Fault.LATE])
async def test_an_edit_that_was_cut_is_finished_by_a_sweep(env: CasesEnv, fault: Fault) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    wanted = env.clock.now() + 3 * HOUR
    env.discord.faults["timeout"] = fault
    with pytest.raises((UserError, ProcessDied)):
        await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=3 * HOUR))
    assert await env.kinds(otter) == ["case.created"]
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=MINUTE)
    assert env.discord.people[otter].timed_out_until == wanted
    assert await env.kinds(otter) == ["case.created", "case.updated active"]
    assert (await env.rows())[0]["expires_at"] == wanted


async def test_a_mute_may_be_made_to_have_no_end(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("mute", otter, duration=HOUR)
    await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=None))
    await env.sweep(after=2 * HOUR)
    assert env.discord.roles_of(otter) == {20}


@pytest.mark.parametrize(
    ("order", "lasts", "refusal"),
    [
        (Order("warn", 0), HOUR, "no end"),
        (Order("tempban", 0, duration=HOUR), None, "Say for how long"),
        (Order("timeout", 0, duration=HOUR), timedelta(days=29), "between"),
        (Order("timeout", 0, duration=HOUR), timedelta(0), "between"),
    ],
)
async def test_an_end_that_does_not_fit_is_refused(
    env: CasesEnv, order: Order, lasts: timedelta | None, refusal: str
) -> None:
    await env.order(order.type, env.someone(), duration=order.duration)
    with pytest.raises(UserError, match=refusal):
        await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=lasts))


async def test_what_is_over_gets_no_new_end(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("tempban", otter, duration=HOUR)
    env.clock.advance(3600)
    for _ in range(2):
        with pytest.raises(UserError, match="over already"):
            await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=HOUR))
        await env.sweep()


async def test_a_note_is_an_event_without_its_text(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("warn", otter)
    await env.process.book.note(PILOT, 1, "Lives at Harbour Road 7")
    told = await env.told(otter)
    assert told[-1][0] == "case.updated"
    assert (told[-1][1]["changed_fields"], told[-1][1]["changes"]) == (["notes"], {})
    assert "Harbour Road" not in str(told)
    for text, refusal in (("  \x00 ", "Write something"), ("x" * (NOTE_LIMIT + 1), "at most")):
        with pytest.raises(UserError, match=refusal):
            await env.process.book.note(PILOT, 1, text)


async def test_who_may_not_do_it_may_not_change_it(env: CasesEnv) -> None:
    warden = env.someone(roles={11}, permissions=frozenset({"moderate_members"}))
    actor = Actor(GUILD, warden, "warden")
    await env.order("ban", env.someone())
    await env.order("warn", warden)
    await env.order("warn", env.someone(roles={11}, permissions=ALL))
    for number, refusal in (
        (1, "You need the permission"),
        (2, "about yourself"),
        (3, "as high as yours"),
    ):
        with pytest.raises(UserError, match=refusal):
            await env.process.book.edit(actor, number, Changes(reason="x"))


async def test_what_came_to_nothing_is_seen_but_not_changed(env: CasesEnv) -> None:
    env.discord.faults["ban"] = Fault.REFUSES
    with pytest.raises(UserError):
        await env.order("ban", env.someone())
    view = await env.process.book.view(GUILD, 1)
    assert (view.case.state, view.case.failure) == (CaseState.VOID, "Missing Permissions")
    with pytest.raises(UserError, match="not carried out"):
        await env.process.book.note(HARBOUR_MASTER, 1, "x")


async def test_a_search_takes_what_no_database_does(env: CasesEnv) -> None:
    await env.order("warn", env.someone(), reason="Spam")
    for text, total in (("Sp\0am", 0), ("Spam\ud800", 1), ("\0", 1)):
        assert (await env.process.book.search(GUILD, CaseQuery(text=text))).total == total


async def test_cases_about_the_owner_are_nobody_s_to_change(env: CasesEnv) -> None:
    """A case may be older than the ownership; and an owner may have no role at all."""
    otter = env.someone()
    await env.order("warn", otter)
    env.discord.owner_id = otter
    with pytest.raises(UserError, match="owns this server"):
        await env.process.book.delete(HARBOUR_MASTER, 1)
