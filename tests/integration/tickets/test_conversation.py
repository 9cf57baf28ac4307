"""What is written in a ticket: recorded once, told once, its files copied, its gaps filled."""

from typing import Any

from bot.features.tickets import message_store
from bot.features.tickets.conversation import LARGEST
from bot.rooms import FileSeen, Writing
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import CLERK, STAFF, TicketsEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, Fault


async def messages(env: TicketsEnv) -> list[dict[str, Any]]:
    return [data for kind, data in await env.told() if kind == "ticket.message"]


async def test_everybody_is_told_apart(env: TicketsEnv, pen: Pen) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    await pen.write(ticket, pen.by(visitor.user_id, STAFF), "Where is my boat?")
    await pen.write(ticket, pen.by(CLERK.user_id, STAFF), "In the harbour.")
    await pen.write(ticket, pen.by(env.someone()), "I saw it.")
    await pen.write(ticket, pen.by(77, bot=True), "Beep.")
    await pen.write(ticket, pen.by(BOT, bot=True), "A card", is_own=True, is_card=True)
    told = await messages(env)
    assert [one["author_role"] for one in told] == ["opener", "staff", "participant", "bot"]
    assert told[0]["content"] == "Where is my boat?"
    async with env.emitter.database.reading() as reading:
        assert len(await message_store.messages(reading, ticket.id, 10)) == 5
    now = await env.ticket(ticket)
    assert now.answered_at == env.clock.now()
    assert not now.spoken_by_opener


async def test_without_the_intent_the_text_is_null(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    await pen.write(ticket, pen.by(5), None)
    assert (await messages(env))[0]["content"] is None


async def test_what_is_heard_twice_is_told_once(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    one = await pen.write(ticket, pen.by(5), "Hello")
    await env.tickets.conversation.heard(one)
    await env.tickets.compare(GUILD)
    assert len(await messages(env)) == 1


async def test_what_was_written_while_away_is_fetched_and_told_once(
    env: TicketsEnv, pen: Pen
) -> None:
    ticket = await env.opened()
    await env.tickets.compare(GUILD)
    await pen.write(ticket, pen.by(5), "one")
    for text in ("two", "three"):
        await pen.write(ticket, pen.by(5), text, heard=False)
    await env.again()
    # A live message comes before the gap is filled, and the process dies: nothing is lost.
    await pen.write(ticket, pen.by(5), "four")
    await env.again()
    await env.tickets.compare(GUILD)
    await env.tickets.compare(GUILD)
    assert sorted(one["content"] for one in await messages(env)) == ["four", "one", "three", "two"]


async def test_a_message_that_discord_left_out_is_found_when_the_room_is_shut(
    env: TicketsEnv, pen: Pen
) -> None:
    ticket = await env.opened()
    await env.tickets.compare(GUILD)
    for text, heard in (("one", True), ("two", False), ("three", True)):
        await pen.write(ticket, pen.by(5), text, heard=heard)
    await env.closed(ticket)
    assert sorted(one["content"] for one in await messages(env)) == ["one", "three", "two"]


async def test_a_room_that_cannot_be_read_is_read_later(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    await pen.write(ticket, pen.by(5), "one", heard=False)
    env.discord.faults["writings"] = Fault.LOST
    await env.tickets.compare(GUILD)
    assert await messages(env) == []
    env.discord.faults.clear()
    await env.tickets.compare(GUILD)
    assert len(await messages(env)) == 1


async def test_edits_and_deletions_stay_in_the_record(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    one = await pen.write(ticket, pen.by(5), "Hello")
    assert ticket.channel_id is not None
    conversation = env.tickets.conversation
    await conversation.edited(
        Writing(one.message_id, GUILD, one.channel_id, one.writer, "Goodbye", one.written_at)
    )
    await conversation.deleted(GUILD, ticket.channel_id, [one.message_id])
    async with env.emitter.database.reading() as reading:
        (kept,) = await message_store.messages(reading, ticket.id, 10)
    assert kept.document["content"] == "Goodbye"
    assert [edit["content"] for edit in kept.document["edits"]] == ["Hello"]
    assert kept.is_deleted


async def test_files_are_copied_at_once(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    env.discord.files = {"https://cdn/1": b"a picture"}
    files = (
        FileSeen(1, "boat.png", 9, "https://cdn/1", "image/png"),
        FileSeen(2, "gone.png", 9, "https://cdn/2", "image/png"),
        FileSeen(3, "large.zip", LARGEST + 1, "https://cdn/3"),
    )
    await pen.write(ticket, pen.by(5), "Look", files=files)
    assert (await messages(env))[0]["attachment_count"] == 3
    async with env.emitter.database.reading() as reading:
        kept = await message_store.files(reading, ticket.id)
        assert await message_store.content(reading, 1) == b"a picture"
    assert [one.failure for one in kept] == [None, "the file is gone", "too large"]


async def test_a_file_that_got_no_answer_is_copied_by_the_sweep(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    env.discord.files = {"https://cdn/1": b"a picture"}
    env.discord.faults["read_file"] = Fault.LOST
    await pen.write(ticket, pen.by(5), "", files=(FileSeen(1, "a.png", 9, "https://cdn/1"),))
    env.discord.faults.clear()
    env.clock.advance(61)
    await env.sweep_tickets()
    async with env.emitter.database.reading() as reading:
        assert await message_store.content(reading, 1) == b"a picture"


async def test_a_message_elsewhere_is_none_of_a_ticket(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    one = await pen.write(ticket, pen.by(5), "Hello", heard=False)
    elsewhere = Writing(one.message_id, GUILD, 12345, one.writer, "Hello", one.written_at)
    await env.tickets.conversation.heard(elsewhere)
    assert await messages(env) == []


async def test_what_is_written_before_the_room_is_known_is_told(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    await pen.write(ticket, pen.by(5), "early", heard=False)
    await env.closed(ticket)
    kinds = await env.about_ticket(ticket)
    assert sorted(kinds) == ["ticket.closed", "ticket.message", "ticket.opened"]
