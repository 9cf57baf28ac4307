"""A ticket from the panel to its end, as people see it and as a receiver is told."""

from tests.e2e.cases.scene import said
from tests.e2e.tickets.scene import TicketScene


async def test_from_the_panel_to_the_log(tickets: TicketScene) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    room = tickets.room(ticket)
    assert room.name == "support-1"
    await world.member.send(room, "Where is my boat?")
    await tickets.clerk.send(room, "In the harbour.")
    result = await tickets.clerk.click(tickets.card(ticket), label="Claim")
    assert said(result) == "You are in charge of ticket 1."
    asked = await tickets.clerk.click(tickets.card(ticket), label="Close")
    result = await tickets.clerk.submit_modal(asked, {"reason": "Found"})
    assert said(result) == "Ticket 1 is closed."
    await tickets.sweep()
    assert await tickets.kinds() == [
        "ticket.opened",
        "ticket.message",
        "ticket.message",
        "ticket.claimed",
        "ticket.closed",
    ]
    told = dict(await tickets.told())
    assert told["ticket.closed"]["close_source"] == "staff_button"
    assert len(tickets.log.history()) == 1


async def test_a_stranger_sees_nothing_of_it(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    stranger = tickets.world.guild.add_member(tickets.world.env.create_user("stranger"))
    guild = tickets.world.app.client.get_guild(tickets.world.guild.id)
    assert guild is not None
    channel = guild.get_channel(ticket.channel_id or 0)
    assert channel is not None

    def sees(user_id: int) -> bool:
        member = guild.get_member(user_id)
        assert member is not None
        return channel.permissions_for(member).view_channel

    seen = {
        "stranger": sees(stranger.id),
        "opener": sees(tickets.world.member.id),
        "clerk": sees(tickets.clerk.id),
    }
    assert seen == {"stranger": False, "opener": True, "clerk": True}


async def test_a_deleted_channel_closes_it(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    tickets.world.env.backend.delete_channel(ticket.channel_id or 0)
    await tickets.sweep()
    assert await tickets.kinds() == ["ticket.opened", "ticket.closed"]


async def test_in_a_thread(tickets: TicketScene) -> None:
    types = tickets.service.types
    for name, value in (("place", "thread"), ("thread_channel_id", tickets.world.channel.id)):
        await types.change(tickets.actor, tickets.type.id, name, value)
    await tickets.sweep()
    ticket = await tickets.opened()
    assert ticket.is_thread
    await tickets.world.member.send(tickets.room(ticket), "Hello")
    await tickets.world.member.slash(tickets.room(ticket), "ticket close", reason="Done")
    await tickets.sweep()
    assert await tickets.kinds() == ["ticket.opened", "ticket.message", "ticket.closed"]
    thread = tickets.world.env.backend.channels[ticket.channel_id or 0]
    assert thread.thread_metadata is not None
    assert thread.thread_metadata.archived
    await tickets.clerk.slash(tickets.world.channel, "ticket reopen", number=ticket.number)
    await tickets.sweep()
    assert not thread.thread_metadata.archived
    assert (await tickets.kinds())[-1] == "ticket.reopened"
