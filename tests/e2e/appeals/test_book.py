"""`/appeals`, and what `/case view` says about appeals."""

from typing import Any

import discord
from discord import app_commands

from bot.features.appeals.model import MESSAGE_LIMIT, REASON_LIMIT, AppealState
from tests.e2e.appeals.scene import Court
from tests.e2e.cases.scene import answer, said
from tests.support.messages import buttons


def group_of(court: Court) -> app_commands.Group:
    tree = court.scene.world.app.client.tree
    (found,) = [one for one in tree.get_commands() if one.name == "appeals"]
    assert isinstance(found, app_commands.Group)
    return found


async def test_the_commands_are_for_servers_and_for_moderators(court: Court) -> None:
    group = group_of(court)
    assert group.guild_only
    assert group.default_permissions == discord.Permissions(moderate_members=True)
    assert sorted(one.name for one in group.commands) == ["list", "view"]
    for command in group.commands:
        assert isinstance(command, app_commands.Command)
        assert len(command.description) > 10
        for parameter in command.parameters:
            assert parameter.autocomplete
            assert str(parameter.description) != "…"


async def test_without_any_the_list_says_so(court: Court) -> None:
    assert "No appeal waits for a decision." in said(await court.scene.does("appeals list"))


async def test_the_list_shows_who_waits_and_lets_one_be_decided(court: Court) -> None:
    await court.banned("Please [x](https://evil.example) @everyone")
    listed = answer(await court.scene.does("appeals list"))
    assert listed.ephemeral
    assert "**1** quiet\\_otter · Please" in said(listed)
    assert "](https://" not in said(listed)
    assert "@everyone" not in said(listed)
    picked = answer(await court.scene.moderator.select(listed, ["1"]))
    asked = await court.scene.moderator.click(picked, label="Deny")
    done = await court.scene.moderator.submit_modal(asked, {"reason": "No"})
    assert "denied" in said(done)
    assert "No appeal waits" in said(await court.scene.does("appeals list"))


async def test_more_than_ten_are_paged(court: Court) -> None:
    env = court.scene.world.env
    for number in range(1, 12):
        someone = court.scene.world.guild.add_member(env.create_user(f"gull_{number}"))
        await env.settle()
        await court.scene.does("mute", user=someone, reason="Loud")
        await court.appeals.submit(await court.token(number), "Please")
    listed = answer(await court.scene.does("appeals list"))
    assert "Page 1 of 2 · 11 appeals" in said(listed)
    assert "gull\\_1 " in said(listed)
    assert "gull\\_11" not in said(listed)
    turned = await court.scene.moderator.click(listed, label="Next")
    assert turned.response is not None
    assert "gull\\_11" in said(turned.response)
    assert "Page 2 of 2" in said(turned.response)
    court.scene.dismiss(court.scene.moderator)
    await env.settle()
    refused = await court.scene.moderator.click(turned.response, label="Back")
    court.scene.refused(refused, "You need the permission **Timeout Members** for that.")


async def test_the_view_shows_the_newest_and_those_before(court: Court) -> None:
    await court.choose("wait_days", 0)
    await court.banned("First")
    await court.presses("Deny", "Too early")
    await court.sweep(1)
    await court.files("Second")
    view = answer(await court.scene.does("appeals view", number=1))
    assert view.ephemeral
    assert "Second" in said(view)
    assert "**1** denied by moderator" in said(view)
    assert "Too early" in said(view)
    asked = await court.scene.pilot.click(court.cards()[-1], label="Approve")
    await court.scene.pilot.submit_modal(asked, {"reason": ""})
    late = await court.scene.moderator.click(view, label="Approve")
    court.scene.refused(late, "already decided by pilot.")


async def test_a_case_without_appeals_and_a_case_that_is_not_there(court: Court) -> None:
    await court.scene.does("warn", user=court.scene.otter, reason="Spam")
    court.scene.refused(
        await court.scene.does("appeals view", number=1), "Case 1 was not appealed."
    )
    court.scene.refused(
        await court.scene.does("appeals view", number=2), "There is no case 2 in this server."
    )


async def suggested(court: Court, by: Any, typed: str) -> list[Any]:
    choices = await by.autocomplete(court.scene.world.channel, "appeals view", "number", typed)
    return [choice["value"] for choice in choices]


async def test_numbers_are_suggested_to_moderators_alone(court: Court) -> None:
    await court.banned()
    assert await suggested(court, court.scene.moderator, "") == [1]
    assert await suggested(court, court.scene.moderator, "1") == [1]
    assert await suggested(court, court.scene.moderator, "7") == []
    await court.scene.world.allow(court.scene.world.manager, "appeals")
    assert await suggested(court, court.scene.world.manager, "") == []


async def test_whoever_was_let_in_by_the_server_s_settings_is_refused(court: Court) -> None:
    await court.banned()
    listed = answer(await court.scene.does("appeals list"))
    guest = court.scene.world.manager
    await court.scene.world.allow(guest, "appeals")
    for command, more in (("appeals list", {}), ("appeals view", {"number": 1})):
        refused = await guest.slash(court.scene.world.channel, command, **more)
        court.scene.refused(refused, "You need the permission **Timeout Members** for that.")
    court.scene.dismiss(court.scene.moderator)
    await court.scene.world.env.settle()
    refused = await court.scene.moderator.select(listed, ["1"])
    court.scene.refused(refused, "You need the permission **Timeout Members** for that.")


async def test_a_case_says_how_its_appeals_stand(court: Court) -> None:
    await court.banned("First")
    waiting = said(await court.scene.does("case view", number=1))
    assert "Appeals: **1** waits for a decision" in waiting
    await court.presses("Deny", "Too *early*")
    await court.sweep()
    view = said(await court.scene.does("case view", number=1))
    assert "Appeals: **1** denied by moderator" in view
    assert "Too \\*early\\*" in view
    assert (await court.newest()).state is AppealState.DENIED


async def test_a_case_that_nobody_appealed_says_nothing_of_it(court: Court) -> None:
    await court.scene.does("ban", user=court.scene.otter, reason="Spam")
    assert "Appeals" not in said(await court.scene.does("case view", number=1))


async def test_the_longest_texts_fit(court: Court) -> None:
    await court.choose("wait_days", 0)
    gull = court.scene.world.guild.add_member(court.scene.world.env.create_user("_" * 32))
    await court.scene.world.env.settle()
    await court.scene.does("tempban", user=gull, duration="30d", reason="*" * REASON_LIMIT)
    for _attempt in range(3):
        await court.files("*" * MESSAGE_LIMIT)
        asked = await court.scene.moderator.click(court.cards()[-1], label="Deny")
        await court.scene.moderator.submit_modal(asked, {"reason": "*" * REASON_LIMIT})
        await court.sweep(1)
    assert [len(buttons(card)) for card in court.cards()] == [0, 0, 0]
    view = said(await court.scene.does("appeals view", number=1))
    assert "\\*" * 300 in view
    assert "Before that" in view
    assert "**3** denied" in said(await court.scene.does("case view", number=1))
