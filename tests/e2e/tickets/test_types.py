"""`/ticket type` as whoever manages the server uses it: the panel, its controls, the questions."""

from typing import Any

import discord
import pytest
from simcord.results import InteractionResult, ResponseMessage

from bot.features.tickets.types import QuestionKind, TicketType
from tests.e2e.cases.scene import answer, said
from tests.e2e.tickets.scene import TicketScene
from tests.support.messages import read

NEEDS_MANAGE_SERVER = "You need the permission **Manage Server** for that."


async def uses(tickets: TicketScene, command: str, **options: Any) -> InteractionResult:
    """Whoever manages the server uses a command of types; nobody else sees the answer."""
    world = tickets.world
    result = await world.manager.slash(world.channel, f"ticket type {command}", **options)
    assert answer(result).ephemeral
    return result


async def editor(tickets: TicketScene) -> ResponseMessage:
    return answer(await uses(tickets, "edit", type=tickets.type.id))


async def now(tickets: TicketScene) -> TicketType:
    return await tickets.service.types.find(tickets.world.guild.id, tickets.type.id)


def chosen(tickets: TicketScene, name: str) -> str:
    return f"ticket:chosen:{tickets.type.id}:{name}"


async def written(
    tickets: TicketScene, shown: ResponseMessage, label: str, **fields: Any
) -> InteractionResult:
    """Press a button of the questions, and send the form that opens."""
    asked = await tickets.world.manager.click(shown, label=label)
    values = {"text": "Which boat?", "about": "", "kind": ["short"], "options": "", "needed": True}
    return await tickets.world.manager.submit_modal(asked, {**values, **fields})


async def test_a_type_is_made_and_everything_about_it_is_shown(tickets: TicketScene) -> None:
    text = said(await uses(tickets, "create", name="Billing"))
    assert "Settings: Ticket type" in text
    assert "**Name**: Billing" in text
    assert "**Staff roles**: none" in text
    listed = said(await uses(tickets, "list"))
    assert "**Support**" in listed
    assert "**Billing**" in listed


async def test_a_name_that_is_taken_is_refused(tickets: TicketScene) -> None:
    assert "There is a type of that name already" in said(
        await uses(tickets, "create", name="SUPPORT")
    )


async def test_each_kind_of_choice_is_made_on_the_panel(tickets: TicketScene) -> None:
    world, shown = tickets.world, await editor(tickets)
    other = world.guild.create_category("Overflow")
    await world.env.settle()
    await world.manager.select(shown, ["overflow_id"])
    await world.manager.select(shown, [other], custom_id=chosen(tickets, "overflow_id"))
    await world.manager.select(shown, ["ping_role_ids"])
    roles = [tickets.role, world.guild.create_role("Night shift")]
    await world.env.settle()
    await world.manager.select(shown, roles, custom_id=chosen(tickets, "ping_role_ids"))
    await world.manager.select(shown, ["place"])
    await world.manager.select(shown, ["thread"], custom_id=chosen(tickets, "place"))
    await world.manager.select(shown, ["has_transcript=off"])
    asked = await world.manager.select(shown, ["open_limit"])
    result = await world.manager.submit_modal(asked, {"value": "3"})
    assert "**Open limit**: 3" in said(result)
    choices = (await now(tickets)).choices
    assert choices.overflow_id == other.id
    assert {*choices.ping_role_ids} == {one.id for one in roles}
    assert (choices.place, choices.has_transcript, choices.open_limit) == ("thread", False, 3)
    await world.manager.select(shown, ["overflow_id"])
    await world.manager.click(shown, label="No category")
    await world.manager.select(shown, ["ping_role_ids"])
    await world.manager.click(shown, label="No role")
    choices = (await now(tickets)).choices
    assert (choices.overflow_id, choices.ping_role_ids) == (None, ())


