"""`/appeals`, and what `/case view` says about appeals."""

from typing import Any

import discord
from discord import app_commands

from bot.features.appeals.model import MESSAGE_LIMIT, REASON_LIMIT, AppealState
from tests.e2e.appeals.scene import AppealsScene
from tests.e2e.cases.scene import answer, said
from tests.support.messages import buttons


def group_of(appeals: AppealsScene) -> app_commands.Group:
    tree = appeals.scene.world.app.client.tree
    (found,) = [one for one in tree.get_commands() if one.name == "appeals"]
    assert isinstance(found, app_commands.Group)
    return found


async def test_the_commands_are_for_servers_and_for_moderators(appeals: AppealsScene) -> None:
    group = group_of(appeals)
    assert group.guild_only
    assert group.default_permissions == discord.Permissions(moderate_members=True)
    assert sorted(one.name for one in group.commands) == [
        "allow",
        "block",
        "blocked",
        "forbid",
        "link",
        "list",
        "unblock",
        "view",
    ]
    for command in group.commands:
        assert isinstance(command, app_commands.Command)
        assert len(command.description) > 10
        for parameter in command.parameters:
            assert parameter.autocomplete is (parameter.name == "number")
            assert str(parameter.description) != "…"


async def test_without_any_the_list_says_so(appeals: AppealsScene) -> None:
    assert "No appeal waits for a decision." in said(await appeals.scene.does("appeals list"))


async def test_the_list_shows_who_waits_and_lets_one_be_decided(appeals: AppealsScene) -> None:
    await appeals.banned("Please [x](https://evil.example) @everyone")
    listed = answer(await appeals.scene.does("appeals list"))
    assert listed.ephemeral
    assert "**1** quiet\\_otter · Please" in said(listed)
    assert "](https://" not in said(listed)
    assert "@everyone" not in said(listed)
    picked = answer(await appeals.scene.moderator.select(listed, ["1"]))
    asked = await appeals.scene.moderator.click(picked, label="Deny")
    done = await appeals.scene.moderator.submit_modal(asked, {"reason": "No"})
    assert "denied" in said(done)
    assert "No appeal waits" in said(await appeals.scene.does("appeals list"))


async def test_more_than_ten_are_paged(appeals: AppealsScene) -> None:
    env = appeals.scene.world.env
    for number in range(1, 12):
        someone = appeals.scene.world.guild.add_member(env.create_user(f"gull_{number}"))
        await env.settle()
        await appeals.scene.does("mute", user=someone, reason="Loud")
        await appeals.service.submit(await appeals.token(number), "Please")
    listed = answer(await appeals.scene.does("appeals list"))
    assert "Page 1 of 2 · 11 appeals" in said(listed)
    assert "gull\\_1 " in said(listed)
    assert "gull\\_11" not in said(listed)
    turned = await appeals.scene.moderator.click(listed, label="Next")
    assert turned.response is not None
    assert "gull\\_11" in said(turned.response)
    assert "Page 2 of 2" in said(turned.response)
    appeals.scene.dismiss(appeals.scene.moderator)
    await env.settle()
    refused = await appeals.scene.moderator.click(turned.response, label="Back")
    appeals.scene.refused(refused, "You need the permission **Timeout Members** for that.")


async def test_the_view_shows_the_newest_and_those_before(appeals: AppealsScene) -> None:
    await appeals.choose("wait_days", 0)
    await appeals.banned("First")
    await appeals.presses("Deny", "Too early")
    await appeals.sweep(1)
    await appeals.files("Second")
    view = answer(await appeals.scene.does("appeals view", number=1))
    assert view.ephemeral
    assert "Second" in said(view)
    assert "**1** denied by moderator" in said(view)
    assert "Too early" in said(view)
    asked = await appeals.scene.pilot.click(appeals.cards()[-1], label="Approve")
    await appeals.scene.pilot.submit_modal(asked, {"reason": ""})
    late = await appeals.scene.moderator.click(view, label="Approve")
    appeals.scene.refused(late, "already decided by pilot.")


