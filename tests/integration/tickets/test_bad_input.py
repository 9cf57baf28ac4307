"""What is not there, not theirs, too large or not to be seen is refused in words."""

from collections.abc import Awaitable, Callable

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.tickets.model import Ticket, Visitor
from bot.features.tickets.openings import FILE_LIMIT, TicketRequest
from bot.features.tickets.types import TicketType
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.tickets.tickets_env import CLERK, TicketsEnv
from tests.support.emitter_setup import GUILD

ELSEWHERE = Visitor(GUILD + 1, 4, "other_master", frozenset(), manages=True)
Tries = Callable[[TicketsEnv, Ticket, TicketType], Awaitable[object]]


@pytest.mark.parametrize(
    ("address", "told"),
    [("https://cdn/gone", "the file is gone"), ("https://cdn/large", "the file is too large")],
)
async def test_a_file_of_the_form_that_cannot_be_had_is_named(
    env: TicketsEnv, address: str, told: str
) -> None:
    env.discord.files["https://cdn/large"] = bytes(FILE_LIMIT + 1)
    ticket, lines = await env.opened(), len(env.discord.lines)
    text = await env.tickets.openings.hand_in(ticket, "@everyone [a](https://x.example)", address)
    assert f"could not be put into your ticket: {told}. Send it there yourself." in text
    assert "@everyone" not in text
    assert "https://x" not in text
    assert len(env.discord.lines) == lines
    assert (await env.ticket(ticket)).is_open


# Each with a ticket of this guild and a type of another one.
THEIRS: list[Tries] = [
    lambda env, _, kind: env.tickets.openings.open(env.visitor(), TicketRequest(kind.id)),
    lambda env, _, kind: env.tickets.openings.ready(env.visitor(), kind.id),
    lambda env, ticket, kind: env.tickets.moves.transfer(CLERK, ticket, kind.id),
    lambda env, _, kind: env.tickets.types.change(HARBOUR_MASTER, kind.id, "about", "Mine"),
    lambda env, _, kind: env.tickets.types.delete(HARBOUR_MASTER, kind.id),
    lambda env, _, kind: env.tickets.types.there(GUILD, kind.id),
    lambda env, ticket, _: env.tickets.numbered(GUILD + 1, ticket.number),
    lambda env, ticket, _: env.tickets.known(GUILD + 1, ticket.id),
    lambda env, ticket, _: env.tickets.here(GUILD + 1, ticket.channel_id or 0),
    lambda env, ticket, _: env.tickets.openings.reopen(ELSEWHERE, ticket.number),
    lambda env, ticket, _: env.tickets.notes.add(ELSEWHERE, ticket, "Read me"),
    lambda env, ticket, _: env.tickets.notes.all_of(ELSEWHERE, ticket),
    lambda env, ticket, _: env.tickets.transcripts.page(ELSEWHERE, ticket),
]


async def test_the_ids_of_another_guild_are_not_found(env: TicketsEnv) -> None:
    other = Actor(ELSEWHERE.guild_id, ELSEWHERE.user_id, ELSEWHERE.name)
    ticket, theirs = await env.opened(), await env.tickets.types.create(other, "Theirs")
    for number, tries in enumerate(THEIRS):
        with pytest.raises(NotFound):
            raise AssertionError(f"{number}: {await tries(env, ticket, theirs)}")
    panel = await env.tickets.panels.create(HARBOUR_MASTER, "Help")
    with pytest.raises(UserError, match="needs a type of ticket"):
        await env.tickets.panels.change(HARBOUR_MASTER, panel.id, type_ids=[theirs.id])
    assert await env.tickets.types.there(other.guild_id, theirs.id) == theirs
    assert await env.ticket(ticket) == ticket
    assert await env.kinds() == ["ticket.opened"]


async def test_a_subject_that_nobody_sees_is_the_types_name(env: TicketsEnv) -> None:
    ticket = await env.opened(subject="\x00\u202e\u200b \x07\n")
    assert ticket.subject == "Support"