async def test_what_the_bot_could_not_use_is_refused(tickets: TicketScene) -> None:
    world, shown = tickets.world, await editor(tickets)
    closed = world.guild.create_text_channel(
        "closed",
        overwrites={
            world.guild.default_role: discord.PermissionOverwrite(create_private_threads=False)
        },
    )
    await world.env.settle()
    await world.manager.select(shown, ["thread_channel_id"])
    result = await world.manager.select(
        shown, [closed], custom_id=chosen(tickets, "thread_channel_id")
    )
    assert "give my role Create Private Threads there" in said(result)
    shown = await editor(tickets)
    await world.manager.select(shown, ["staff_role_ids"])
    everybody = world.guild.default_role
    result = await world.manager.select(
        shown, [everybody], custom_id=chosen(tickets, "staff_role_ids")
    )
    assert "Everybody has that role" in said(result)
    asked = await world.manager.select(await editor(tickets), ["emoji"])
    result = await world.manager.submit_modal(asked, {"value": "boat"})
    assert "does not fit Emoji: one emoji is needed, or none." in said(result)
    choices = (await now(tickets)).choices
    assert (choices.thread_channel_id, choices.emoji) == (None, "")
    assert choices.staff_role_ids == (tickets.role.id,)


async def test_the_panel_answers_after_a_restart(tickets: TicketScene) -> None:
    shown = await editor(tickets)
    await tickets.world.restart()
    await tickets.world.manager.select(shown, ["has_transcript=off"])
    assert not (await now(tickets)).choices.has_transcript


async def test_whoever_does_not_manage_the_server_is_refused(tickets: TicketScene) -> None:
    world, shown = tickets.world, await editor(tickets)
    for command, options in (("create", {"name": "Mine"}), ("list", {})):
        result = await tickets.clerk.slash(world.channel, f"ticket type {command}", **options)
        assert NEEDS_MANAGE_SERVER in said(result)
    world.env.backend.get_guild(world.guild.id).members[world.manager.id].role_ids.clear()
    assert NEEDS_MANAGE_SERVER in said(await world.manager.select(shown, ["has_transcript=off"]))
    assert NEEDS_MANAGE_SERVER in said(await world.manager.click(shown, label="Questions"))


async def test_questions_are_added_moved_changed_and_removed(tickets: TicketScene) -> None:
    manager = tickets.world.manager
    shown = answer(await uses(tickets, "questions", type=tickets.type.id))
    assert "Nothing is asked" in said(shown)
    await written(tickets, shown, "Add a question", text="Which boat?")
    options = "Small\n\n Large \nSmall"
    await written(
        tickets, shown, "Add a question", text="How large?", kind=["radio"], options=options
    )
    result = await written(
        tickets, shown, "Add a question", text="Papers", kind=["files"], needed=False
    )
    assert "**3. Papers**" in said(result)
    form = (await now(tickets)).form
    assert [one.kind for one in form] == [
        QuestionKind.SHORT,
        QuestionKind.RADIO,
        QuestionKind.FILES,
    ]
    assert (form[1].options, form[2].is_required) == (("Small", "Large"), False)
    select = f"ticket:question:{tickets.type.id}"
    (option,) = [one for one in options_of(shown, select) if one.startswith("1:")]
    await manager.select(shown, [option], custom_id=select)
    await manager.click(shown, label="Move up")
    assert [one.text for one in (await now(tickets)).form][:2] == ["How large?", "Which boat?"]
    (option,) = [one for one in options_of(shown, select) if one.startswith("0:")]
    await manager.select(shown, [option], custom_id=select)
    await written(tickets, shown, "Edit", text="Its size?", kind=["choice"], options="S\nL")
    (option,) = [one for one in options_of(shown, select) if one.startswith("2:")]
    await manager.select(shown, [option], custom_id=select)
    await manager.click(shown, label="Remove")
    form = (await now(tickets)).form
    assert [(one.text, one.kind.value) for one in form] == [
        ("Its size?", "choice"),
        ("Which boat?", "short"),
    ]


def options_of(shown: ResponseMessage, custom_id: str) -> list[str]:
    """The values that a select of a message offers."""
    found: list[Any] = [*shown.components]
    for one in found:
        found += one.get("components", ())
    (select,) = [one for one in found if one.get("custom_id") == custom_id]
    return [one["value"] for one in select["options"]]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": ["choice"]}, "has nothing to choose from"),
        ({"text": "\u200b"}, "A question needs a text that can be seen."),
        ({"kind": ["boxes"], "options": "\n".join(map(str, range(11)))}, "can have 10 options"),
        ({"kind": ["boxes"], "options": "x" * 101}, "An option can have 100 characters."),
    ],
)
async def test_a_question_that_nobody_could_answer_is_refused(
    tickets: TicketScene, fields: dict[str, Any], told: str
) -> None:
    shown = answer(await uses(tickets, "questions", type=tickets.type.id))
    assert told in said(await written(tickets, shown, "Add a question", **fields))
    assert (await now(tickets)).form == ()


