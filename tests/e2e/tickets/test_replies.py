"""Canned replies: kept by the staff, written by the bot, calling the opener alone."""

from typing import Any

from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.features.tickets.replies import TEXT_LIMIT
from bot.features.tickets.types import PROMISE_LIMIT
from tests.e2e.cases.scene import answer, said
from tests.e2e.tickets.scene import TicketScene


async def saves(
    tickets: TicketScene, name: str, text: str, by: MemberActor | None = None
) -> InteractionResult:
    person = by or tickets.clerk
    asked = await person.slash(tickets.world.channel, "ticket replies save", name=name)
    return await person.submit_modal(asked, {"text": text})


async def uses(tickets: TicketScene, command: str, **options: Any) -> InteractionResult:
    result = await tickets.clerk.slash(tickets.world.channel, f"ticket {command}", **options)
    assert answer(result).ephemeral
    return result


async def test_a_reply_is_kept_changed_listed_and_deleted(tickets: TicketScene) -> None:
    assert "is kept" in said(await saves(tickets, "hello", "Ahoy"))
    await saves(tickets, "hello", "Ahoy {user}")
    assert await tickets.service.replies.all_of(tickets.world.guild.id) == {"hello": "Ahoy {user}"}
    assert "**hello** · Ahoy {user}" in said(await uses(tickets, "replies list"))
    suggested = await tickets.clerk.autocomplete(
        tickets.world.channel, "ticket replies delete", "name", "HE"
    )
    assert [one["value"] for one in suggested] == ["hello"]
    assert "is deleted" in said(await uses(tickets, "replies delete", name="hello"))
    assert "There is no reply of that name." in said(
        await uses(tickets, "replies delete", name="hello")
    )
    assert "None is kept yet" in said(await uses(tickets, "replies list"))


async def test_a_reply_is_written_filled_in_and_calls_nobody_but_the_opener(
    tickets: TicketScene,
) -> None:
    world = tickets.world
    await saves(tickets, "hello", "Ahoy {user}: {subject}, {number}, {staff} @everyone <@&1>")
    await world.member.slash(
        world.channel, "ticket open", type=tickets.type.id, subject="{staff} <@1> **x**"
    )
    await tickets.sweep()
    ticket = await tickets.newest()
    room = tickets.room(ticket)
    result = await tickets.clerk.slash(room, "ticket reply", name="hello")
    assert said(result) == "The reply is written."
    message = room.history()[-1]
    assert message.author.id != tickets.clerk.id
    assert message.content.startswith(f"Ahoy <@{world.member.id}>: {{staff}}")
    assert ", 1, clerk" in message.content
    assert "**x**" not in message.content
    assert [one.id for one in message.mentions] == [world.member.id]
    assert not message.mention_everyone
    assert message.role_mentions == []
    (told,) = [data for kind, data in await tickets.told() if kind == "ticket.message"]
    assert told["author_role"] == "bot"


async def test_a_reply_is_the_answer_that_was_promised(tickets: TicketScene) -> None:
    types = tickets.service.types
    await types.change(tickets.actor, tickets.type.id, "promise_minutes", PROMISE_LIMIT)
    await saves(tickets, "hello", "Ahoy")
    ticket = await tickets.opened()
    assert ticket.promise_at is not None
    await tickets.clerk.slash(tickets.room(ticket), "ticket reply", name="hello")
    after = await tickets.service.known(ticket.guild_id, ticket.id)
    assert after.promise_at is None
    assert after.answered_at == tickets.world.clock.now()
    assert not after.spoken_by_opener


async def test_a_reply_that_is_not_there_writes_nothing(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    before = len(tickets.room(ticket).history())
    result = await tickets.clerk.slash(tickets.room(ticket), "ticket reply", name="hello")
    assert said(result) == "There is no reply of that name."
    assert len(tickets.room(ticket).history()) == before


async def test_the_longest_reply_is_written(tickets: TicketScene) -> None:
    await saves(tickets, "long", "{subject}" * (TEXT_LIMIT // 9))
    ticket = await tickets.opened()
    await tickets.clerk.slash(tickets.room(ticket), "ticket rename", subject="*" * 100)
    result = await tickets.clerk.slash(tickets.room(ticket), "ticket reply", name="long")
    assert said(result) == "The reply is written."
    assert len(tickets.room(ticket).history()[-1].content) <= 2000


async def test_whoever_is_none_of_the_staff_is_refused(tickets: TicketScene) -> None:
    world = tickets.world
    await saves(tickets, "hello", "Ahoy")
    for command, options in (("save", {"name": "x"}), ("delete", {"name": "hello"}), ("list", {})):
        result = await world.member.slash(world.channel, f"ticket replies {command}", **options)
        assert said(result) == "Only the staff of tickets can do that."
    suggested = await world.member.autocomplete(world.channel, "ticket replies delete", "name", "")
    assert suggested == []
    assert "hello" in await tickets.service.replies.all_of(world.guild.id)


async def test_a_form_sent_after_the_role_was_taken_keeps_nothing(tickets: TicketScene) -> None:
    world = tickets.world
    asked = await tickets.clerk.slash(world.channel, "ticket replies save", name="x")
    world.env.backend.get_guild(world.guild.id).members[tickets.clerk.id].role_ids.clear()
    result = await tickets.clerk.submit_modal(asked, {"text": "Mine"})
    assert said(result) == "Only the staff of tickets can do that."
    assert await tickets.service.replies.all_of(world.guild.id) == {}