async def test_a_case_without_appeals_and_a_case_that_is_not_there(appeals: AppealsScene) -> None:
    await appeals.scene.does("warn", user=appeals.scene.otter, reason="Spam")
    appeals.scene.refused(
        await appeals.scene.does("appeals view", number=1), "Case 1 was not appealed."
    )
    appeals.scene.refused(
        await appeals.scene.does("appeals view", number=2), "There is no case 2 in this server."
    )


async def suggested(appeals: AppealsScene, by: Any, typed: str) -> list[Any]:
    choices = await by.autocomplete(appeals.scene.world.channel, "appeals view", "number", typed)
    return [choice["value"] for choice in choices]


async def test_numbers_are_suggested_to_moderators_alone(appeals: AppealsScene) -> None:
    await appeals.banned()
    assert await suggested(appeals, appeals.scene.moderator, "") == [1]
    assert await suggested(appeals, appeals.scene.moderator, "1") == [1]
    assert await suggested(appeals, appeals.scene.moderator, "7") == []
    await appeals.scene.world.allow(appeals.scene.world.manager, "appeals")
    assert await suggested(appeals, appeals.scene.world.manager, "") == []


async def test_whoever_was_let_in_by_the_server_s_settings_is_refused(
    appeals: AppealsScene,
) -> None:
    await appeals.banned()
    listed = answer(await appeals.scene.does("appeals list"))
    guest = appeals.scene.world.manager
    await appeals.scene.world.allow(guest, "appeals")
    for command, more in (("appeals list", {}), ("appeals view", {"number": 1})):
        refused = await guest.slash(appeals.scene.world.channel, command, **more)
        appeals.scene.refused(refused, "You need the permission **Timeout Members** for that.")
    appeals.scene.dismiss(appeals.scene.moderator)
    await appeals.scene.world.env.settle()
    refused = await appeals.scene.moderator.select(listed, ["1"])
    appeals.scene.refused(refused, "You need the permission **Timeout Members** for that.")


async def test_a_case_says_how_its_appeals_stand(appeals: AppealsScene) -> None:
    await appeals.banned("First")
    waiting = said(await appeals.scene.does("case view", number=1))
    assert "Appeals: **1** waits for a decision" in waiting
    await appeals.presses("Deny", "Too *early*")
    await appeals.sweep()
    view = said(await appeals.scene.does("case view", number=1))
    assert "Appeals: **1** denied by moderator" in view
    assert "Too \\*early\\*" in view
    assert (await appeals.newest()).state is AppealState.DENIED


async def test_a_case_that_nobody_appealed_says_nothing_of_it(appeals: AppealsScene) -> None:
    await appeals.scene.does("ban", user=appeals.scene.otter, reason="Spam")
    assert "Appeals" not in said(await appeals.scene.does("case view", number=1))


async def test_the_longest_texts_fit(appeals: AppealsScene) -> None:
    await appeals.choose("wait_days", 0)
    gull = appeals.scene.world.guild.add_member(appeals.scene.world.env.create_user("_" * 32))
    await appeals.scene.world.env.settle()
    await appeals.scene.does("tempban", user=gull, duration="30d", reason="*" * REASON_LIMIT)
    for _attempt in range(3):
        await appeals.files("*" * MESSAGE_LIMIT)
        asked = await appeals.scene.moderator.click(appeals.cards()[-1], label="Deny")
        await appeals.scene.moderator.submit_modal(asked, {"reason": "*" * REASON_LIMIT})
        await appeals.sweep(1)
    assert [len(buttons(card)) for card in appeals.cards()] == [0, 0, 0]
    view = said(await appeals.scene.does("appeals view", number=1))
    assert "\\*" * 300 in view
    assert "Before that" in view
    assert "**3** denied" in said(await appeals.scene.does("case view", number=1))
