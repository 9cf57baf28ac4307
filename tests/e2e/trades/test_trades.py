"""Trades as two members see them: proposed, changed, confirmed by what was seen, completed."""

from typing import Any

from simcord.actors import MemberActor

from tests.e2e.cases.scene import answer, said
from tests.e2e.trades.scene import TradeScene
from tests.support.messages import labels, read


async def test_from_a_proposal_to_the_exchange(trades: TradeScene) -> None:
    card = await trades.offered()
    member, manager = trades.world.member, trades.world.manager
    assert manager.id in {one.id for one in card.mentions}
    assert f"<@{member.id}> gives **40 🪙**\n✅ confirmed, and held" in trades.shown()
    assert f"<@{manager.id}> gives **25 🪙**\nnot confirmed yet" in trades.shown()
    assert labels(card) == ["Confirm", "Decline or cancel"]
    assert await trades.balance(member) == 60

    await trades.world.restart()
    assert "Trade 1 is completed." in await trades.press(manager)
    assert "Completed <t:" in trades.shown()
    assert labels(trades.card()) == []
    assert (await trades.balance(member), await trades.balance(manager)) == (85, 45)
    ((kind, data),) = await trades.completed()
    assert (kind, data["amount"], data["counter_amount"]) == ("trade.completed", 40, 25)
    assert "over already" in said(await trades.does("cancel", trade=1))


async def test_a_confirmation_is_of_what_was_seen(trades: TradeScene) -> None:
    card = await trades.offered(get_good="A painted **banner** @everyone <https://x.example>")
    member, manager = trades.world.member, trades.world.manager
    assert "A painted \\*\\*banner\\*\\*" in trades.shown()
    assert not card.mention_everyone
    await trades.world.app.parts.core.posts.stop()  # what both see stays as it was
    changed = said(await trades.does("change", manager, trade=1, get="50"))
    assert "both of you are to confirm it anew" in changed
    for person in (member, manager):
        assert "look at it again" in said(await person.click(trades.card(), label="Confirm"))
    assert await trades.balance(member) == 100
    await trades.settled()
    assert trades.shown().count("not confirmed yet") == 2
    assert "once the other has as well" in await trades.press(member)
    assert "once the other has as well" not in await trades.press(manager)
    assert await trades.balance(member) == 50
    ((_kind, data),) = await trades.completed()
    assert data["counter_good"].startswith("A painted **banner**")


async def test_what_does_not_fit_is_said_and_changes_nothing(trades: TradeScene) -> None:
    member, manager = trades.world.member, trades.world.manager
    bot = trades.world.guild.add_member(trades.world.env.create_user("a_bot", bot=True))
    refused: list[tuple[dict[str, Any], str]] = [
        ({}, "Say what you give and what you get"),
        ({"give": "40"}, "Say what you give and what you get"),
        ({"give": "-5", "get": "1"}, "Leave out the minus"),
        ({"give": "1,500", "get": "1"}, "can be read as 1500 or as 1.5"),
        ({"give": "0", "get": "1"}, "The least is 1"),
        ({"give": "101", "get": "1"}, "there is only 100"),
        ({"give": "1", "give_good": "An oar", "get": "1"}, "money or a good"),
        ({"give": "1", "get_good": "\u200b"}, "some words that can be seen"),
        ({"give": "1", "get_currency": 99, "get": "1"}, "no such currency"),
    ]
    for options, words in refused:
        assert words in said(await trades.does("offer", member=manager, **options))
    assert "takes two" in said(await trades.does("offer", member=member, give="1", get="1"))
    assert "Bots do not trade" in said(await trades.does("offer", member=bot, give="1", get="1"))
    assert await trades.balance(member) == 100
    assert trades.world.channel.history() == []


async def test_others_see_it_and_have_no_part_in_it(trades: TradeScene) -> None:
    await trades.offered()
    other = trades.world.guild.add_member(trades.world.env.create_user("heron"))
    await trades.world.env.settle()
    assert "between two others" in await trades.press(other)
    assert "between two others" in await trades.press(other, "Decline or cancel")
    for command in ("show", "cancel"):
        assert "between two others" in said(await trades.does(command, other, trade=1))
    assert "You have no trade open" in said(await trades.does("list", other))


async def test_it_is_declined_listed_and_shown(trades: TradeScene) -> None:
    await trades.offered(get_good="An oar")
    await trades.offered()
    assert "is over" in await trades.press(trades.world.manager, "Decline or cancel")
    assert f"Declined by <@{trades.world.manager.id}>" in trades.shown()
    assert await trades.balance(trades.world.member) == 60
    listed = said(await trades.does("list"))
    assert "**1** " in listed
    assert "**2** " not in listed
    assert "**2** " in said(await trades.does("list", ended=True))
    shown = answer(await trades.does("show", trade=1))
    assert "An oar" in read(shown)
    suggested = await suggestions(trades, trades.world.member, "oar")
    assert suggested == ["1: 40 Coins ⇄ An oar"]


async def test_leaving_and_time_give_it_back(trades: TradeScene) -> None:
    await trades.offered()
    await trades.settled(24 * 3_600)
    assert "Expired <t:" in trades.shown()
    await trades.offered()
    world = trades.world
    world.guild.remove_member(world.manager)
    world.env.backend.record_audit_log(
        world.guild.id, 20, target_id=world.manager.id, user_id=world.member.id
    )
    await world.told(trades.receiver)
    await trades.settled()
    assert "left the server" in trades.shown()
    assert await trades.balance(trades.world.member) == 100


async def test_switched_off_it_says_so(trades: TradeScene) -> None:
    await trades.offered()
    await trades.choose("trades", "enabled", False)
    words = "Trades are switched off here"
    assert words in await trades.press(trades.world.manager)
    assert words in said(await trades.does("offer", member=trades.world.manager, give="1", get="1"))
    await trades.does("cancel", trade=1)
    assert await trades.balance(trades.world.member) == 100


async def suggestions(trades: TradeScene, person: MemberActor, typed: str) -> list[str]:
    found = await person.autocomplete(trades.world.channel, "trade cancel", "trade", typed)
    return [str(one["name"]) for one in found]
