"""Duels as two members see them: challenged, fought by hidden moves, paid and counted."""

from typing import Any

import pytest
from simcord.actors import MemberActor

from bot.acts import Actor
from bot.features.duels import DUELS, duelist_store
from bot.features.duels.model import Challenge
from tests.e2e.cases.scene import answer, said
from tests.e2e.duels.scene import DuelScene
from tests.support.messages import labels, read

MOVES = ["Strike", "Feint", "Guard"]
FOCUSED = [f"{one} with focus" for one in MOVES]


async def test_from_a_challenge_to_the_payment(duels: DuelScene) -> None:
    card = await duels.challenged()
    member, manager = duels.world.member, duels.world.manager
    assert manager.id in {one.id for one in card.mentions}
    assert "for **20 🪙** each" in duels.shown()
    assert "It is rated." in duels.shown()
    assert labels(card) == ["Accept", "Decline or cancel"]
    assert await duels.balance(member) == 100
    await duels.even()

    await duels.world.restart()
    assert "both stakes are held" in await duels.press(manager, "Accept")
    assert (await duels.balance(member), await duels.balance(manager)) == (80, 10)
    assert labels(duels.card(2)) == []
    assert {one.id for one in duels.card().mentions} == {member.id, manager.id}
    assert labels(duels.card()) == [*MOVES, *FOCUSED]

    text = await duels.press(member, "Strike with focus")
    assert text == (
        "You chose Strike with focus. Nobody sees it before the other has chosen as well."
    )
    assert "Strike with focus 🎲" not in duels.shown()
    assert f"<@{member.id}> 🎲" in duels.shown()
    assert duels.shown().count("✅ has chosen") == 1
    assert "chosen already" in await duels.press(member, "Guard")
    await duels.world.restart()
    assert "round 2 has begun" in await duels.press(manager, "Feint")
    assert "Round 1: ⚔️ Strike with focus 🎲" in duels.shown()
    assert "focus ●○ · not Strike again" in duels.shown()
    assert "focus ●● · not Feint again" in duels.shown()
    assert "round before" in await duels.press(member, "Strike")
    assert "is over" in await duels.round("g-", "s-")

    assert f"<@{member.id}> has won" in duels.shown()
    assert f"<@{member.id}> +16, <@{manager.id}> -16" in duels.shown()
    assert labels(duels.card()) == []
    assert f"`{(await duels.duel()).seed}`" in duels.shown()
    assert (await duels.balance(member), await duels.balance(manager)) == (120, 10)
    ((kind, data),) = await duels.finished()
    assert (kind, data["winner_id"], data["stake"]) == ("duel.finished", str(member.id), 20)


async def test_a_draw_gives_back_and_says_so(duels: DuelScene) -> None:
    await duels.challenged()
    await duels.even()
    await duels.press(duels.world.manager, "Accept")
    for stance in "sfgsf":
        await duels.round(f"{stance}-", f"{stance}-")
    assert "A draw" in duels.shown()
    assert await duels.balance(duels.world.member) == 100
    assert await duels.finished() == []


async def test_what_does_not_fit_is_said_and_changes_nothing(duels: DuelScene) -> None:
    member, manager = duels.world.member, duels.world.manager
    bot = duels.world.guild.add_member(duels.world.env.create_user("a_bot", bot=True))
    refused: list[tuple[dict[str, Any], str]] = [
        ({"stake": "-5"}, "Leave out the minus"),
        ({"stake": "1,500"}, "can be read as 1500 or as 1.5"),
        ({"stake": "0"}, "The least is 1"),
        ({"stake": "many"}, "number"),
        ({"stake": "101"}, "there is only 100"),
        ({"stake": "1", "currency": 99}, "no such currency"),
        ({"stake": "1", "member": member}, "takes two"),
        ({"stake": "1", "member": bot}, "Bots do not duel"),
    ]
    for options, words in refused:
        options = {"member": manager, **options}
        assert words in said(await duels.does("challenge", **options))
    assert duels.world.channel.history() == []
    await duels.challenged("50")
    assert "there is only 30" in await duels.press(manager, "Accept")
    assert "other's to accept" in await duels.press(member, "Accept")
    await duels.choose("duels", "cooldown_seconds", 60)
    refusal = said(await duels.does("challenge", member=manager, stake="1"))
    assert "Not so fast" in refusal
    await duels.choose("duels", "open_limit", 1)
    duels.world.clock.advance(60)
    refusal = said(await duels.does("challenge", member=manager, stake="1"))
    assert "as many as you may" in refusal
    for command in ("view", "cancel", "decline"):
        assert "no duel 99" in said(await duels.does(command, duel=99))


async def test_others_see_it_and_have_no_part_in_it(duels: DuelScene) -> None:
    other = duels.world.guild.add_member(duels.world.env.create_user("heron"))
    await duels.challenged()
    for label in ("Accept", "Decline or cancel"):
        assert "between two others" in await duels.press(other, label)
    await duels.press(duels.world.manager, "Accept")
    for label in (*MOVES, *FOCUSED):
        assert "between two others" in await duels.press(other, label)
    for command in ("view", "cancel", "decline"):
        assert "between two others" in said(await duels.does(command, other, duel=1))
    assert "fought none yet" in said(await duels.does("history", other))
    assert (await duels.duel()).bout.rounds == ()


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("button", "Declined by <@{manager}>"),
        ("decline", "Declined by <@{manager}>"),
        ("cancel", "Cancelled by <@{member}>"),
    ],
)
async def test_a_challenge_is_declined_or_taken_back(
    duels: DuelScene, way: str, words: str
) -> None:
    member, manager = duels.world.member, duels.world.manager
    await duels.challenged()
    if way == "button":
        assert "is over" in await duels.press(manager, "Decline or cancel")
    else:
        by = manager if way == "decline" else member
        assert "is over" in said(await duels.does(way, by, duel=1))
        await duels.settled()
    assert words.format(manager=manager.id, member=member.id) in duels.shown()
    assert labels(duels.card()) == []
    assert "is over already" in said(await duels.does("cancel", duel=1))


