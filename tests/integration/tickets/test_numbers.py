"""Numbers of tickets: from 1 in each server, and an id that no other server's has."""

from bot.features.tickets import store, type_store
from bot.features.tickets.types import TypeChoices
from tests.integration.tickets.tickets_env import TicketsEnv
from tests.support.emitter_setup import GUILD

ELSEWHERE = GUILD + 1


async def test_numbers_count_in_each_guild_and_ids_in_all(env: TicketsEnv) -> None:
    here = [await env.opened(), await env.opened()]
    async with env.emitter.database.transaction() as tx:
        kind = await type_store.add(tx, ELSEWHERE, TypeChoices())
        there = await store.add(
            tx,
            guild_id=ELSEWHERE,
            number=await store.next_number(tx, ELSEWHERE),
            type_id=kind.id,
            opener_id=1,
            opener_name="quiet_otter",
            opened_by_id=1,
            subject="Help",
            answers={},
            open_key=None,
            room_name="support-1",
            parent_id=None,
            is_thread=False,
            created_at=env.clock.now(),
            look_at=env.clock.now(),
        )
    assert [one.number for one in (*here, there)] == [1, 2, 1]
    assert len({one.id for one in (*here, there)}) == 3
    assert (await store_of(env, here[0].id)) == (GUILD, 1)
    assert (await store_of(env, there.id)) == (ELSEWHERE, 1)


async def store_of(env: TicketsEnv, ticket_id: int) -> tuple[int, int]:
    """Whose ticket has that id, and which it is there."""
    async with env.emitter.database.reading() as reading:
        found = await store.by_id(reading, ticket_id)
    assert found is not None
    return found.guild_id, found.number
