"""`/ticket panel` as whoever manages the server uses it, and what members press."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult, ResponseMessage

from bot.errors import UserError
from bot.features.tickets.panels import PANELS, TEXT_LIMIT, TITLE_LIMIT
from bot.features.tickets.type_store import Panel
from bot.features.tickets.types import FormQuestion
from tests.e2e.cases.scene import answer, said
from tests.e2e.tickets.scene import TicketScene
from tests.support.messages import read

NEEDS_MANAGE_SERVER = "You need the permission **Manage Server** for that."


async def uses(tickets: TicketScene, command: str, **options: Any) -> InteractionResult:
    world = tickets.world
    result = await world.manager.slash(world.channel, f"ticket panel {command}", **options)
    assert answer(result).ephemeral
    return result


async def the_panel(tickets: TicketScene) -> Panel:
    (found,) = await tickets.service.panels.all_of(tickets.world.guild.id)
    return found


async def editor(tickets: TicketScene) -> ResponseMessage:
    return answer(await uses(tickets, "edit", panel=(await the_panel(tickets)).id))


def newcomers(tickets: TicketScene, count: int) -> list[MemberActor]:
    world = tickets.world
    users = [world.env.create_user(f"swan_{number}") for number in range(count)]
    return [world.guild.add_member(one) for one in users]


async def test_a_panel_is_looked_at_before_it_is_posted(tickets: TicketScene) -> None:
    world = tickets.world
    elsewhere = world.guild.create_text_channel("help")
    await world.env.settle()
    made = await uses(tickets, "create", title="Ask us")
    assert "Posted in: nowhere yet" in said(made)
    panel = (await tickets.service.panels.all_of(world.guild.id))[-1]
    preview = await uses(tickets, "post", panel=panel.id, channel=elsewhere)
    assert f"This is how it will stand in <#{elsewhere.id}>." in said(preview)
    assert elsewhere.history() == []
    done = await world.manager.click(answer(preview), label="Post it")
    assert "is being posted" in said(done)
    await tickets.sweep()
    (message,) = elsewhere.history()
    assert "Ask us" in read(message)
    listed = said(await uses(tickets, "list"))
    assert f"**Ask us** · <#{elsewhere.id}> · 1 type" in listed


async def test_a_panel_posted_twice_stands_there_once(tickets: TicketScene) -> None:
    world, panel = tickets.world, await the_panel(tickets)
    elsewhere = world.guild.create_text_channel("help")
    await world.env.settle()
    preview = answer(await uses(tickets, "post", panel=panel.id, channel=elsewhere))
    for _time in range(2):
        await world.manager.click(preview, label="Post it")
    await tickets.sweep()
    assert len(elsewhere.history()) == 1


async def test_words_style_and_types_are_changed_where_it_stands(tickets: TicketScene) -> None:
    world = tickets.world
    other = await tickets.service.types.create(tickets.actor, "Billing")
    panel, shown = await the_panel(tickets), await editor(tickets)
    asked = await world.manager.click(shown, label="Title and text")
    words = {"title": "Harbour office", "text": "Press *one*."}
    assert "Panel: Harbour office" in said(await world.manager.submit_modal(asked, words))
    both = [str(tickets.type.id), str(other.id)]
    await world.manager.select(shown, both, custom_id=f"ticket:paneltypes:{panel.id}:0")
    await world.manager.select(shown, ["select"], custom_id=f"ticket:panelstyle:{panel.id}")
    await tickets.sweep()
    assert "Harbour office" in read(tickets.panel())
    result = await world.member.select(tickets.panel(), [str(other.id)])
    assert "Your ticket 1 is open" in said(result)
    assert (await tickets.newest()).type_id == other.id
    none = await world.manager.select(shown, [], custom_id=f"ticket:paneltypes:{panel.id}:0")
    assert "A panel needs a type of ticket at least." in said(none)


async def test_a_panel_moves_and_is_deleted(tickets: TicketScene) -> None:
    world, old = tickets.world, tickets.panel()
    elsewhere = world.guild.create_text_channel("help")
    await world.env.settle()
    panel = await the_panel(tickets)
    shown = await editor(tickets)
    preview = await world.manager.select(
        shown, [elsewhere], custom_id=f"ticket:panelplace:{panel.id}"
    )
    assert f"It leaves <#{world.channel.id}>." in said(preview)
    await world.manager.click(answer(preview), label="Post it")
    await tickets.sweep()
    assert len(elsewhere.history()) == 1
    asked = await uses(tickets, "delete", panel=panel.id)
    assert "is deleted" in said(await world.manager.click(answer(asked), label="Delete"))
    await tickets.sweep()
    (message,) = elsewhere.history()
    assert "Tickets are not opened here any more." in read(message)
    assert "There is no such ticket panel" in said(await uses(tickets, "edit", panel=panel.id))
    assert old.id != message.id


async def test_an_emoji_is_the_servers_own_and_goes_where_it_was_deleted(
    tickets: TicketScene,
) -> None:
    world, types = tickets.world, tickets.service.types
    backend = world.env.backend
    own = backend.create_emoji(world.guild.id, "boat", world.manager.id)
    elsewhere = backend.create_emoji(world.env.create_guild().id, "swan", world.manager.id)
    await world.env.settle()
    foreign = f"<:swan:{elsewhere.id}>"
    with pytest.raises(UserError, match="That emoji is another server's, or was deleted"):
        await types.change(tickets.actor, tickets.type.id, "emoji", foreign)
    await types.change(tickets.actor, tickets.type.id, "emoji", f"<:boat:{own.id}>")
    await tickets.sweep()
    assert str(own.id) in str(tickets.panel().components)
    backend.delete_emoji(world.guild.id, own.id)
    await types.change(tickets.actor, tickets.type.id, "about", "Boats")
    await tickets.sweep()
    assert "Boats" in read(tickets.panel())
    assert str(own.id) not in str(tickets.panel().components)


async def test_a_channel_in_which_it_cannot_stand_is_refused(tickets: TicketScene) -> None:
    world, panel = tickets.world, await the_panel(tickets)
    silent = discord.PermissionOverwrite(send_messages=False)
    closed = world.guild.create_text_channel(
        "closed", overwrites={world.guild.default_role: silent}
    )
    await world.env.settle()
    refused = await uses(tickets, "post", panel=panel.id, channel=closed)
    assert "give my role Send Messages, Embed Links there" in said(refused)


async def test_the_editor_and_the_panel_answer_after_a_restart(tickets: TicketScene) -> None:
    world, shown = tickets.world, await editor(tickets)
    await world.restart()
    asked = await world.manager.click(shown, label="Title and text")
    await world.manager.submit_modal(asked, {"title": "After", "text": ""})
    assert (await the_panel(tickets)).title == "After"
    assert (await tickets.opened()).number == 1


async def test_whoever_does_not_manage_the_server_is_refused(tickets: TicketScene) -> None:
    world, shown = tickets.world, await editor(tickets)
    result = await tickets.clerk.slash(world.channel, "ticket panel list")
    assert NEEDS_MANAGE_SERVER in said(result)
    world.env.backend.get_guild(world.guild.id).members[world.manager.id].role_ids.clear()
    assert NEEDS_MANAGE_SERVER in said(await world.manager.click(shown, label="Title and text"))
    panel = await the_panel(tickets)
    style = f"ticket:panelstyle:{panel.id}"
    assert NEEDS_MANAGE_SERVER in said(
        await world.manager.select(shown, ["select"], custom_id=style)
    )
    assert (await the_panel(tickets)).style == "buttons"


async def test_a_type_that_was_deleted_meanwhile_opens_nothing(tickets: TicketScene) -> None:
    world, old = tickets.world, tickets.panel()
    await tickets.service.types.delete(tickets.actor, tickets.type.id)
    result = (await tickets.at_once([world.member], old, f"ticket:open:{tickets.type.id}"))[0]
    assert "That type of ticket is not there any more. Ask the staff." in said(result)
    await tickets.sweep()
    assert "No tickets can be opened here now." in read(tickets.panel())
    assert await tickets.kinds() == []


async def test_a_type_that_gets_a_question_while_its_form_is_open(tickets: TicketScene) -> None:
    """The form that somebody has is theirs: what they answered is kept."""
    world, types = tickets.world, tickets.service.types
    await types.ask(tickets.actor, tickets.type.id, [FormQuestion(text="Which boat?")])
    asked = await world.member.click(tickets.panel(), label="Support")
    await types.ask(tickets.actor, tickets.type.id, [FormQuestion(text="Whose boat?")])
    assert "is open" in said(await world.member.submit_modal(asked, {"q0": "The Otter"}))
    assert (await tickets.newest()).answers == {"Which boat?": "The Otter"}


async def test_a_form_sent_after_its_type_was_deleted_opens_nothing(tickets: TicketScene) -> None:
    world, types = tickets.world, tickets.service.types
    await types.ask(tickets.actor, tickets.type.id, [FormQuestion(text="Which boat?")])
    asked = await world.member.click(tickets.panel(), label="Support")
    await types.delete(tickets.actor, tickets.type.id)
    result = await world.member.submit_modal(asked, {"q0": "The Otter"})
    assert "That type of ticket is not there any more." in said(result)
    assert await tickets.kinds() == []


async def test_twenty_people_at_once_have_a_ticket_each(tickets: TicketScene) -> None:
    people = newcomers(tickets, 20)
    await tickets.world.env.settle()
    results = await tickets.at_once(people, tickets.panel(), f"ticket:open:{tickets.type.id}")
    assert all("is open" in said(one) for one in results)
    await tickets.sweep()
    opened = [data for kind, data in await tickets.told() if kind == "ticket.opened"]
    assert sorted(one["number"] for one in opened) == list(range(1, 21))
    assert {one["opener_id"] for one in opened} == {str(one.id) for one in people}
    assert len({one["channel_id"] for one in opened}) == 20


async def test_one_person_pressing_twenty_times_has_one_ticket(tickets: TicketScene) -> None:
    member = tickets.world.member
    before = len(tickets.world.env.backend.channels)
    results = await tickets.at_once(
        [member] * 20, tickets.panel(), f"ticket:open:{tickets.type.id}"
    )
    texts = [said(one) for one in results]
    assert sum("Your ticket" in one for one in texts) == 1
    assert sum("There is a “Support” ticket open already." in one for one in texts) == 19
    await tickets.sweep()
    assert await tickets.kinds() == ["ticket.opened"]
    assert len(tickets.world.env.backend.channels) == before + 1


async def test_another_server_finds_no_panel_and_no_type(tickets: TicketScene) -> None:
    world = tickets.world
    elsewhere = world.env.create_guild()
    channel = elsewhere.create_text_channel("general")
    role = elsewhere.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    boss = elsewhere.add_member(world.env.create_user("boss"), roles=[role])
    await world.env.settle()
    panel = await the_panel(tickets)
    for command in ("edit", "post", "delete"):
        result = await boss.slash(channel, f"ticket panel {command}", panel=panel.id)
        assert "There is no such ticket panel in this server." in said(result)
    result = await boss.slash(channel, "ticket open", type=tickets.type.id)
    assert "That type of ticket is not there any more." in said(result)


async def test_the_longest_panel_is_posted(tickets: TicketScene) -> None:
    types = tickets.service.types
    for number in range(24):
        made = await types.create(tickets.actor, f"{number:02}".ljust(50, "W"))
        await types.change(tickets.actor, made.id, "about", "*" * 100)
    made = await tickets.service.panels.create(tickets.actor, "#" * TITLE_LIMIT)
    await tickets.service.panels.change(tickets.actor, made.id, text="*" * TEXT_LIMIT)
    place = tickets.world.guild.create_text_channel("help")
    await tickets.world.env.settle()
    for style in ("buttons", "select"):
        await tickets.service.panels.change(tickets.actor, made.id, style=style)
        preview = await uses(tickets, "post", panel=made.id, channel=place)
        assert "This is how it will stand" in said(preview)
        assert "Panel: " in said(await uses(tickets, "edit", panel=made.id))
        await tickets.world.manager.click(answer(preview), label="Post it")
        await tickets.sweep()
        assert len(place.history()) == 1


async def test_a_server_has_so_many_panels(tickets: TicketScene) -> None:
    for number in range(PANELS - 1):
        await tickets.service.panels.create(tickets.actor, f"Panel {number}")
    assert f"A server can have {PANELS} panels." in said(await uses(tickets, "create", title="X"))
