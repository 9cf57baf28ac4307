"""`/case`: reading, searching, changing and handing out what is written."""

import discord
import pytest

from bot.features.cases.model import CaseState
from tests.e2e.cases.scene import Scene, answer, said
from tests.support.messages import labels, read

PNG = b"\x89PNG\r\n\x1a\nnot much of a picture"


@pytest.fixture
async def warned(scene: Scene) -> Scene:
    """Somebody has one warning."""
    await scene.does("warn", user=scene.otter, reason="Spam")
    return scene


async def test_a_case_is_viewed_with_notes_and_evidence(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam", evidence=("proof.png", PNG))
    await scene.does("case note", number=1, text="Third time [this](https://evil.example) week")
    seen = await scene.does("case view", number=1)
    text = said(seen)
    assert "Case 1: quiet\\_otter was warned" in text
    assert "Reason: Spam" in text
    assert "Third time \\[this]" in text
    handed = await scene.moderator.click(answer(seen), label="📎 proof.png")
    (file,) = answer(handed).attachments
    assert (file.filename, await file.read()) == ("proof.png", PNG)
    assert answer(handed).ephemeral
    told = await scene.told()
    assert [kind for kind, _data in told] == ["case.created", "case.updated"]
    assert told[1][1]["changed_fields"] == ["notes"]
    assert "Third" not in str(told)


async def test_many_notes_come_as_a_file(warned: Scene) -> None:
    for count in range(12):
        await warned.does("case note", number=1, text=f"{count} " + "x" * 90)
    seen = answer(await warned.does("case view", number=1))
    assert "All 12 are in the file." in read(seen)
    (file,) = seen.attachments
    assert (await file.read()).count(b"moderator: ") == 12


@pytest.mark.parametrize(
    ("name", "words"),
    [("proof.exe", "Evidence can be a picture"), ("empty.png", "That file is empty.")],
)
async def test_evidence_that_is_not_kept_stops_the_order(
    scene: Scene, name: str, words: str
) -> None:
    content = b"" if name.startswith("empty") else b"MZ"
    result = await scene.does("warn", user=scene.otter, reason="Spam", evidence=(name, content))
    scene.refused(result, words)
    assert await scene.told() == []


async def test_a_reason_and_an_end_are_edited(scene: Scene) -> None:
    await scene.does("timeout", user=scene.otter, duration="10m", reason="Shouting")
    result = await scene.does("case edit", number=1, reason="Shouting a lot", duration="2h")
    assert "Case 1 is changed" in said(result)
    assert (scene.timed_out_until(scene.otter) or "").startswith("2026-01-01T02:00")
    _created, (kind, updated) = await scene.told()
    assert kind == "case.updated"
    assert set(updated["changed_fields"]) == {"reason", "expires_at"}
    assert "Shouting a lot" in read(scene.cards()[0])


async def test_an_edit_without_anything_asks_for_the_reason(warned: Scene) -> None:
    asked = await warned.does("case edit", number=1)
    assert asked.modal is not None
    assert asked.modal["title"] == "Reason of case 1"
    done = await warned.moderator.submit_modal(asked, {"reason": "Spam, again"})
    assert "Case 1 is changed" in said(done)
    assert (await warned.case(1)).reason == "Spam, again"


async def test_a_mute_for_good_can_get_an_end_and_lose_it(scene: Scene) -> None:
    await scene.does("mute", user=scene.otter)
    await scene.does("case edit", number=1, duration="1h")
    assert (await scene.case(1)).expires_at is not None
    await scene.does("case edit", number=1, duration="never")
    assert (await scene.case(1)).expires_at is None


async def test_evidence_can_be_added_later(warned: Scene) -> None:
    await warned.does("case edit", number=1, evidence=("later.txt", b"seen by three people"))
    seen = await warned.does("case view", number=1)
    assert "📎 later.txt" in labels(answer(seen))
    assert await warned.types() == ["case.created"]


async def test_history_turns_its_pages_also_after_a_restart(scene: Scene) -> None:
    for count in range(12):
        await scene.does("note", user=scene.otter, text=f"Remark {count}")
    first = answer(await scene.does("case history", user=scene.otter))
    assert "Remark 11" in said(first)
    assert "Page 1 of 2 · 12 cases" in said(first)
    await scene.world.restart()
    await scene.moderator.click(first, label="Next")
    assert "Remark 1 ·" in said(first)
    assert "Page 2 of 2" in said(first)
    await scene.moderator.click(first, label="Back")
    assert "Remark 11" in said(first)
    scene.dismiss(scene.moderator)
    refused = await scene.moderator.click(first, label="Next")
    scene.refused(refused, "You need the permission **Timeout Members** for that.")
    assert "Remark 11" in said(first)


async def test_a_search_holds_what_was_asked_for_while_it_turns(scene: Scene) -> None:
    for count in range(11):
        await scene.does("note", user=scene.otter, text=f"Kind: {count}")
    await scene.does("warn", user=scene.otter, reason="Kind: no")
    found = answer(
        await scene.does(
            "case search",
            text="kind:",
            user=scene.otter,
            moderator=scene.moderator,
            type="note",
            state="active",
        )
    )
    assert "Page 1 of 2 · 11 cases" in said(found)
    await scene.moderator.click(found, label="Next")
    assert "Kind: 0" in said(found)
    assert "Page 2 of 2 · 11 cases" in said(found)
    none = await scene.does("case search", moderator=scene.pilot)
    assert "There is no such case." in said(none)


async def test_a_case_is_deleted_once_and_only_when_confirmed(warned: Scene) -> None:
    asked = answer(await warned.does("case delete", number=1))
    assert "Delete case 1 with its notes and evidence?" in said(asked)
    other = answer(await warned.does("case delete", number=1))
    await warned.moderator.click(other, label="Keep it")
    assert said(other) == "Nothing was deleted."
    await warned.world.restart()
    await warned.moderator.click(asked, label="Delete it")
    assert "Case 1 is deleted" in said(asked)
    (_created, (kind, data)) = await warned.told()
    assert (kind, data["deleted_by_id"]) == ("case.deleted", str(warned.moderator.id))
    again = await warned.does("case view", number=1)
    warned.refused(again, "There is no case 1 in this server.")


async def test_the_export_is_a_table_without_formulas(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="=HYPERLINK(1)")
    exported = answer(await scene.does("case export"))
    (file,) = exported.attachments
    lines = (await file.read()).decode().splitlines()
    assert file.filename == "cases-1.csv"
    assert lines[0].startswith("number,type,state,user_id")
    assert lines[1].startswith(f"1,warn,active,{scene.otter.id},quiet_otter,")
    assert "'=HYPERLINK(1)" in lines[1]


async def test_numbers_are_suggested_by_number_and_by_reason(warned: Scene) -> None:
    await warned.does("note", user=warned.otter, text="Likes boats")

    async def suggested(typed: str) -> list[int]:
        found = await warned.moderator.autocomplete(
            warned.world.channel, "case view", "number", typed
        )
        return [choice["value"] for choice in found]

    assert await suggested("") == [2, 1]
    assert await suggested("1") == [1]
    assert await suggested("boat") == [2]
    assert await suggested("OTTER") == [2, 1]
    for _ in range(10):
        await warned.does("note", user=warned.otter, text="Likes boats")
    assert await suggested("1") == [1, 12, 11, 10]
    assert await suggested("12") == [12]
    await warned.world.allow(warned.otter, "case")
    found = await warned.otter.autocomplete(warned.world.channel, "case view", "number", "")
    assert found == []


async def test_durations_are_suggested_as_they_are_typed(scene: Scene) -> None:
    found = await scene.moderator.autocomplete(
        scene.world.channel, "timeout", "duration", "90m", user=scene.otter
    )
    assert [(one["name"], one["value"]) for one in found] == [("1 hour 30 minutes", "90m")]
    usual = await scene.moderator.autocomplete(
        scene.world.channel, "timeout", "duration", "", user=scene.otter
    )
    assert "28d" in [one["value"] for one in usual]


async def test_another_server_s_case_is_not_found(warned: Scene) -> None:
    env = warned.world.env
    elsewhere = env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("general")
    admiral = elsewhere.add_member(
        env.create_user("admiral"),
        roles=[elsewhere.create_role("Staff", permissions=discord.Permissions.all())],
    )
    await env.settle()
    for command in ("case view", "case delete", "case edit", "case note"):
        more = {"text": "x"} if command == "case note" else {}
        result = await admiral.slash(channel, command, number=1, **more)
        warned.refused(result, "There is no case 1 in this server.")
    assert (await warned.case(1)).state is CaseState.ACTIVE


async def test_whoever_may_not_moderate_reads_nothing(warned: Scene) -> None:
    await warned.world.allow(warned.otter, "case")
    result = await warned.otter.slash(warned.world.channel, "case view", number=1)
    warned.refused(result, "You need the permission **Timeout Members** for that.")
