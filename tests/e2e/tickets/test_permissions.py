"""Each permission that a ticket needs, missing at each step: named with its place, then given."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import deepcopy

import pytest
from simcord.actors import MemberActor
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.results import InteractionResult

from bot.client.refusals import permission_bit
from bot.features.tickets.model import Ticket, TicketState
from bot.permission_names import permission_name
from bot.storage.sweep import LEASE
from tests.e2e.cases.scene import answer, said
from tests.e2e.tickets.scene import TicketScene
from tests.support.messages import read

AGAIN = 20 * LEASE.total_seconds()  # by when what was refused is tried again
Opens = Callable[[TicketScene, MemberActor], Awaitable[InteractionResult]]


@asynccontextmanager
async def without(scene: TicketScene, permission: str, place_id: int) -> AsyncGenerator[None]:
    """The bot has it not there: in that channel, or in the whole server."""
    env, bot_id = scene.world.env, scene.world.env.backend.bot_user.id
    if place_id == scene.world.guild.id:
        roles = [*env.backend.get_guild(place_id).roles.values()]
        before = {role.id: role.permissions for role in roles}
        for role in roles:
            held = role.permissions & ~permission_bit(permission)
            env.backend.edit_role(place_id, role.id, {"permissions": held})
        await env.settle()
        yield
        for role_id, held in before.items():
            env.backend.edit_role(place_id, role_id, {"permissions": held})
        await env.settle()
        return
    kept = deepcopy(env.backend.channels[place_id].overwrites)
    own = next((one for one in kept if one.target_id == bot_id), None)
    bit, allowed = permission_bit(permission), 0 if own is None else own.allow
    denied = Overwrite(bot_id, OverwriteType.MEMBER, allowed & ~bit, bit)
    env.backend.set_overwrite(place_id, denied)
    await env.settle()
    yield
    if place_id in env.backend.channels:
        env.backend.edit_channel(place_id, {}, overwrites=kept)
    await env.settle()


def newcomer(scene: TicketScene) -> MemberActor:
    world = scene.world
    return world.guild.add_member(world.env.create_user(f"swan_{len(world.env.backend.users)}"))


async def by_panel(scene: TicketScene, person: MemberActor) -> InteractionResult:
    return await person.click(scene.panel(), label="Support")


async def by_command(scene: TicketScene, person: MemberActor) -> InteractionResult:
    return await person.slash(scene.world.channel, "ticket open", type=scene.type.id)


async def for_somebody(scene: TicketScene, person: MemberActor) -> InteractionResult:
    about = {"type": scene.type.id, "person": person}
    return await scene.clerk.slash(scene.world.channel, "ticket open", **about)


async def checked(scene: TicketScene) -> str:
    return said(await scene.world.manager.slash(scene.world.channel, "ticket check"))


async def placed(scene: TicketScene, place: str) -> int:
    """Where rooms are made from now on: in the category, or as threads of a channel."""
    if place == "channel":
        return scene.category.id
    desk = scene.world.guild.create_text_channel("desk")
    await scene.world.env.settle()
    for name, value in (("thread_channel_id", desk.id), ("place", "thread")):
        await scene.service.types.change(scene.actor, scene.type.id, name, value)
    return desk.id


async def now(scene: TicketScene, ticket: Ticket) -> Ticket:
    return await scene.service.known(ticket.guild_id, ticket.id)


OPENING = {
    "channel": [
        (opens, one)
        for opens in (by_panel, by_command, for_somebody)
        for one in ("manage_channels", "view_channel")
    ],
    "thread": [
        (by_panel, "view_channel"),
        (by_command, "create_private_threads"),
        (for_somebody, "send_messages_in_threads"),
    ],
}


@pytest.mark.parametrize("place", ["channel", "thread"])
@pytest.mark.thorough("each permission in turn", but="thread")
async def test_what_is_missing_to_open_one_is_named_and_nothing_is_left(
    tickets: TicketScene, place: str
) -> None:
    where = await placed(tickets, place)
    for opens, permission in OPENING[place]:
        person, name, row = newcomer(tickets), permission_name(permission), (opens, permission)
        await tickets.world.env.settle()
        before = {*tickets.world.env.backend.channels}
        async with without(tickets, permission, where):
            told = said(await opens(tickets, person))
            assert f"I could not open it in <#{where}>: I need the permission {name}" in told, row
            assert f"In <#{where}> my role lacks **{name}**" in await checked(tickets), row
            await tickets.sweep(AGAIN)
            assert {*tickets.world.env.backend.channels} == before, row
        assert "is open" in said(await opens(tickets, person)), row
    await tickets.sweep()
    assert await tickets.kinds() == ["ticket.opened"] * len(OPENING[place])


@pytest.mark.parametrize("permission", ["send_messages", "embed_links"])
async def test_what_is_missing_for_the_card_is_named(tickets: TicketScene, permission: str) -> None:
    name = permission_name(permission)
    async with without(tickets, permission, tickets.world.guild.id):
        told = said(await by_command(tickets, tickets.world.member))
        assert "Your ticket 1 is open" in told
        assert f"I could not write its card: my role lacks {name}" in told
        assert f"My role lacks **{name}**: give it in the server settings" in await checked(tickets)
    await tickets.sweep(AGAIN)
    assert "Ticket 1: Support" in read(tickets.card(await tickets.newest()))


DUTIES = {
    ("ticket rename", "channel"): "manage_channels",
    ("ticket close", "channel"): "manage_roles",
    ("ticket reopen", "channel"): "manage_roles",
    ("ticket delete", "channel"): "manage_channels",
    ("ticket rename", "thread"): "manage_threads",
    ("ticket close", "thread"): "manage_threads",
    ("ticket reopen", "thread"): "manage_threads",
    ("ticket delete", "thread"): "manage_threads",
}


async def told_of(scene: TicketScene, command: str, ticket: Ticket) -> str:
    """What the staff read who use it from elsewhere: the room itself may be out of sight."""
    by_number = {"number": ticket.number}
    place = scene.world.channel
    if command == "ticket rename":
        if ticket.is_thread:  # Discord lets in whom a message calls, which the simulation does not
            scene.world.env.backend.add_thread_member(ticket.channel_id or 0, scene.clerk.id)
        return said(await scene.clerk.slash(scene.room(ticket), command, subject="My boat"))
    result = await scene.clerk.slash(place, command, **by_number)
    if command == "ticket delete":
        result = await scene.clerk.click(answer(result), label="Delete")
    return said(result)


@pytest.mark.parametrize("place", ["channel", "thread"])
@pytest.mark.thorough("each permission in turn", but="channel")
async def test_what_a_room_lacks_is_named_and_done_once_it_is_given(
    tickets: TicketScene, place: str
) -> None:
    desk = await placed(tickets, place)
    ticket = await tickets.opened()
    rows = [(act, permission) for (act, where), permission in DUTIES.items() if where == place]
    for act, permission in rows:
        if act == "ticket delete":
            await told_of(tickets, "ticket close", ticket)
            await tickets.sweep(AGAIN)
        where, name = desk if place == "thread" else ticket.channel_id, permission_name(permission)
        assert where is not None
        async with without(tickets, permission, where):
            told = await told_of(tickets, act, ticket)
            lacking = f"stays as it is until my role has {name} in <#{where}>"
            assert lacking in told, (act, told)
            await tickets.sweep(AGAIN)
            assert (await now(tickets, ticket)).room_duties, act
            assert f"until my role has **{name}** in <#{where}>" in await checked(tickets), act
        await tickets.sweep(AGAIN)
        assert not (await now(tickets, ticket)).room_duties, act
    assert ticket.channel_id not in tickets.world.env.backend.channels
    assert (await now(tickets, ticket)).state is TicketState.CLOSED
    assert await tickets.kinds() == [
        "ticket.opened",
        "ticket.closed",
        "ticket.reopened",
        "ticket.closed",
    ]


@pytest.mark.thorough("each permission in turn")
async def test_what_is_missing_beside_a_room_holds_nothing_up(tickets: TicketScene) -> None:
    """A claim whose card cannot be drawn, a room that cannot be read, a log that is closed."""
    ticket = await tickets.opened()
    assert ticket.channel_id is not None
    async with without(tickets, "embed_links", ticket.channel_id):
        told = said(await tickets.clerk.slash(tickets.room(ticket), "ticket claim"))
        assert "You are in charge" in told
        await tickets.sweep()
    await tickets.sweep(AGAIN)
    assert f"In charge: <@{tickets.clerk.id}>" in read(tickets.card(ticket))
    for permission in ("view_channel", "send_messages", "embed_links"):
        name = permission_name(permission)
        async with (
            without(tickets, permission, tickets.log.id),
            without(tickets, "read_message_history", ticket.channel_id),
        ):
            told = said(await tickets.clerk.slash(tickets.room(ticket), "ticket close"))
            assert told == "Ticket 1 is closed."
            await tickets.sweep(AGAIN)
            assert not (await now(tickets, ticket)).room_duties
            lacking = f"In <#{tickets.log.id}> my role lacks **{name}**"
            assert lacking in await checked(tickets)
            result = await tickets.clerk.slash(tickets.room(ticket), "ticket transcript")
            assert answer(result).attachments
        await tickets.sweep(AGAIN)
        (line,) = tickets.log.history()
        assert "Ticket 1 is closed" in read(line)
        await tickets.clerk.slash(tickets.room(ticket), "ticket reopen")
        await tickets.sweep(AGAIN)


@pytest.mark.parametrize("permission", ["view_channel", "send_messages", "embed_links"])
@pytest.mark.thorough("each permission in turn", but="view*")
async def test_what_is_missing_for_a_panel_is_named(tickets: TicketScene, permission: str) -> None:
    world, name = tickets.world, permission_name(permission)
    place = world.guild.create_text_channel("help")
    await world.env.settle()
    (panel,) = await tickets.service.panels.all_of(world.guild.id)
    posting = {"panel": panel.id, "channel": place}
    preview = answer(await world.manager.slash(world.channel, "ticket panel post", **posting))
    async with without(tickets, permission, place.id):
        refused = await world.manager.slash(world.channel, "ticket panel post", **posting)
        assert f"give my role {name}" in said(refused)
        assert f"give my role {name}" in said(await world.manager.click(preview, label="Post it"))
    await world.manager.click(preview, label="Post it")
    await tickets.sweep()
    assert len(place.history()) == 1
    async with without(tickets, permission, place.id):
        assert f"In <#{place.id}> my role lacks **{name}**" in await checked(tickets)
