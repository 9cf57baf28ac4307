"""The buttons of a giveaway: enter, leave, many at once, and long after a restart."""

import discord

from tests.e2e.cases.scene import said
from tests.e2e.giveaways.scene import DAY, GiveawayScene
from tests.support.messages import read


async def test_somebody_enters_leaves_and_enters_again(giveaways: GiveawayScene) -> None:
    await giveaways.created()
    (person,) = await giveaways.enter_server(1)
    assert "You are not in it." in await giveaways.press(person, "Leave")
    assert "You are in." in await giveaways.press(person)
    assert "You were in already." in await giveaways.press(person)
    assert "You are not in it any more." in await giveaways.press(person, "Leave")
    assert "You are in." in await giveaways.press(person)
    await giveaways.sweep(5)
    assert "Entries: 1" in read(giveaways.card())


async def test_whoever_lacks_a_role_is_told_and_has_more_entries_with_another(
    giveaways: GiveawayScene,
) -> None:
    booster = giveaways.world.guild.create_role("Booster")
    await giveaways.created(roles=giveaways.role.mention, bonus=f"{booster.mention} 4")
    (without,) = await giveaways.enter_server(1)
    (plain,) = await giveaways.enter_server(1, giveaways.role)
    (boosts,) = await giveaways.enter_server(1, giveaways.role, booster)
    refused = await giveaways.press(without)
    assert f"You cannot enter:\n- you need {giveaways.role.mention}" in refused
    assert "entries" not in await giveaways.press(plain)
    assert "You have 5 entries." in await giveaways.press(boosts)


async def test_people_at_once_are_all_in_and_one_who_presses_often_once(
    giveaways: GiveawayScene,
) -> None:
    await giveaways.created()
    people = await giveaways.enter_server(20)
    told = await giveaways.press_together([*people, *people[:1] * 5])
    assert sum("You are in." in one for one in told) == 20
    assert sum("You were in already." in one for one in told) == 5
    await giveaways.sweep(5)
    assert "Entries: 20" in read(giveaways.card())
    await giveaways.sweep(DAY)
    _created, (_ended, data) = await giveaways.told()
    assert data["entry_count"] == 20


async def test_they_answer_after_a_restart_and_after_the_end(giveaways: GiveawayScene) -> None:
    await giveaways.created()
    (person,) = await giveaways.enter_server(1)
    await giveaways.world.restart()
    assert "You are in." in await giveaways.press(person)
    stale = giveaways.card()
    giveaways.world.clock.advance(DAY)  # nobody has noticed yet
    for label in ("Enter", "Leave"):
        assert "It is over" in said(await person.click(stale, label=label))
    await giveaways.sweep()
    await giveaways.world.restart()
    checked = said(await person.click(giveaways.card(), label="Check the draw"))
    assert "the winners are the same" in checked


async def test_a_card_that_was_deleted_is_written_anew(giveaways: GiveawayScene) -> None:
    await giveaways.created()
    card, world = giveaways.card(), giveaways.world
    world.env.backend.delete_message(world.channel.id, card.id)
    await giveaways.sweep(DAY)
    assert "Ended <t:" in read(giveaways.card())


async def test_what_was_typed_pings_nobody_and_links_nowhere(giveaways: GiveawayScene) -> None:
    world = giveaways.world
    everyone = "@everyone https://evil.example [x](https://evil.example)"
    await giveaways.created(prize=everyone, details=everyone)
    (person,) = await giveaways.enter_server(1)
    await giveaways.press(person)
    await giveaways.sweep(DAY)
    for message in giveaways.messages():
        stored = world.env.backend.get_message(message.channel.id, message.id)
        assert not stored.mention_everyone
        assert "https://" not in read(message)
        assert {*stored.ping_user_ids, *stored.ping_role_ids} <= {person.id}


async def test_a_channel_that_is_gone_keeps_nothing_from_being_drawn(
    giveaways: GiveawayScene,
) -> None:
    world = giveaways.world
    place = world.guild.create_text_channel("prizes")
    await world.env.settle()
    made = await giveaways.created(channel=place)
    (person,) = await giveaways.enter_server(1)
    (card,) = place.history()
    await person.click(card, label="Enter")
    world.env.backend.delete_channel(place.id)
    await giveaways.sweep(DAY)
    assert (await giveaways.newest()).state == "drawn"
    assert len(giveaways.letters(person.id)) == 1
    shown = said(await giveaways.uses("show", giveaway=made.id))
    assert "The call to its winners: could not be sent yet" in shown
    assert isinstance(card, discord.Message)
