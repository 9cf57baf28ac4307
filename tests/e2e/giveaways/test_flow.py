"""A giveaway from `/giveaway create` to its winners, as everybody sees it."""

from tests.e2e.cases.scene import said
from tests.e2e.giveaways.scene import DAY, PRIZE, GiveawayScene
from tests.support.messages import labels, read


async def test_from_the_opening_to_the_winners(giveaways: GiveawayScene) -> None:
    made = await giveaways.created(winners=2, details="Framed, A3.")
    assert f"{PRIZE}\nEnds " in read(giveaways.card())
    assert "Framed, A3." in read(giveaways.card())
    assert "Entries: 0" in read(giveaways.card())
    assert labels(giveaways.card()) == ["Enter", "Leave"]
    assert made.seed_hash in read(giveaways.card())

    people = await giveaways.enter_server(5)
    for person in people:
        assert (await giveaways.press(person)).startswith("You are in. It is drawn <t:")
    await giveaways.sweep(5)
    assert "Entries: 5" in read(giveaways.card())

    await giveaways.sweep(DAY)
    after = await giveaways.newest()
    (_created, (_kind, ended)) = await giveaways.told()
    won = [int(one) for one in ended["winner_ids"]]
    assert len(set(won)) == 2
    assert ended["entry_count"] == 5
    card, call = giveaways.messages()
    assert labels(card) == ["Check the draw"]
    assert f"Winners: <@{won[0]}> <@{won[1]}>" in read(card)
    assert f"Seed: `{after.seed}`" in read(card)
    assert f"Congratulations, **{PRIZE}** is yours!" in read(call)
    assert {one.id for one in call.mentions} == {*won}
    for person in people:
        letters = giveaways.letters(person.id)
        assert len(letters) == (person.id in won)
    assert f"You won **{PRIZE}**" in giveaways.letters(won[0])[0]
    assert after.state == "announced"
    shown = said(await giveaways.uses("show", giveaway=made.id))
    assert "State: drawn, and the winners were called" in shown
    assert f"<@{won[0]}> · has the direct message" in shown
