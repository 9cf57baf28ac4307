"""Who may not decide, who comes too late, and what Discord does not let happen."""

import discord

from bot.features.appeals.model import AppealState
from tests.e2e.appeals.scene import Court
from tests.e2e.cases.scene import answer, said
from tests.support.messages import buttons, read

MISSING = "There is no such appeal in this server"
NEEDED = "You need the permission **Ban Members** for that."


def take_from_bot(court: Court, **taken: bool) -> None:
    """Leave the bot its permissions but these."""
    me, backend = court.scene.world.guild.me, court.scene.world.env.backend
    assert me is not None
    kept = discord.Permissions.all()
    kept.update(administrator=False, **dict.fromkeys(taken, False))
    backend.edit_role(court.scene.guild_id, me.top_role.id, {"permissions": kept.value})


async def test_of_two_at_once_one_decides_and_the_other_reads_who(court: Court) -> None:
    await court.banned()
    people = (court.scene.moderator, court.scene.pilot)
    forms = [(one, await one.click(court.card(), label="Deny")) for one in people]
    first, second = await court.at_once(forms, "No")
    decided = await court.newest()
    assert decided.decided_by_name in ("moderator", "pilot")
    won, lost = (first, second) if decided.decided_by_name == "moderator" else (second, first)
    assert "denied" in said(won)
    court.scene.refused(lost, f"already decided by {decided.decided_by_name}.")
    assert [kind for kind, _data in await court.events()] == [
        "case.appealed",
        "case.appeal_decided",
    ]


async def test_an_approval_and_a_denial_at_once_do_not_both_happen(court: Court) -> None:
    await court.banned()
    approving = await court.scene.moderator.click(court.card(), label="Approve")
    denying = await court.scene.pilot.click(court.card(), label="Deny")
    forms = ((court.scene.moderator, approving), (court.scene.pilot, denying))
    answers = [said(one) for one in await court.at_once(forms, "So be it")]
    assert len([one for one in answers if "already decided by" in one]) == 1
    assert len(court.scene.world.errors()) <= 1
    was_approved = (await court.newest()).state is AppealState.APPROVED
    assert court.scene.is_banned(court.scene.otter) is not was_approved
    kinds = [kind for kind, _data in await court.events()]
    assert kinds.count("case.appeal_decided") == 1
    assert kinds.count("member.unbanned") == int(was_approved)


async def test_a_double_click_decides_once(court: Court) -> None:
    await court.banned()
    person = court.scene.moderator
    forms = [(person, await person.click(court.card(), label="Approve")) for _twice in range(2)]
    answers = [said(one) for one in await court.at_once(forms, "Welcome")]
    assert len([one for one in answers if "is lifted" in one]) == 1
    assert len([one for one in answers if "already decided by moderator" in one]) == 1
    court.scene.world.errors()
    kinds = [kind for kind, _data in await court.events()]
    assert [kinds.count(one) for one in ("member.unbanned", "case.appeal_decided")] == [1, 1]


async def test_a_member_without_the_permission_gets_no_form(court: Court) -> None:
    await court.banned()
    guest = court.scene.world.guild.add_member(court.scene.world.env.create_user("guest"))
    await court.scene.world.env.settle()
    for label in ("Approve", "Deny"):
        refused = await guest.click(court.card(), label=label)
        assert refused.modal is None
        court.scene.refused(refused, NEEDED)
    assert (await court.newest()).state is AppealState.OPEN


async def test_whoever_may_undo_that_kind_of_case_may_decide(court: Court) -> None:
    await court.banned()
    guild = court.scene.world.guild
    role = guild.create_role("Gate", permissions=discord.Permissions(ban_members=True))
    keeper = guild.add_member(court.scene.world.env.create_user("gatekeeper"), roles=[role])
    await court.scene.world.env.settle()
    assert "denied" in said(await court.presses("Deny", "No", by=keeper))
    assert (await court.newest()).decided_by_name == "gatekeeper"


async def test_a_form_does_not_outlive_the_permission(court: Court) -> None:
    await court.banned()
    asked = await court.scene.moderator.click(court.card(), label="Approve")
    court.scene.dismiss(court.scene.moderator)
    await court.scene.world.env.settle()
    court.scene.refused(await court.scene.moderator.submit_modal(asked, {"reason": ""}), NEEDED)
    assert court.scene.is_banned(court.scene.otter)


