"""Who enters and who may win: asked at the press, and asked again at the draw."""

import asyncio
from datetime import timedelta

import pytest

from bot.clock import to_snowflake
from bot.errors import UserError
from bot.features.giveaways.messages import CARD
from bot.features.giveaways.model import GiveawayState, Terms, Unmet
from bot.features.giveaways.plans import GiveawayEdit
from bot.storage.database import Reading
from tests.integration.cases.cases_env import HARBOUR_MASTER, person_of
from tests.integration.giveaways.giveaways_env import DAY, HOUR, STRANGER, GiveawaysEnv, said
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

ROLE, BONUS = 10, 11


async def test_whoever_lacks_something_is_told_all_of_it(env: GiveawaysEnv) -> None:
    made = await env.made(required_role_ids=(ROLE,), min_account_days=3, min_member_days=2)
    user_id = to_snowflake(env.clock.now() - DAY)
    env.discord.enter(user_id)
    env.discord.joined[user_id] = env.clock.now() - HOUR
    with pytest.raises(UserError) as refused:
        await env.giveaways.entries.enter(env.entrant(user_id), made.id)
    said = str(refused.value)
    assert f"you need <@&{ROLE}>" in said
    assert "your account is too new: it is old enough <t:" in said
    assert "you are new in this server: you can enter <t:" in said
    assert await env.people_in(made) == set()

    env.discord.roles_of(user_id).add(ROLE)
    env.clock.advance((2 * DAY).total_seconds())
    later = await env.made(required_role_ids=(ROLE,), min_account_days=3, min_member_days=2)
    await env.giveaways.entries.enter(env.entrant(user_id), later.id)
    assert await env.people_in(later) == {user_id}


async def test_a_level_is_asked_of_whoever_counts_them(env: GiveawaysEnv) -> None:
    levels = {1001: 5, 1002: 4}

    async def level_of(_reading: Reading, guild_id: int, user_id: int) -> int:
        assert guild_id == GUILD
        return levels[user_id]

    env.giveaways.ports.level_of = level_of
    made = await env.made(min_level=5)
    await env.entered(made, 1)
    with pytest.raises(UserError, match="you need level 5, and have level 4"):
        await env.entered(made, 1)
    levels[1001] = 3  # a reset since
    await env.sweep_giveaways(DAY)
    assert await env.winners(made) == []
    (draw,) = await env.draws(made)
    assert draw.reasons == {1001: [Unmet.LEVEL]}


async def test_a_role_brings_more_entries_as_long_as_it_is_held(env: GiveawaysEnv) -> None:
    made = await env.made(bonus={BONUS: 4})
    user_id = env.someone(roles={BONUS})
    entered = await env.giveaways.entries.enter(env.entrant(user_id), made.id)
    assert (entered.weight, entered.people, entered.was_in) == (5, 1, False)
    env.discord.roles_of(user_id).clear()
    again = await env.giveaways.entries.enter(env.entrant(user_id), made.id)
    assert (again.weight, again.people, again.was_in) == (1, 1, True)
    env.discord.roles_of(user_id).add(BONUS)
    await env.giveaways.entries.enter(env.entrant(user_id), made.id)
    env.discord.roles_of(user_id).clear()
    await env.sweep_giveaways(DAY)
    (draw,) = await env.draws(made)
    assert draw.places == {user_id: 1}  # what it was entered with counts no more
    await env.agrees(made)


async def test_whoever_leaves_is_in_it_no_more(env: GiveawaysEnv) -> None:
    made = await env.made()
    one, two = await env.entered(made, 2)
    await env.giveaways.entries.leave(env.entrant(one), made.id)
    with pytest.raises(UserError, match="You are not in it"):
        await env.giveaways.entries.leave(env.entrant(one), made.id)
    assert await env.people_in(made) == {two}
    await env.sweep_giveaways(DAY)
    with pytest.raises(UserError, match="It is over"):
        await env.giveaways.entries.leave(env.entrant(two), made.id)
    assert [won.user_id for won in await env.winners(made)] == [two]


async def test_whoever_leaves_the_server_leaves_what_is_open(env: GiveawaysEnv) -> None:
    made, drawn = await env.made(lasts=2 * DAY), await env.made(winner_count=9)
    people = await env.entered(made, 3)
    for user_id in people:
        await env.giveaways.entries.enter(env.entrant(user_id), drawn.id)
    await env.sweep_giveaways(DAY)
    env.discord.people.pop(people[0])
    await env.process.members.removed(person_of("otter", people[0]), None)
    await env.settle_members()
    assert await env.people_in(made) == {*people[1:]}
    assert await env.people_in(drawn) == {*people}  # the proof needs it
    await env.sweep_giveaways()
    cards = {one.subject_id: one.message_id for one in await env.posts(CARD)}
    assert ("Entries", "2") in env.discord.lines[cards[made.id] or 0].fields
    await env.agrees(drawn)