async def test_five_questions_are_the_most_and_none_reads_like_another(
    tickets: TicketScene,
) -> None:
    shown = answer(await uses(tickets, "questions", type=tickets.type.id))
    for number in range(4):
        await written(tickets, shown, "Add a question", text=f"Question {number}?")
    asked = await tickets.world.manager.click(shown, label="Add a question")
    twice = {"text": "Question 1?", "about": "", "kind": ["short"], "options": "", "needed": True}
    result = await tickets.world.manager.submit_modal(asked, twice)
    assert "Two questions read the same" in said(result)
    late = await tickets.world.manager.click(shown, label="Add a question")
    await written(tickets, shown, "Add a question", text="The fifth?")
    result = await tickets.world.manager.submit_modal(late, {**twice, "text": "A sixth?"})
    assert "A form can have 5 questions." in said(result)
    assert len((await now(tickets)).form) == 5


async def test_a_question_that_somebody_changed_meanwhile_is_left_alone(
    tickets: TicketScene,
) -> None:
    manager = tickets.world.manager
    first = answer(await uses(tickets, "questions", type=tickets.type.id))
    await written(tickets, first, "Add a question", text="Which boat?")
    second = answer(await uses(tickets, "questions", type=tickets.type.id))
    select = f"ticket:question:{tickets.type.id}"
    for shown in (first, second):
        await manager.select(shown, options_of(shown, select)[:1], custom_id=select)
    await written(tickets, first, "Edit", text="Whose boat?")
    result = await manager.click(second, label="Remove")
    assert "That question was changed meanwhile" in said(result)
    assert [one.text for one in (await now(tickets)).form] == ["Whose boat?"]


async def test_the_form_is_asked_and_its_answers_stand_on_the_card(tickets: TicketScene) -> None:
    shown = answer(await uses(tickets, "questions", type=tickets.type.id))
    await written(tickets, shown, "Add a question", text="Which boat?")
    many = {"kind": ["boxes"], "options": "Oars\nSail"}
    await written(tickets, shown, "Add a question", text="What is lost?", **many)
    await written(
        tickets, shown, "Add a question", text="Where?", kind=["radio"], options="Bow\nStern"
    )
    world = tickets.world
    asked = await world.member.click(tickets.panel(), label="Support")
    typed = f"@everyone <@&{tickets.role.id}> <@{world.manager.id}> [Otter](https://x.example)"
    answers = {"q0": typed, "q1": ["Oars", "Sail"], "q2": "Stern"}
    assert "is open" in said(await world.member.submit_modal(asked, answers))
    await tickets.sweep()
    ticket = await tickets.newest()
    assert ticket.answers["What is lost?"] == "Oars, Sail"
    card = tickets.card(ticket)
    assert "Where?: Stern" in read(card)
    assert not card.mention_everyone
    assert card.role_mentions == []
    assert {one.id for one in card.mentions} == {world.member.id}
    assert "](https" not in read(card)


async def test_a_type_is_deleted_once_that_is_confirmed(tickets: TicketScene) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    asked = await uses(tickets, "delete", type=tickets.type.id)
    assert "1 ticket of it is open." in said(asked)
    assert "It stays." in said(await world.manager.click(answer(asked), label="Keep"))
    asked = await uses(tickets, "delete", type=tickets.type.id)
    assert "is deleted" in said(await world.manager.click(answer(asked), label="Delete"))
    assert (await now(tickets)).is_deleted
    assert (await tickets.service.known(world.guild.id, ticket.id)).is_open
    result = await uses(tickets, "edit", type=tickets.type.id)
    assert "That type of ticket was deleted." in said(result)


async def test_another_server_finds_nothing(tickets: TicketScene) -> None:
    world = tickets.world
    elsewhere = world.env.create_guild()
    channel = elsewhere.create_text_channel("general")
    role = elsewhere.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    boss = elsewhere.add_member(world.env.create_user("boss"), roles=[role])
    await world.env.settle()
    for command in ("edit", "questions", "delete"):
        result = await boss.slash(channel, f"ticket type {command}", type=tickets.type.id)
        assert "There is no such type of ticket in this server." in said(result)
