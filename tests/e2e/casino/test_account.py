"""Account: what people look up and choose for themselves, and what nobody can lift."""

from bot.features.casino.tables import casino_round
from tests.e2e.cases.scene import answer, said
from tests.e2e.casino.scene import CasinoScene
from tests.e2e.casino.test_tables import last
from tests.support.messages import labels, read

DAY = 86_400.0


async def test_the_odds_of_every_game_are_shown(casino: CasinoScene) -> None:
    shown = said(await casino.does("odds"))
    for line in (
        "Stakes from 10 🪙 to 1\u202f000 🪙",
        "Heads or tails: 49 %, 2 times back",
        "Exactly 7: 16.67 %, 5.75 times back",
        "💎💎💎: 1 in 8000, 500 times back",
        "One number: 2.7 %, 36 times back",
        "Blackjack: 4.51 %, 2.5 times back",
        "The house keeps 2 % of a stake on average.",
        "The house keeps 4.17 % of a stake on average.",
        "The house keeps 5.38 % of a stake on average.",
        "The house keeps 2.7 % of a stake on average.",
        "The house keeps 1.09 % of a stake on average.",
    ):
        assert line in shown
    await casino.choose("casino", "slots", False)
    assert "💎" not in said(await casino.does("odds"))
    await casino.choose("casino", "enabled", False)
    assert "The casino is closed" in said(await casino.does("odds"))


async def test_people_see_their_seeds_and_mix_in_their_own(casino: CasinoScene) -> None:
    shown = said(await casino.does("me"))
    player = await casino.service.players.of(casino.world.guild.id, casino.world.member.id)
    assert f"Round 1 is next: the SHA-256 of its seed is `{player.commitment}`" in shown
    assert "Your limit for that: none" in shown
    assert "Pause: none" in shown
    assert "`luck-7` from round 1 on" in said(await casino.does("seed", own="luck-7"))
    assert "letters and digits" in said(await casino.does("seed", own="a:b"))
    table = await casino.sits("coin")
    assert "your own seed is `luck-7`" in read(table)
    await casino.world.member.click(table, label="Heads")
    assert "Your own seed: luck-7" in said(await casino.does("verify")).replace("`", "")


async def test_a_limit_is_lowered_at_once_and_raised_tomorrow(casino: CasinoScene) -> None:
    assert "24 hours: 50 coins" in said(await casino.does("limit", coins="50"))
    table = await casino.sits("coin", bet="60")
    refused = await casino.world.member.click(table, label="Heads")
    assert "You may lose 50 🪙 in 24 hours here" in said(refused)
    shown = said(await casino.does("limit"))
    assert "50 coins" in shown
    assert ": none" in shown
    for typed, words in (("-1", "Leave out the minus"), ("1e9", "Write the number out")):
        assert words in said(await casino.does("limit", coins=typed))
    casino.world.clock.advance(DAY)
    await casino.world.member.click(table, label="Heads")
    assert (await last(casino)).stake == 60


async def test_a_pause_is_confirmed_and_nobody_ends_it(casino: CasinoScene) -> None:
    table = await casino.sits("coin")
    asked = answer(await casino.does("pause", lasts="2d"))
    assert "Pause the casino for yourself for 2 days?" in read(asked)
    assert labels(asked) == ["Pause", "Cancel"]
    await casino.world.member.click(asked, label="Cancel")
    assert "Nothing has changed." in read(asked)

    asked = answer(await casino.does("pause", lasts="2d"))
    await casino.world.restart()
    await casino.world.member.click(asked, label="Pause")
    assert "The casino is paused for you: until <t:" in read(asked)
    refused = await casino.world.member.click(table, label="Heads")
    assert "You have paused the casino for yourself" in said(refused)
    assert "You have paused" in said(await casino.does("slots", bet="10"))
    shorter = answer(await casino.does("pause", lasts="1d"))
    result = await casino.world.member.click(shorter, label="Pause")
    assert "can only be made longer" in said(result)
    for typed, words in (("5m", "from 1 hour"), ("2y", "from 1 hour"), ("forever", "Write")):
        assert words in said(await casino.does("pause", lasts=typed))
    casino.world.clock.advance(2 * DAY)
    await casino.world.member.click(table, label="Heads")
    assert (await last(casino)).number == 1


async def test_rounds_are_listed_in_pages_and_verified_by_their_number(
    casino: CasinoScene,
) -> None:
    assert "You have not played yet" in said(await casino.does("history"))
    assert "no such round" in said(await casino.does("verify"))
    table = await casino.sits("coin", bet="10")
    for _ in range(11):
        await casino.world.member.click(table, label="Heads")
    shown = answer(await casino.does("history"))
    assert "**11** Coin flip · Heads" in read(shown)
    await casino.world.restart()
    await casino.world.member.click(shown, label="Next")
    assert "**1** Coin flip · Heads" in read(shown)
    assert "Page 2 of 2" in read(shown)
    assert "Round 3: Coin flip" in said(await casino.does("verify", number=3))
    manager = casino.world.manager
    assert "no such round" in said(await casino.does("verify", manager, number=3))
    assert "You have not played yet" in said(await casino.does("history", manager))


async def test_a_round_that_does_not_add_up_is_shown_as_such(casino: CasinoScene) -> None:
    table = await casino.sits("coin")
    await casino.world.member.click(table, label="Heads")
    async with casino.world.app.emitter.database.transaction() as tx:
        await tx.execute(casino_round.update().values(payout=7))
    assert "is not what these seeds give!" in said(await casino.does("verify"))
