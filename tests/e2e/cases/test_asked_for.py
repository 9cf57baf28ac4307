"""Silence, reasons to choose from, one warning lifted, and one's own cases, in Discord."""

from tests.e2e.cases.scene import Scene, answer, said
from tests.support.messages import read


async def test_a_silent_command_writes_to_nobody(scene: Scene) -> None:
    result = await scene.does("warn", user=scene.otter, reason="Spam", silent=True)
    assert "told by direct message" not in said(result)
    assert scene.letters(scene.otter) == []
    viewed = await scene.does("case view", number=1)
    assert "Direct message: none, as was asked for" in said(viewed)


async def test_the_server_s_reasons_are_offered_and_one_is_asked_for(scene: Scene) -> None:
    await scene.choose(reasons="Spam; Insults; Spam in voice", reason_required=True)

    async def offered(typed: str) -> list[str]:
        found = await scene.moderator.autocomplete(
            scene.world.channel, "ban", "reason", typed, user=scene.otter
        )
        return [one["value"] for one in found]

    assert await offered("") == ["Spam", "Insults", "Spam in voice"]
    assert await offered("spam") == ["spam", "Spam", "Spam in voice"]
    assert await offered("Insults") == ["Insults"]
    assert await offered("Something else") == ["Something else"]
    refused = await scene.does("ban", user=scene.otter)
    scene.refused(refused, "This server asks for a reason")
    assert not scene.is_banned(scene.otter)


async def test_how_far_back_is_deleted_is_suggested_and_bounded(scene: Scene) -> None:
    found = await scene.moderator.autocomplete(
        scene.world.channel, "ban", "delete", "12h", user=scene.otter
    )
    assert [(one["name"], one["value"]) for one in found] == [("12 hours", "12h")]
    refused = await scene.does("ban", user=scene.otter, delete="8d")
    scene.refused(refused, "at most 7 days")


async def test_one_warning_is_lifted_and_its_line_says_so(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam")
    result = await scene.does("case revoke", number=1, reason="It was his brother")
    assert "The warning of case 1 is lifted" in said(result)
    assert "State: lifted" in read(scene.cards()[0])
    assert "It was his brother" in said(await scene.does("case view", number=1))
    assert await scene.types() == ["case.created", "case.updated"]


async def test_everybody_sees_their_own_cases_alone(scene: Scene) -> None:
    await scene.choose(ladder="99 in 1d: kick")  # whoever is in a timeout can use no command
    for number in range(11):
        await scene.does("warn", user=scene.otter, reason=f"Spam {number}", silent=True)
    await scene.does("note", user=scene.otter, text="Watch him")
    first = await scene.otter.slash(scene.world.channel, "mycases")
    assert answer(first).ephemeral
    assert "Cases about you" in said(first)
    assert "Spam 10" in said(first)
    assert "Watch him" not in said(first)
    assert "moderator" not in said(first)
    turned = await scene.otter.click(answer(first), label="Next")
    assert "Page 2 of 2 · 11 cases" in said(turned)
    mine = await scene.pilot.slash(scene.world.channel, "mycases")
    assert "Nothing was decided about you" in said(mine)
