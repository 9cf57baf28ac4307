"""Menus, modals, and buttons that outlive the client that drew them."""

from bot.acts import Outcome
from bot.features.cases.messages import LOG
from tests.e2e.cases.scene import Scene, answer, came_of, said
from tests.support.messages import buttons, read, title_of

NEEDED = "You need the permission **Timeout Members** for that."


async def test_the_card_in_the_log_lets_the_reason_be_edited_after_a_restart(
    scene: Scene,
) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam")
    (card,) = scene.cards()
    await scene.world.restart()
    asked = await scene.pilot.click(card, label="Edit reason")
    await scene.pilot.submit_modal(asked, {"reason": "Spam in three channels"})
    (card,) = scene.cards()
    assert "Spam in three channels" in read(card)
    _created, (kind, data) = await scene.told()
    assert (kind, data["updated_by_id"]) == ("case.updated", str(scene.pilot.id))


async def test_every_button_asks_for_the_permission_again(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam", evidence=("a.txt", b"proof"))
    view = answer(await scene.does("case view", number=1))
    asked = answer(await scene.does("case delete", number=1))
    pages = answer(await scene.does("case search"))
    (card,) = scene.cards()
    scene.dismiss(scene.moderator)
    await scene.world.env.settle()
    for message, label in (
        (view, "Edit reason"),
        (view, "History"),
        (view, "Delete"),
        (view, "📎 a.txt"),
        (asked, "Delete it"),
        (asked, "Keep it"),
        (card, "Edit reason"),
    ):
        scene.refused(await scene.moderator.click(message, label=label), NEEDED)
    assert "Page 1 of 1" in said(pages)
    assert await scene.types() == ["case.created"]


async def test_a_modal_does_not_outlive_the_permission(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam")
    asked = await scene.does("case edit", number=1)
    scene.dismiss(scene.moderator)
    await scene.world.env.settle()
    refused = await scene.moderator.submit_modal(asked, {"reason": "Nothing"})
    scene.refused(refused, NEEDED)
    assert (await scene.case(1)).reason == "Spam"


async def test_the_button_of_a_case_that_is_gone_says_so(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam")
    first = answer(await scene.does("case delete", number=1))
    second = answer(await scene.does("case delete", number=1))
    view = answer(await scene.does("case view", number=1))
    await scene.moderator.click(first, label="Delete it")
    scene.refused(
        await scene.moderator.click(second, label="Delete it"), "There is no case 1 in this server."
    )
    scene.refused(
        await scene.moderator.click(view, label="Edit reason"), "There is no case 1 in this server."
    )
    (card,) = scene.cards()
    assert title_of(card) == "Case 1 is deleted"
    assert buttons(card) == []


async def test_a_member_s_menu_warns(scene: Scene) -> None:
    asked = await scene.moderator.context_menu(scene.world.channel, "Warn…", scene.otter)
    assert asked.modal is not None
    assert asked.modal["title"] == "Warn quiet_otter"
    done = await scene.moderator.submit_modal(asked, {"reason": "Rude"})
    assert "was warned" in said(done)
    assert answer(done).ephemeral
    assert (await scene.case(1)).reason == "Rude"


async def test_a_member_s_menu_times_out(scene: Scene) -> None:
    asked = await scene.moderator.context_menu(scene.world.channel, "Timeout…", scene.otter)
    refused = await scene.moderator.submit_modal(asked, {"duration": "ages", "reason": "Rude"})
    scene.refused(refused, "Write a duration such as")
    asked = await scene.moderator.context_menu(scene.world.channel, "Timeout…", scene.otter)
    await scene.moderator.submit_modal(asked, {"duration": "30m", "reason": "Rude"})
    assert (scene.timed_out_until(scene.otter) or "").startswith("2026-01-01T00:30")


async def test_a_member_s_menu_lists_the_history(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam")
    shown = await scene.moderator.context_menu(scene.world.channel, "Case history", scene.otter)
    assert "**1** quiet\\_otter was warned · Spam" in said(shown)


async def test_a_message_s_menu_keeps_what_it_said(scene: Scene) -> None:
    message = await scene.otter.send(scene.world.channel, "Buy *cheap* boats")
    asked = await scene.moderator.context_menu(
        scene.world.channel, "Warn for this message", message
    )
    await scene.otter.delete(message)
    await scene.moderator.submit_modal(asked, {"reason": "Advertising"})
    seen = answer(await scene.does("case view", number=1))
    handed = await scene.moderator.click(seen, label=f"📎 message-{message.id}.txt")
    (file,) = answer(handed).attachments
    text = (await file.read()).decode()
    assert "Buy *cheap* boats" in text
    assert f"quiet_otter ({scene.otter.id})" in text


async def test_what_a_message_forwards_and_attaches_is_copied_and_what_is_not_is_said(
    scene: Scene,
) -> None:
    files = [("proof.png", b"\x89PNG proof"), ("tool.exe", b"MZ")]
    first = await scene.otter.send(scene.world.channel, "Buy *cheap* boats", attachments=files)
    message = await scene.otter.forward(first, scene.world.channel)
    asked = await scene.moderator.context_menu(
        scene.world.channel, "Warn for this message", message
    )
    done = await scene.moderator.submit_modal(asked, {"reason": "Advertising"})
    assert "was warned" in said(done)
    assert "Not kept as evidence: tool.exe: Evidence can be a picture" in said(done)
    seen = answer(await scene.does("case view", number=1))
    handed = answer(await scene.moderator.click(seen, label="📎 proof.png"))
    assert await handed.attachments[0].read() == files[0][1]
    text = answer(await scene.moderator.click(seen, label=f"📎 message-{message.id}.txt"))
    told = (await text.attachments[0].read()).decode()
    assert "[forwarded, written 2026-" in told
    assert "Buy *cheap* boats" in told
    assert "[not kept] tool.exe" in told


async def test_a_log_channel_that_was_deleted_is_named_and_stops_nothing(scene: Scene) -> None:
    scene.world.env.backend.delete_channel(scene.log.id)
    await scene.world.env.settle()
    result = await scene.does("warn", user=scene.otter, reason="Spam")
    assert "was warned" in said(result)
    assert "I cannot write into the moderation log: choose another channel" in said(result)
    assert await came_of(scene, LOG) == [Outcome.REFUSED]
    assert await scene.types() == ["case.created"]


async def test_what_a_person_typed_pings_nobody(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="@everyone <@&1> [x](https://evil.example)")
    (card,) = scene.cards()
    assert card.content == ""
    assert "[x](" not in read(card)
    listed = said(await scene.does("case history", user=scene.otter))
    assert "](https://" not in listed
    assert "@everyone" not in listed
