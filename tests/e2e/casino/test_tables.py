"""Tables: what people see before they stake, what a press does, and what a receiver is told."""

import re

from simcord import interactions
from simcord.backend import serializers
from simcord.results import ResponseMessage

from bot.features.casino import store
from bot.features.casino.blackjack import HandResult
from bot.features.casino.model import CasinoRound
from tests.e2e.cases.scene import said
from tests.e2e.casino.scene import CasinoScene
from tests.integration.casino.casino_env import first_hand
from tests.support.messages import buttons, labels, read

COMPONENT, BUTTON = 3, 2
HASH = re.compile(r"SHA-256 of its seed is `([0-9a-f]{64})`")


async def last(casino: CasinoScene) -> CasinoRound:
    """The member's newest round, with its stored outcome."""
    world = casino.world
    number = (await casino.service.players.of(world.guild.id, world.member.id)).number - 1
    async with world.app.emitter.database.reading() as reading:
        found = await store.numbered(
            reading, world.app.emitter.vault, world.guild.id, world.member.id, number
        )
    assert found is not None
    return found


async def hand(casino: CasinoScene, moves: str, *wanted: HandResult | None) -> ResponseMessage:
    """A table of blackjack, dealt: it stands so after these moves."""
    member_id = casino.world.member.id
    casino.plan(first_hand(moves, *(wanted or (None,)), user_id=member_id))
    shown = await casino.sits("blackjack")
    await casino.world.member.click(shown, label="Deal")
    return shown


async def test_a_table_shows_its_odds_and_plays_by_them(casino: CasinoScene) -> None:
    paid, shown = list[tuple[str, int]](), await casino.sits("coin")
    for number, (game, label, odds, edge) in enumerate(
        (
            ("coin", "Heads", "Heads or tails: 49 %, 200 🪙 back", "2 %"),
            ("dice", "Exactly 7", "Exactly 7: 16.67 %, 575 🪙 back", "4.17 %"),
            ("slots", "Spin", "💎💎💎: 1 in 8000, 50\u202f000 🪙 back", "5.38 %"),
        ),
        start=1,
    ):
        shown = await casino.sits(game)
        before = read(shown)
        assert f"{odds}\n" in before
        assert f"The house keeps {edge} of a stake on average." in before
        assert "Your stake is 100 🪙; you have " in before
        (committed,) = HASH.findall(before)

        await casino.world.member.click(shown, label=label)
        one, after = await last(casino), read(shown)
        assert (one.number, one.game) == (number, game)
        assert f"The house keeps {edge} of a stake on average." in after
        assert ("you win" if one.gain > 0 else "you lose") in after
        assert f"Round {number} had the seed `{one.seeds.seed.hex()}`" in after
        verified = said(await casino.does("verify"))
        assert "What was paid is what these seeds give." in verified
        assert committed in verified
        assert committed not in HASH.findall(after)  # the next round has another seed
        paid += [("bet", -100), ("payout", one.payout or 0)][: 1 + bool(one.payout)]
    told = await casino.told()
    assert [(data["operation"], data["delta"]) for _, data in told[1:]] == paid
    assert {data["source"] for _, data in told[1:]} == {"casino"}

    await casino.world.member.click(shown, label="Spin")  # the same message plays on
    assert (await last(casino)).number == 4


async def test_roulette_is_chosen_from_lists(casino: CasinoScene) -> None:
    shown = await casino.sits("roulette", bet="37")
    assert "One number: 2.7 %, 1\u202f332 🪙 back" in read(shown)
    outside, low, high = buttons(shown)
    for custom_id, value, name in (
        (outside, "dozen2", "13 to 24"),
        (low, "0", "0"),
        (high, "36", "36"),
    ):
        now = dict(zip((outside, low, high), buttons(shown), strict=True))[custom_id]
        await casino.world.member.select(shown, [value], custom_id=now)
        assert f"You bet on: {name}." in read(shown)
    assert [one.choice for one in await rounds(casino)] == ["36", "0", "dozen2"]


async def rounds(casino: CasinoScene) -> list[CasinoRound]:
    page = await casino.service.history(casino.world.guild.id, casino.world.member.id, 1)
    return list(page.rows)


async def test_two_presses_at_once_stake_once(casino: CasinoScene) -> None:
    shown = await casino.sits("coin")
    heads, tails = buttons(shown)
    await at_once(casino, shown, heads, tails, heads)
    assert [one.number for one in await rounds(casino)] == [1]
    assert "Round 1 had the seed" in read(shown)


async def test_a_table_beside_which_another_round_was_played_is_drawn_anew(
    casino: CasinoScene,
) -> None:
    first, second = await casino.sits("coin"), await casino.sits("dice")
    await casino.world.member.click(first, label="Heads")
    await casino.world.member.click(second, label="Under 7")
    assert "Another round was played since" in read(second)
    assert len(await rounds(casino)) == 1
    await casino.world.member.click(second, label="Under 7")
    assert [one.game for one in await rounds(casino)] == ["dice", "coin"]


