"""Who may not decide, who comes too late, and what Discord does not let happen."""

import discord

from bot.features.appeals.model import AppealState
from tests.e2e.appeals.scene import AppealsScene
from tests.e2e.cases.scene import answer, said
from tests.support.messages import buttons, read

MISSING = "There is no such appeal in this server"
NEEDED = "You need the permission **Ban Members** for that."


def take_from_bot(appeals: AppealsScene, **taken: bool) -> None:
    """Leave the bot its permissions but these."""
    me, backend = appeals.scene.world.guild.me, appeals.scene.world.env.backend
    assert me is not None
    kept = discord.Permissions.all()
    kept.update(administrator=False, **dict.fromkeys(taken, False))
    backend.edit_role(appeals.scene.guild_id, me.top_role.id, {"permissions": kept.value})


async def test_of_two_at_once_one_decides_and_the_other_reads_who(appeals: AppealsScene) -> None:
    await appeals.banned()
    people = (appeals.scene.moderator, appeals.scene.pilot)
    forms = [(one, await one.click(appeals.card(), label="Deny")) for one in people]
    first, second = await appeals.at_once(forms, "No")
    decided = await appeals.newest()
    assert decided.decided_by_name in ("moderator", "pilot")
    won, lost = (first, second) if decided.decided_by_name == "moderator" else (second, first)
    assert "denied" in said(won)
    appeals.scene.refused(lost, f"already decided by {decided.decided_by_name}.")
    assert [kind for kind, _data in await appeals.events()] == [
        "case.appealed",
        "case.appeal_decided",
    ]


async def test_an_approval_and_a_denial_at_once_do_not_both_happen(appeals: AppealsScene) -> None:
    await appeals.banned()
    approving = await appeals.scene.moderator.click(appeals.card(), label="Approve")
    denying = await appeals.scene.pilot.click(appeals.card(), label="Deny")
    forms = ((appeals.scene.moderator, approving), (appeals.scene.pilot, denying))
    answers = [said(one) for one in await appeals.at_once(forms, "So be it")]
    assert len([one for one in answers if "already decided by" in one]) == 1
    assert len(appeals.scene.world.errors()) <= 1
    was_approved = (await appeals.newest()).state is AppealState.APPROVED
    assert appeals.scene.is_banned(appeals.scene.otter) is not was_approved
    kinds = [kind for kind, _data in await appeals.events()]
    assert kinds.count("case.appeal_decided") == 1
    assert kinds.count("member.unbanned") == int(was_approved)


async def test_a_double_click_decides_once(appeals: AppealsScene) -> None:
    await appeals.banned()
    person = appeals.scene.moderator
    forms = [(person, await person.click(appeals.card(), label="Approve")) for _twice in range(2)]
    answers = [said(one) for one in await appeals.at_once(forms, "Welcome")]
    assert len([one for one in answers if "is lifted" in one]) == 1
    assert len([one for one in answers if "already decided by moderator" in one]) == 1
    appeals.scene.world.errors()
    kinds = [kind for kind, _data in await appeals.events()]
    assert [kinds.count(one) for one in ("member.unbanned", "case.appeal_decided")] == [1, 1]


async def test_a_member_without_the_permission_gets_no_form(appeals: AppealsScene) -> None:
    await appeals.banned()
    guest = appeals.scene.world.guild.add_member(appeals.scene.world.env.create_user("guest"))
    await appeals.scene.world.env.settle()
    for label in ("Approve", "Deny"):
        refused = await guest.click(appeals.card(), label=label)
        assert refused.modal is None
        appeals.scene.refused(refused, NEEDED)
    assert (await appeals.newest()).state is AppealState.OPEN


async def test_whoever_may_undo_that_kind_of_case_may_decide(appeals: AppealsScene) -> None:
    await appeals.banned()
    guild = appeals.scene.world.guild
    role = guild.create_role("Gate", permissions=discord.Permissions(ban_members=True))
    keeper = guild.add_member(appeals.scene.world.env.create_user("gatekeeper"), roles=[role])
    await appeals.scene.world.env.settle()
    assert "denied" in said(await appeals.presses("Deny", "No", by=keeper))
    assert (await appeals.newest()).decided_by_name == "gatekeeper"


async def test_a_form_does_not_outlive_the_permission(appeals: AppealsScene) -> None:
    await appeals.banned()
    asked = await appeals.scene.moderator.click(appeals.card(), label="Approve")
    appeals.scene.dismiss(appeals.scene.moderator)
    await appeals.scene.world.env.settle()
    appeals.scene.refused(await appeals.scene.moderator.submit_modal(asked, {"reason": ""}), NEEDED)
    assert appeals.scene.is_banned(appeals.scene.otter)


async def test_nobody_decides_about_themself(appeals: AppealsScene) -> None:
    await appeals.scene.captain.slash(
        appeals.scene.world.channel, "mute", user=appeals.scene.pilot, reason="Loud"
    )
    await appeals.files()
    refused = await appeals.scene.pilot.click(appeals.card(), label="Approve")
    appeals.scene.refused(refused, "You cannot decide about your own appeal.")
    assert refused.modal is None


