"""Transcripts and statistics as people on Discord get them."""

from typing import Any

from simcord.results import InteractionResult

from tests.e2e.cases.scene import answer, said
from tests.e2e.tickets.scene import TicketScene


async def file_of(message: Any) -> tuple[str, bytes]:
    (one,) = message.attachments
    return one.filename, await one.read()


async def handed(result: InteractionResult) -> tuple[str, bytes]:
    message = answer(result)
    assert message.ephemeral
    return await file_of(message)


async def test_what_was_said_reaches_the_log_and_the_opener(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    room = tickets.room(ticket)
    message = await tickets.world.member.send(room, "Where is **my** boat? <script>")
    await tickets.clerk.react(message, "👍")
    await tickets.clerk.slash(room, "ticket note add", text="Seen before")
    name, mine = await handed(await tickets.world.member.slash(room, "ticket transcript"))
    assert name == "ticket-1.html"
    # Discord hands over no text without the intent, which is off where nobody ticked it.
    assert b"The bot may not read what people write here." in mine
    assert b"Seen before" not in mine
    _name, theirs = await handed(await tickets.clerk.slash(room, "ticket transcript"))
    assert b"Seen before" in theirs
    await tickets.clerk.slash(room, "ticket close", reason="Found")
    await tickets.sweep()
    (logged,) = tickets.log.history()
    _name, kept = await file_of(logged)
    assert b"Seen before" in kept
    assert "👍</span> <span>1</span>".encode() in kept
    (letter,) = tickets.letters(tickets.world.member)
    _name, sent = await file_of(letter)
    assert b"Seen before" not in sent
    assert b"Found" in sent


async def test_a_stranger_gets_none(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    stranger = tickets.world.guild.add_member(tickets.world.env.create_user("stranger"))
    result = await stranger.slash(tickets.world.channel, "ticket transcript", number=ticket.number)
    assert said(result) == "Only its staff and whoever opened it can read this ticket."


async def test_statistics_are_a_picture_or_a_table(tickets: TicketScene) -> None:
    await tickets.opened()
    channel = tickets.world.channel
    result = await tickets.clerk.slash(channel, "ticket stats")
    name, image = await handed(result)
    assert name == "tickets.png"
    assert image.startswith(b"\x89PNG")
    assert "The last 30 days: 1 opened, 0 closed, 1 open now" in said(result)
    result = await tickets.clerk.slash(channel, "ticket stats", span="week", format="csv")
    name, table = await handed(result)
    assert name == "tickets.csv"
    assert table.splitlines()[1] == b"all,,,1,1,0,,,,0"
    result = await tickets.world.member.slash(channel, "ticket stats")
    assert said(result) == "Only the staff of tickets can see their statistics."