@pytest.mark.parametrize("reason", [Unmet.GONE, Unmet.ROLES])
async def test_whoever_may_not_any_more_at_the_draw_does_not_win(
    env: GiveawaysEnv, reason: Unmet
) -> None:
    """Nobody told the bot: Discord is asked about everybody whose lot comes up."""
    made = await env.made(required_role_ids=(ROLE,), winner_count=5)
    people = [env.someone(roles={ROLE}) for _ in range(8)]
    for user_id in people:
        await env.giveaways.entries.enter(env.entrant(user_id), made.id)
    for user_id in people[:5]:
        if reason is Unmet.GONE:
            env.discord.people.pop(user_id)
        else:
            env.discord.roles_of(user_id).clear()
    await env.sweep_giveaways(DAY)
    assert {one.user_id for one in await env.winners(made)} == {*people[5:]}
    (draw,) = await env.draws(made)
    assert draw.reasons == {one: [reason] for one in people[:5]}
    ((_created), (_kind, told)) = await env.about(made)
    assert told["entry_count"] == 8
    await env.agrees(made)


async def test_an_edit_of_its_terms_counts_at_the_draw(env: GiveawaysEnv) -> None:
    made = await env.made()
    await env.entered(made, 3)
    edit = GiveawayEdit(terms=Terms(required_role_ids=(ROLE,)))
    await env.giveaways.transitions.edit(HARBOUR_MASTER, made.id, edit)
    await env.sweep_giveaways(DAY)
    assert await env.winners(made) == []
    assert said(env, "nobody who entered could win it")


async def test_without_an_answer_of_discord_nothing_is_drawn(env: GiveawaysEnv) -> None:
    made = await env.made()
    await env.entered(made)
    env.discord.faults["member"] = Fault.LOST
    await env.sweep_giveaways(DAY)
    assert (await env.now(made)).state is GiveawayState.DRAWING
    with pytest.raises(UserError, match="can be ended"):
        await env.giveaways.end(HARBOUR_MASTER, made.id)
    env.discord.faults.clear()
    await env.sweep_giveaways(timedelta(minutes=2))
    assert (await env.now(made)).state is GiveawayState.ANNOUNCED
    await env.agrees(made)


async def test_two_presses_at_once_are_one_entry(env: GiveawaysEnv) -> None:
    made, one = await env.made(), env.entrant()
    enter, leave = env.giveaways.entries.enter, env.giveaways.entries.leave
    results = await asyncio.gather(*(enter(one, made.id) for _ in range(8)))
    assert {entered.people for entered in results} == {1}
    assert await env.people_in(made) == {one.user_id}
    left = await asyncio.gather(*(leave(one, made.id) for _ in range(8)), return_exceptions=True)
    assert len([gone for gone in left if isinstance(gone, UserError)]) == 7
    assert await env.people_in(made) == set()


@pytest.mark.thorough("two hundred people")
async def test_two_hundred_at_once_are_all_in_and_the_card_is_edited_seldom(
    env: GiveawaysEnv,
) -> None:
    made = await env.made()
    await env.sweep_giveaways()
    people = [env.entrant() for _ in range(200)]
    first, later = people[:150], people[150:]
    enter = env.giveaways.entries.enter
    await asyncio.gather(*(enter(one, made.id) for one in first))
    for one in later:
        await enter(one, made.id)
        await env.sweep_giveaways(timedelta(seconds=0.2))
    assert await env.people_in(made) == {one.user_id for one in people}
    assert 1 <= len(env.discord.redrawn) <= 3  # in ten seconds
    await env.sweep_giveaways(timedelta(seconds=5))
    (card,) = env.discord.lines.values()
    assert ("Entries", "200") in card.fields


async def test_an_entry_and_the_end_do_not_meet(env: GiveawaysEnv) -> None:
    """Whoever was told that they are in is in the draw, on both engines."""
    made = await env.made()
    await env.entered(made, 3)

    async def enter() -> int | None:
        one = env.entrant()
        try:
            await env.giveaways.entries.enter(one, made.id)
        except UserError:
            return None
        return one.user_id

    end = env.giveaways.end(HARBOUR_MASTER, made.id)
    *late, _overview = await asyncio.gather(*(enter() for _ in range(10)), end)
    told = {one for one in late if isinstance(one, int)}
    book = await env.giveaways.book(GUILD, made.id)
    entries = {int(user_id) for user_id, _weight in book.proof.entries}
    assert told <= entries
    assert len(entries) == 3 + len(told)
    await env.sweep_giveaways()
    await env.agrees(made)


async def test_of_another_guild_nobody_enters(env: GiveawaysEnv) -> None:
    made = await env.made()
    from_elsewhere = env.entrant(env.someone())
    foreign = type(from_elsewhere)(STRANGER.guild_id, STRANGER.user_id, "stranger")
    for act in (env.giveaways.entries.enter, env.giveaways.entries.leave):
        with pytest.raises(UserError, match="is not there any more"):
            await act(foreign, made.id)
    assert await env.people_in(made) == set()