async def test_nobody_decides_about_themself(court: Court) -> None:
    await court.scene.captain.slash(
        court.scene.world.channel, "mute", user=court.scene.pilot, reason="Loud"
    )
    await court.files()
    refused = await court.scene.pilot.click(court.card(), label="Approve")
    court.scene.refused(refused, "You cannot decide about your own appeal.")
    assert refused.modal is None


async def test_another_server_s_appeal_is_not_there(court: Court) -> None:
    appeal = await court.banned()
    world = court.scene.world
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
    court.scene.refused(await boss.click(forged, label="Approve"), MISSING)
    listed = await boss.slash(room, "appeals list")
    assert "No appeal waits for a decision." in said(listed)
    court.scene.refused(
        await boss.slash(room, "appeals view", number=1), "There is no case 1 in this server."
    )
    assert (await court.newest()).state is AppealState.OPEN


async def test_an_unknown_appeal_is_said_to_be_unknown(court: Court) -> None:
    await court.banned()
    channel = court.scene.world.app.client.get_channel(court.channel.id)
    assert isinstance(channel, discord.TextChannel)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Deny", custom_id=f"appeal:deny:{10**18 - 1}"))
    odd = await channel.send("x", view=view)
    view.stop()
    await court.scene.world.env.settle()
    court.scene.refused(await court.scene.moderator.click(odd, label="Deny"), MISSING)


async def test_a_card_survives_a_restart(court: Court) -> None:
    await court.banned()
    await court.scene.world.restart()
    done = await court.presses("Approve", "Welcome")
    assert "is lifted" in said(done)
    assert not court.scene.is_banned(court.scene.otter)
    await court.sweep()
    assert buttons(court.card()) == []


async def test_a_right_that_the_bot_lacks_is_named_and_the_appeal_stays_open(court: Court) -> None:
    await court.banned()
    take_from_bot(court, ban_members=True)
    await court.scene.world.env.settle()
    refused = await court.presses("Approve", "Welcome")
    assert "I need the permission Ban Members" in said(refused)
    assert answer(refused).ephemeral
    court.scene.world.errors()
    await court.sweep()
    assert (await court.newest()).state is AppealState.OPEN
    assert len(buttons(court.card())) == 2
    me = court.scene.world.guild.me
    assert me is not None
    court.scene.world.env.backend.edit_role(
        court.scene.guild_id,
        me.top_role.id,
        {"permissions": discord.Permissions.all().value},
    )
    await court.scene.world.env.settle()
    assert "is lifted" in said(await court.presses("Approve", "Welcome"))
    assert not court.scene.is_banned(court.scene.otter)


async def test_an_unban_that_discord_refuses_is_said_on_the_card_too(court: Court) -> None:
    await court.banned()
    court.scene.world.env.inject_error(
        "DELETE", "/guilds/*/bans/*", status=403, code=50013, message="Missing Permissions"
    )
    refused = await court.presses("Approve", "Welcome")
    court.scene.refused(refused, "Missing Permissions. The appeal stays open.")
    await court.sweep()
    assert "Missing Permissions" in read(court.card())
    assert len(buttons(court.card())) == 2
    assert [kind for kind, _data in await court.events()] == ["case.appealed"]
    assert "is lifted" in said(await court.presses("Approve", "Welcome"))
    kinds = [kind for kind, _data in await court.events()]
    assert kinds == ["case.appealed", "case.updated", "member.unbanned", "case.appeal_decided"]


async def test_rank_holds_for_somebody_not_remembered(court: Court) -> None:
    await court.scene.captain.slash(
        court.scene.world.channel, "mute", user=court.scene.pilot, reason="Loud"
    )
    await court.files()
    guild = court.scene.world.app.client.get_guild(court.scene.guild_id)
    known = guild.get_member(court.scene.pilot.id) if guild else None
    assert guild is not None
    assert known is not None
    guild._remove_member(known)  # pyright: ignore[reportPrivateUsage] - as Discord leaves it
    refused = await court.scene.moderator.click(court.card(), label="Approve")
    court.scene.refused(refused, "pilot has a role as high as yours or higher")