async def test_another_server_s_appeal_is_not_there(appeals: AppealsScene) -> None:
    appeal = await appeals.banned()
    world = appeals.scene.world
    elsewhere = world.env.create_guild("Elsewhere")
    boss = elsewhere.add_member(
        world.env.create_user("boss"),
        roles=[elsewhere.create_role("Boss", permissions=discord.Permissions.all())],
    )
    room = elsewhere.create_text_channel("room")
    await world.env.settle()
    guild = world.app.client.get_guild(elsewhere.id)
    channel = guild.get_channel(room.id) if guild else None
    assert isinstance(channel, discord.TextChannel)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Approve", custom_id=f"appeal:approve:{appeal.id}"))
    forged = await channel.send("x", view=view)
    view.stop()
    await world.env.settle()
    appeals.scene.refused(await boss.click(forged, label="Approve"), MISSING)
    listed = await boss.slash(room, "appeals list")
    assert "No appeal waits for a decision." in said(listed)
    appeals.scene.refused(
        await boss.slash(room, "appeals view", number=1), "There is no case 1 in this server."
    )
    assert (await appeals.newest()).state is AppealState.OPEN


async def test_an_unknown_appeal_is_said_to_be_unknown(appeals: AppealsScene) -> None:
    await appeals.banned()
    channel = appeals.scene.world.app.client.get_channel(appeals.channel.id)
    assert isinstance(channel, discord.TextChannel)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Deny", custom_id=f"appeal:deny:{10**18 - 1}"))
    odd = await channel.send("x", view=view)
    view.stop()
    await appeals.scene.world.env.settle()
    appeals.scene.refused(await appeals.scene.moderator.click(odd, label="Deny"), MISSING)


async def test_a_card_survives_a_restart(appeals: AppealsScene) -> None:
    await appeals.banned()
    await appeals.scene.world.restart()
    done = await appeals.presses("Approve", "Welcome")
    assert "is lifted" in said(done)
    assert not appeals.scene.is_banned(appeals.scene.otter)
    await appeals.sweep()
    assert buttons(appeals.card()) == []


async def test_a_right_that_the_bot_lacks_is_named_and_the_appeal_stays_open(
    appeals: AppealsScene,
) -> None:
    await appeals.banned()
    take_from_bot(appeals, ban_members=True)
    await appeals.scene.world.env.settle()
    refused = await appeals.presses("Approve", "Welcome")
    assert "I need the permission Ban Members" in said(refused)
    assert answer(refused).ephemeral
    appeals.scene.world.errors()
    await appeals.sweep()
    assert (await appeals.newest()).state is AppealState.OPEN
    assert len(buttons(appeals.card())) == 2
    me = appeals.scene.world.guild.me
    assert me is not None
    appeals.scene.world.env.backend.edit_role(
        appeals.scene.guild_id,
        me.top_role.id,
        {"permissions": discord.Permissions.all().value},
    )
    await appeals.scene.world.env.settle()
    assert "is lifted" in said(await appeals.presses("Approve", "Welcome"))
    assert not appeals.scene.is_banned(appeals.scene.otter)


async def test_an_unban_that_discord_refuses_is_said_on_the_card_too(appeals: AppealsScene) -> None:
    await appeals.banned()
    appeals.scene.world.env.inject_error(
        "DELETE", "/guilds/*/bans/*", status=403, code=50013, message="Missing Permissions"
    )
    refused = await appeals.presses("Approve", "Welcome")
    appeals.scene.refused(refused, "Missing Permissions. The appeal stays open.")
    await appeals.sweep()
    assert "Missing Permissions" in read(appeals.card())
    assert len(buttons(appeals.card())) == 2
    assert [kind for kind, _data in await appeals.events()] == ["case.appealed"]
    assert "is lifted" in said(await appeals.presses("Approve", "Welcome"))
    kinds = [kind for kind, _data in await appeals.events()]
    assert kinds == ["case.appealed", "case.updated", "member.unbanned", "case.appeal_decided"]


async def test_rank_holds_for_somebody_not_remembered(appeals: AppealsScene) -> None:
    await appeals.scene.captain.slash(
        appeals.scene.world.channel, "mute", user=appeals.scene.pilot, reason="Loud"
    )
    await appeals.files()
    guild = appeals.scene.world.app.client.get_guild(appeals.scene.guild_id)
    known = guild.get_member(appeals.scene.pilot.id) if guild else None
    assert guild is not None
    assert known is not None
    guild._remove_member(known)  # pyright: ignore[reportPrivateUsage] - as Discord leaves it
    refused = await appeals.scene.moderator.click(appeals.card(), label="Approve")
    appeals.scene.refused(refused, "pilot has a role as high as yours or higher")