async def test_tables_and_hands_of_before_a_restart_still_answer(casino: CasinoScene) -> None:
    table = await casino.sits("coin")
    await casino.world.restart()
    await casino.world.member.click(table, label="Tails")
    assert "Round 1 had the seed" in read(table)
    roulette = await casino.sits("roulette")
    await casino.world.restart()
    await casino.world.member.select(roulette, ["red"], custom_id=buttons(roulette)[0])
    assert len(await rounds(casino)) == 2
    open_hand = await casino.sits("blackjack")
    await casino.world.member.click(open_hand, label="Deal")
    await casino.world.restart()
    if (await last(casino)).is_open:
        await casino.world.member.click(open_hand, label="Stand")
    assert "Round 3 had the seed" in read(open_hand)


async def test_a_hand_hides_the_dealers_card_until_it_is_over(casino: CasinoScene) -> None:
    shown = await hand(casino, "hs", *HandResult)
    one = await last(casino)
    before = read(shown)
    assert "🂠" in before
    assert one.seeds.seed.hex() not in before
    assert labels(shown) == ["Hit", "Stand", "Double"]
    assert "If you make no move you stand <t:" in before

    await casino.world.member.click(shown, label="Hit")
    assert labels(shown) == ["Hit", "Stand"]
    again = await casino.sits("blackjack", bet="500")  # the hand that stands, no new table
    assert read(again) == read(shown)
    assert "not over" in said(await casino.does("verify", number=1))

    await casino.world.member.click(again, label="Stand")
    await casino.world.member.click(shown, label="Hit")  # an old button shows what became of it
    for message in (shown, again):
        assert "🂠" not in read(message)
        assert f"Round 1 had the seed `{one.seeds.seed.hex()}`" in read(message)
        assert labels(message) == ["Deal"]


async def test_a_double_takes_as_much_again(casino: CasinoScene) -> None:
    shown = await hand(casino, "d", HandResult.WON)
    await casino.world.member.click(shown, label="Double")
    assert "Blackjack: you win" in read(shown)
    assert "Stake: 200 🪙" in read(shown)
    told = [(data["operation"], data["delta"]) for _, data in (await casino.told())[1:]]
    assert told == [("bet", -100), ("bet", -100), ("payout", 400)]


async def test_what_is_dealt_may_end_it(casino: CasinoScene) -> None:
    shown = read(await hand(casino, "", HandResult.NATURAL))
    for words in ("Blackjack: you win", "You have a blackjack.", "Back: 250 🪙"):
        assert words in shown
    assert "🂠" not in shown


async def test_a_bet_that_is_none_is_refused_in_words(casino: CasinoScene) -> None:
    for bet, words in (
        ("0", "The least is 1"),
        ("-50", "Leave out the minus"),
        ("1e3", "Write the number out"),
        ("10.5", "whole number"),
        ("1,000", "can be read as 1000 or as 1"),
        ("٢٠٠٠", "from 10 🪙 to 1\u202f000 🪙"),
        ("9", "from 10 🪙 to 1\u202f000 🪙"),
        ("NaN", "cannot be read as a number"),
        ("∞ @everyone <@1> `x`", "cannot be read as a number"),
        ("9" * 100, "The most is"),
    ):
        result = said(await casino.does("coin", bet=bet))
        assert words in result
        assert "<@1>" not in result
    assert casino.world.errors() == []
    assert len(await casino.told()) == 1


async def test_who_lacks_the_money_is_told_at_the_press(casino: CasinoScene) -> None:
    shown = await casino.sits("coin", bet="1000")
    await casino.choose("casino", "daily_loss", 0)
    await casino.choose("casino", "max_bet", 100_000)
    dear = await casino.sits("coin", bet="1001")
    result = await casino.world.member.click(dear, label="Heads")
    assert "there is only 1\u202f000 🪙 in the wallet" in said(result)
    await casino.choose("casino", "enabled", False)
    result = await casino.world.member.click(shown, label="Heads")
    assert "The casino is closed in this server." in said(result)
    assert await rounds(casino) == []


async def test_currencies_are_suggested(casino: CasinoScene) -> None:
    world = casino.world
    (found,) = await world.member.autocomplete(world.channel, "casino dice", "currency", "coi")
    assert found["name"] == "Coins"
    shown = await casino.sits("dice", currency=found["value"])
    assert "Your stake is 100 🪙" in read(shown)
    refused = await casino.does("dice", bet="100", currency=99)
    assert "no such currency" in said(refused)


async def at_once(casino: CasinoScene, message: ResponseMessage, *custom_ids: str) -> None:
    """Press each of them before the bot has dealt with any."""
    env, world = casino.world.env, casino.world
    source = env.backend.get_message(world.channel.id, message.id)
    for custom_id in custom_ids:
        record, payload = interactions.base_payload(
            env.backend,
            type=COMPONENT,
            channel_id=world.channel.id,
            guild_id=world.guild.id,
            user_id=world.member.id,
            data={"custom_id": custom_id, "component_type": BUTTON},
        )
        payload["message"] = dict(serializers.message_payload(env.backend, source))
        record.source_message_id = source.id
        env.backend.emit("INTERACTION_CREATE", payload)

    await env.settle()
