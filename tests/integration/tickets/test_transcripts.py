"""Transcripts: two copies, sent with the posts, small enough, and gone when their time is over."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from bot.controls import Post
from bot.errors import NotFound, UserError
from bot.features.tickets import message_store, store, transcripts
from bot.features.tickets.cards import LETTER, LOG
from bot.features.tickets.model import Ticket, Visitor
from bot.features.tickets.retention import OldMessages
from bot.features.tickets.tables import ticket_file, ticket_message, ticket_note
from bot.rooms import FileSeen
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import CLERK, TicketsEnv
from tests.support.emitter_setup import GUILD

AVATAR = "https://cdn.discordapp.com/avatars/1/a.png"
PHOTO = "https://cdn.discordapp.com/attachments/1/boat.png"


def picture(side: int = 600) -> bytes:
    written = io.BytesIO()
    Image.effect_noise((side, side), 90).save(written, "PNG")
    return written.getvalue()


async def post(env: TicketsEnv, kind: str, ticket: Ticket) -> Post:
    (record,) = [one for one in await env.posts(kind) if one.subject_id == ticket.id]
    assert record.message_id is not None, record.failure
    if kind == LOG:
        return env.discord.lines[record.message_id]
    return env.discord.letters[env.discord.letter_ids.index(record.message_id)][1]


async def sent(env: TicketsEnv, kind: str, ticket: Ticket) -> str:
    made = (await post(env, kind, ticket)).picture
    assert made is not None
    assert made.name == f"ticket-{ticket.number}.html"
    return made.content.decode()


async def talked(env: TicketsEnv, pen: Pen) -> tuple[Ticket, Visitor]:
    """A ticket with everything that one copy has and the other has not."""
    opener = env.visitor()
    ticket = await env.opened(opener, subject="A lost boat")
    ask = await pen.write(ticket, pen.by(opener.user_id), "Where is **my** boat?")
    await pen.write(ticket, pen.by(CLERK.user_id, 2), "At pier 9.", reply_to_id=ask.message_id)
    secret = await pen.write(ticket, pen.by(CLERK.user_id, 2), "I should not have said this.")
    await env.tickets.conversation.deleted(GUILD, secret.channel_id, [secret.message_id])
    await pen.write(ticket, pen.by(opener.user_id), "Why?", reply_to_id=secret.message_id)
    await env.tickets.conversation.edited(pen.change(ask, content="Where is *our* boat?"))
    await env.tickets.notes.add(CLERK, ticket, "They were here before.")
    return ticket, opener


async def test_the_posts_carry_their_copies(env: TicketsEnv, pen: Pen) -> None:
    ticket, _opener = await talked(env, pen)
    await env.closed(ticket, "Found it")
    staff, theirs = await sent(env, LOG, ticket), await sent(env, LETTER, ticket)
    for copy in (staff, theirs):
        assert "Where is <em>our</em> boat?" in copy
        assert "At pier 9." in copy
        assert "Found it" in copy
        assert "A lost boat" in copy
    for secret in ("should not have said", "They were here before.", "Where is **my** boat?"):
        assert secret in staff
        assert secret not in theirs
    assert "In reply to a message that is not here" in theirs
    assert "In reply to a message that is not here" not in staff


@pytest.mark.parametrize(("kept", "sends"), [(False, True), (True, False)])
async def test_nothing_is_sent_where_nobody_wants_it(
    env: TicketsEnv, pen: Pen, kept: bool, sends: bool
) -> None:
    await env.choices(env.type, has_transcript=kept)
    await env.process.settings.change(HARBOUR_MASTER, "tickets", "sends_transcript", sends)
    ticket, opener = await talked(env, pen)
    await env.closed(ticket)
    assert (await post(env, LETTER, ticket)).picture is None
    assert ((await post(env, LOG, ticket)).picture is not None) is kept
    with pytest.raises(UserError, match="handed out"):
        await env.tickets.transcripts.page(opener, ticket)


async def test_the_command_gives_each_their_copy(env: TicketsEnv, pen: Pen) -> None:
    ticket, opener = await talked(env, pen)
    pages = env.tickets.transcripts
    assert b"They were here before." in (await pages.page(CLERK, ticket)).content
    assert b"They were here before." not in (await pages.page(opener, ticket)).content
    with pytest.raises(UserError, match="Only its staff"):
        await pages.page(env.visitor(), ticket)
    stranger = Visitor(GUILD + 1, opener.user_id, "otter", manages=True)
    with pytest.raises(NotFound):
        await pages.page(stranger, ticket)


async def test_what_nobody_heard_of_is_read_when_the_room_is_shut(
    env: TicketsEnv, pen: Pen
) -> None:
    opener = env.visitor()
    ticket = await env.opened(opener)
    liked = await pen.write(ticket, pen.by(opener.user_id), "Thanks!")
    gone = await pen.write(ticket, pen.by(opener.user_id), "Never mind.")
    await pen.write(ticket, pen.by(opener.user_id), "Bye.")
    pen.change(liked, reactions={"👍": 3, "<:fish:9>": 1}, content="Thank you!")
    pen.erase(gone)
    await env.closed(ticket)
    staff, theirs = await sent(env, LOG, ticket), await sent(env, LETTER, ticket)
    assert "👍</span> <span>3</span>" in theirs
    assert "Thank you!" in theirs
    assert "Thanks!" in staff
    assert "Never mind." in staff
    assert "Never mind." not in theirs
    assert "Bye." in theirs


async def test_a_text_that_may_not_be_read_any_more_stays(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    one = await pen.write(ticket, pen.by(5), "Still known")
    pen.change(one, content=None, reactions={"👍": 1})
    await env.closed(ticket)
    assert "Still known" in await sent(env, LETTER, ticket)


async def test_pictures_are_within_and_hosts_that_are_not_discords_are_not_asked(
    env: TicketsEnv, pen: Pen
) -> None:
    env.discord.files = {AVATAR: picture(100), PHOTO: picture(), "https://evil.example/x.png": b""}
    opener = env.visitor()
    ticket = await env.opened(opener)
    writer = pen.by(opener.user_id)
    files = (FileSeen(1, "boat.png", len(env.discord.files[PHOTO]), PHOTO, "image/png"),)
    evil = {"description": "card", "image": {"proxy_url": "https://evil.example/x.png"}}
    for _time in range(2):
        with_face = type(writer)(writer.user_id, writer.name, AVATAR)
        await pen.write(ticket, with_face, "Look", files=files, embeds=(evil,))
        files = ()
    await env.closed(ticket)
    theirs = await sent(env, LETTER, ticket)
    assert theirs.count("<symbol ") == 1  # a face that is seen twice stands there once
    assert theirs.count('<use href="#a0"/>') == 2
    assert 'alt="Picture: boat.png"' in theirs
    assert 'download="boat.png"' in theirs
    assert "Picture, not kept" in theirs
    assert "https://" not in theirs.replace("https://a", "")


async def test_what_is_too_large_is_made_smaller_and_then_left_out(
    env: TicketsEnv, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.discord.files = {PHOTO: picture()}
    ticket = await env.opened()
    files = (FileSeen(1, "boat.png", len(env.discord.files[PHOTO]), PHOTO, "image/png"),)
    await pen.write(ticket, pen.by(5), "Look", files=files)
    sizes = list[int]()
    for limit, remark, has_picture in (
        (8_000_000, "", True),
        (150_000, "Pictures are small here", True),
        (80_000, "Pictures and files are left out", False),
    ):
        monkeypatch.setattr(transcripts, "SENT_LIMIT", limit)
        made = (await env.tickets.transcripts.page(CLERK, ticket)).content
        assert len(made) <= limit
        assert remark.encode() in made
        assert (b'alt="Picture' in made) is has_picture
        assert b"boat.png" in made
        sizes.append(len(made))
    assert sizes == sorted(sizes, reverse=True)


async def test_of_very_long_texts_the_newest_are_sent(
    env: TicketsEnv, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = transcripts.EDGES + 6_000
    monkeypatch.setattr(transcripts, "SENT_LIMIT", limit)
    ticket = await env.opened()
    for number in range(5):
        await pen.write(ticket, pen.by(5), f"line {number} {'on and on ' * 150}")
    for_staff = (await env.tickets.transcripts.page(CLERK, ticket)).content
    await env.closed(ticket)
    letter = (await post(env, LETTER, ticket)).picture
    assert letter is not None
    for made in (for_staff, letter.content):
        assert len(made) <= limit
        shown = [f"line {number}".encode() in made for number in range(5)]
        assert shown == [False, False, False, True, True]
        assert b"Only the newest 2 messages are here; 3 older ones are left out." in made


async def test_of_very_many_messages_the_newest_are_shown(
    env: TicketsEnv, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcripts, "MESSAGES", 3)
    monkeypatch.setattr(message_store, "PAGE", 2)
    ticket = await env.opened()
    for number in range(5):
        await pen.write(ticket, pen.by(5), f"line {number}")
    made = (await env.tickets.transcripts.page(CLERK, ticket)).content.decode()
    assert [f"line {number}" in made for number in range(5)] == [False, False, True, True, True]
    assert "Only the newest 3 messages are here; 2 older ones are left out." in made


async def rows(env: TicketsEnv) -> list[int]:
    async with env.emitter.database.reading() as reading:
        return [
            (await reading.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (ticket_message, ticket_file, ticket_note)
        ]


async def test_what_was_written_goes_when_its_time_is_over(
    env: TicketsEnv, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.features.tickets.retention.TOGETHER", 2)
    env.discord.files = {PHOTO: b"bytes"}
    ticket, opener = await talked(env, pen)
    await pen.write(ticket, pen.by(5), "A file", files=(FileSeen(1, "a.txt", 5, PHOTO),))
    await env.closed(ticket)
    young, _opener = await talked(env, pen)
    other = await rows(env)
    env.clock.advance(timedelta(days=180, seconds=-1).total_seconds())
    old = OldMessages(env.emitter.database)
    assert [gone async for gone in old.prune(env.clock.now())] == [0]
    assert await rows(env) == other
    env.clock.advance(1)
    steps = [gone async for gone in old.prune(env.clock.now())]
    assert sum(steps) == 7  # five messages, a file, a note
    assert max(steps) <= 4
    assert await rows(env) == [4, 0, 1]  # those of the ticket that is open
    for visitor in (CLERK, opener):
        with pytest.raises(NotFound, match="deleted now"):
            await env.tickets.transcripts.page(visitor, ticket)
    one = await pen.write(ticket, pen.by(5), "Too late")
    assert one.content is not None
    assert await rows(env) == [4, 0, 1]
    assert (await env.ticket(young)).is_open


async def test_a_ticket_that_is_open_again_keeps_what_was_written(
    env: TicketsEnv, pen: Pen
) -> None:
    ticket, _opener = await talked(env, pen)
    closed = await env.closed(ticket)
    async with env.emitter.database.transaction() as tx:
        await store.change(tx, closed, state="open")
    env.clock.advance(timedelta(days=400).total_seconds())
    old = OldMessages(env.emitter.database)
    assert [gone async for gone in old.prune(env.clock.now())] == [0]