async def test_silence_forfeits_and_time_ends_challenges(duels: DuelScene) -> None:
    member, manager = duels.world.member, duels.world.manager
    await duels.accepted()
    await duels.press(manager, "Guard")
    duels.world.clock.advance(120)
    await duels.world.restart()
    await duels.world.app.parts[DUELS].service.sweep.look()  # a little time for who was kept
    assert "You chose" in await duels.press(member, "Guard")
    await duels.press(manager, "Feint")
    await duels.settled(120)
    assert f"<@{manager.id}> has won" in duels.shown()
    assert f"<@{member.id}> did not move in time" in duels.shown()
    assert (await duels.balance(member), await duels.balance(manager)) == (80, 50)
    await duels.accepted()
    await duels.settled(120)
    assert "Neither moved in time" in duels.shown()
    await duels.challenged()
    await duels.settled(300)
    assert "Not accepted in time" in duels.shown()
    assert len(await duels.finished()) == 1


async def test_leaving_gives_back(duels: DuelScene) -> None:
    await duels.accepted()
    world = duels.world
    world.clock.advance(5)  # right after a join Discord would be asked which of the two was first
    world.guild.remove_member(world.manager)
    world.env.backend.record_audit_log(
        world.guild.id, 20, target_id=world.manager.id, user_id=world.member.id
    )
    await world.told(duels.receiver)
    await duels.settled()
    assert "left the server" in duels.shown()
    assert await duels.balance(world.member) == 100
    assert await duels.finished() == []


async def test_what_the_server_gives_back_and_what_is_not_rated_is_said_before(
    duels: DuelScene,
) -> None:
    await duels.choose("duels", "gives_back", 25)
    await duels.choose("duels", "rated_per_day", 1)
    await duels.challenged()
    await duels.even()
    await duels.press(duels.world.manager, "Accept")
    await duels.challenged("1")
    assert "It is not rated" in duels.shown()
    assert "gets 25 % of their stake back" in duels.shown()
    await duels.press(duels.world.manager, "Decline or cancel")
    await duels.press(duels.world.manager, "Strike", 2)
    assert "round 2" in await duels.press(duels.world.member, "Guard with focus", 2)
    await duels.press(duels.world.manager, "Guard", 2)
    assert "is over" in await duels.press(duels.world.member, "Feint", 2)
    assert "takes **35 🪙**" in duels.shown(2)
    assert (await duels.balance(duels.world.member)) == 115


async def test_lists_table_and_stats(duels: DuelScene) -> None:
    member, manager = duels.world.member, duels.world.manager
    assert "fought no duel yet" in said(await duels.does("stats"))
    await duels.challenged()
    await duels.even()
    await duels.press(manager, "Accept")
    assert "🎲" in read(answer(await duels.does("view", duel=1)))
    await duels.round("s-", "f-")
    await duels.round("f-", "g-")
    history = said(await duels.does("history"))
    assert f"**1** <@{manager.id}> · 20 🪙 · won · +16" in history
    assert "· lost · -16" in said(await duels.does("history", manager))
    seen = read(answer(await duels.does("stats", member=manager)))
    assert "984" in seen
    shown = await member.slash(duels.world.channel, "duel table")
    assert not answer(shown).ephemeral
    assert f"**1016** <@{member.id}> · 1 won, 0 lost, 0 drawn" in read(answer(shown))
    assert await suggestions(duels, member, "view", "") == ["1: 20 Coins, won"]
    assert await suggestions(duels, member, "cancel", "") == []


async def test_pages_are_turned_after_a_restart_too(duels: DuelScene) -> None:
    world = duels.world
    parts, member = world.app.parts, world.member
    service, actor = parts[DUELS].service, Actor(duels.guild_id, member.id, "quiet_otter")
    for _number in range(11):
        challenge = Challenge(world.channel.id, world.manager.id, None, "1")
        made = await service.challenges.challenge(actor, challenge)
        await service.challenges.end(actor, made.id)
    async with parts.core.database.transaction() as tx:
        strangers = await duelist_store.locked(tx, duels.guild_id, range(1, 12))
        for one in strangers.values():
            await duelist_store.change(tx, one, rated=1, rating=1_000 + one.user_id)
    history = await duels.does("history")
    table = await member.slash(world.channel, "duel table")
    assert "**1** " not in said(history)
    await world.restart()
    older = await member.click(answer(history), label="Next")
    assert "**1** " in said(older)
    assert "**11** " in said(await member.click(answer(history), label="Back"))
    worse = await member.click(answer(table), label="Next")
    assert "**1001** <@1>" in said(worse)
    assert "**1011** <@11>" in said(await member.click(answer(table), label="Back"))


async def test_switched_off_it_says_so(duels: DuelScene) -> None:
    await duels.challenged()
    await duels.choose("duels", "enabled", False)
    words = "Duels are switched off here"
    assert words in await duels.press(duels.world.manager, "Accept")
    refusal = said(await duels.does("challenge", member=duels.world.manager, stake="1"))
    assert words in refusal
    await duels.does("cancel", duel=1)
    assert await duels.balance(duels.world.member) == 100


async def suggestions(duels: DuelScene, person: MemberActor, command: str, typed: str) -> list[str]:
    found = await person.autocomplete(duels.world.channel, f"duel {command}", "duel", typed)
    return [str(one["name"]) for one in found]
