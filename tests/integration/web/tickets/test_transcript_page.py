"""Transcript page: the opener's copy to whoever has the link, for as long as it may be read."""

from datetime import timedelta

import aiohttp

from bot.clock import to_ms
from bot.features.tickets.retention import OldMessages
from bot.features.tickets.transcripts import PURPOSE
from bot.private_links import PrivateLinks
from bot.rooms import FileSeen
from bot.storage.vault import derive, new_key
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import CLERK, TicketsEnv
from tests.integration.web.portal.portal_env import ORIGIN, Visitor
from tests.integration.web.tickets.conftest import TranscriptSite
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

PHOTO = "https://cdn.discordapp.com/attachments/1/boat.html"


async def test_the_link_of_the_letter_shows_the_openers_copy(
    env: TicketsEnv, pen: Pen, site: TranscriptSite, visitor: Visitor
) -> None:
    ticket = await env.opened(subject="A <b>boat</b>")
    await pen.write(ticket, pen.by(ticket.opener_id), "Where is **my** boat?")
    gone = await pen.write(ticket, pen.by(CLERK.user_id, 2), "A secret.")
    await env.tickets.conversation.deleted(GUILD, gone.channel_id, [gone.message_id])
    await env.tickets.notes.add(CLERK, ticket, "Another secret.")
    await env.closed(ticket)
    answer = await visitor.get(await site.path(ticket))
    assert answer.status == 200
    assert "Where is <strong>my</strong> boat?" in answer.text
    assert "A &lt;b&gt;boat&lt;/b&gt;" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_an_open_ticket_has_no_link(env: TicketsEnv, site: TranscriptSite) -> None:
    ticket = await env.opened()
    assert site.transcripts.link(ticket) is None


async def test_a_file_is_saved_and_never_opened(
    env: TicketsEnv, pen: Pen, site: TranscriptSite, visitor: Visitor
) -> None:
    env.discord.files = {PHOTO: b"<script>alert(1)</script>"}
    name = 'a"; x=\r\n<b>é.html'
    ticket, other = await env.opened(), await env.opened()
    file = FileSeen(1, name, 9, PHOTO, "text/html")
    await pen.write(ticket, pen.by(5), "Look", files=(file,))
    hidden = await pen.write(ticket, pen.by(5), "Look", files=(FileSeen(2, "b", 9, PHOTO),))
    await env.tickets.conversation.deleted(GUILD, hidden.channel_id, [hidden.message_id])
    await pen.write(other, pen.by(5), "Look", files=(FileSeen(3, "c", 9, PHOTO),))
    await env.closed(ticket)
    path = await site.path(ticket)
    token = path.rpartition("/")[2]
    assert f'href="{token}/files/1"' in (await visitor.get(path)).text
    answer = await visitor.get(f"{path}/files/1")
    assert answer.text == "<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''a%22%3B%20x%3D%0D%0A")
    for number in (2, 3, 4, 10**19):  # deleted, another ticket's, none
        assert (await visitor.get(f"{path}/files/{number}")).status == 404


async def test_links_that_are_none_show_nothing(
    env: TicketsEnv, pen: Pen, site: TranscriptSite, visitor: Visitor
) -> None:
    ticket = await env.opened()
    await pen.write(ticket, pen.by(5), "For one alone")
    await env.closed(ticket)
    path = await site.path(ticket)
    token = path.rpartition("/")[2]
    until = to_ms(env.clock.now() + timedelta(days=9))
    foreign = PrivateLinks(derive([new_key()], PURPOSE), ORIGIN, purpose=PURPOSE, path="tickets")
    right = (ticket.id, GUILD, ticket.opener_id, until)
    tokens = [
        "x",
        token[:-1],
        token.swapcase(),
        foreign.token(*right),
        site.links.token(ticket.id, GUILD + 1, ticket.opener_id, until),
        site.links.token(ticket.id, GUILD, ticket.opener_id + 1, until),
        site.links.token(ticket.id + 99, GUILD, ticket.opener_id, until),
    ]
    for one in tokens:
        answer = await visitor.get(f"/tickets/{one}")
        assert answer.status == 404
        assert "For one alone" not in answer.text
        assert (await visitor.get(f"/tickets/{one}/files/1")).status == 404
    assert (await visitor.get(f"/tickets/{site.links.token(*right)}")).status == 200


async def test_what_is_switched_off_deleted_or_too_old_says_so(
    env: TicketsEnv, pen: Pen, site: TranscriptSite, visitor: Visitor
) -> None:
    ticket = await env.opened()
    await pen.write(ticket, pen.by(5), "Only for a time")
    await env.closed(ticket)
    path = await site.path(ticket)
    change = env.process.settings.change
    await change(HARBOUR_MASTER, "tickets", "sends_transcript", False)
    answer = await visitor.get(path)
    assert (answer.status, "handed out" in answer.text) == (404, True)
    await change(HARBOUR_MASTER, "tickets", "sends_transcript", True)
    env.clock.advance(timedelta(days=181).total_seconds())
    async for _gone in OldMessages(env.emitter.database).prune(env.clock.now()):
        pass
    answer = await visitor.get(path)
    assert (answer.status, "is deleted now" in answer.text) == (404, True)
    env.clock.advance(timedelta(days=90).total_seconds())
    assert (await visitor.get(path)).status == 410


async def test_a_server_that_another_process_hears_of_is_asked_for(
    env: TicketsEnv, site: TranscriptSite, visitor: Visitor
) -> None:
    ticket = await env.opened()
    await env.closed(ticket)
    path = await site.path(ticket)
    env.discord.is_known = False
    assert (await visitor.get(path)).status == 200
    env.discord.faults["know"] = Fault.LOST
    assert (await visitor.get(path)).status == 503


async def test_one_link_is_not_asked_for_without_end(
    env: TicketsEnv, site: TranscriptSite, visitor: Visitor
) -> None:
    ticket = await env.opened()
    await env.closed(ticket)
    path = await site.path(ticket)
    answers = [(await visitor.get(path)).status for _time in range(8)]
    assert answers == [200] * 6 + [429] * 2


async def test_the_page_is_in_the_language_of_its_reader(
    env: TicketsEnv, site: TranscriptSite, visitor: Visitor
) -> None:
    ticket = await env.opened()
    await env.closed(ticket)
    answer = await visitor.get(await site.path(ticket), **{"Accept-Language": "xx, en;q=0.5"})
    assert '<html lang="en" dir="ltr">' in answer.text
    assert aiohttp.hdrs.SET_COOKIE not in answer.headers
