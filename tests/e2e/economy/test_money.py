"""Money as members use it: wallets, the daily, payments, their ledger, the richest."""

from typing import Any

import pytest

from bot.outbox.endpoint_registry import Limits
from tests.e2e.cases.scene import answer, said
from tests.e2e.economy.scene import EconomyScene
from tests.support.emitter_setup import add_endpoint
from tests.support.messages import buttons, labels, read
from tests.support.receiver import Receiver

DAY = 86_400.0
NEEDS_MANAGE_SERVER = "You need the permission **Manage Server** for that."


async def test_a_message_earns_and_the_wallet_shows_it(scene: EconomyScene) -> None:
    await scene.choose(message_least=7, message_most=7)
    for _ in range(3):
        await scene.world.member.send(scene.world.channel, "Ahoy!")
    await scene.economy.earnings.group.drained()
    found = await scene.does("balance")
    assert answer(found).ephemeral
    assert "Coins: 7 🪙" in said(found).replace("*", "")
    assert await scene.changes() == [(scene.world.member.id, 7, 7, "message")]


async def test_a_daily_its_streak_and_the_next_one(scene: EconomyScene) -> None:
    assert "You took 100 🪙 and have 100 🪙. The next one" in said(await scene.does("daily"))
    await scene.refused("You took today's already: the next one can be taken <t:", "daily")
    scene.world.clock.advance(DAY)
    assert "2 days in a row" in said(await scene.does("daily"))
    assert "Your daily: 2 days in a row." in said(await scene.does("balance"))
    other = said(await scene.does("balance", user=scene.friend))
    assert f"<@{scene.friend.id}>" in other
    assert "in a row" not in other
    await scene.choose(daily_amount=0)
    await scene.refused("no daily", "daily", scene.friend)


async def test_a_payment_is_seen_by_all_and_pings_whom_it_is_for(scene: EconomyScene) -> None:
    await scene.choose(transfer_tax=10)
    await scene.give(scene.world.member, "500")
    paid = await scene.does("pay", user=scene.friend, amount="250", reason="Quiz *night* @everyone")
    alone, shown = paid.followups if len(paid.followups) > 1 else (paid.response, answer(paid))
    assert alone is not None
    assert "You have 250 🪙 left. 25 🪙 of it are tax: they got 225 🪙." in read(alone)
    assert alone.ephemeral
    assert not shown.ephemeral
    member, friend = scene.world.member, scene.friend
    assert f"<@{member.id}> paid <@{friend.id}> 225 🪙." in read(shown)
    assert "@everyone" not in read(shown)
    (message,) = scene.world.channel.history()
    stored = scene.world.env.backend.get_message(message.channel.id, message.id)
    assert [*stored.ping_user_ids, *stored.ping_role_ids] == [friend.id]
    assert (await scene.changes())[1:] == [
        (member.id, -250, 250, "transfer_out"),
        (friend.id, 225, 225, "transfer_in"),
    ]


async def test_a_payment_that_cannot_be_made(scene: EconomyScene) -> None:
    await scene.give(scene.world.member, "100")
    robot = scene.world.guild.add_member(scene.world.env.create_user("robot", bot=True))
    await scene.world.env.settle()
    for user, amount, words in (
        (scene.world.member, "5", "You cannot pay yourself"),
        (robot, "5", "Bots have no wallet"),
        (scene.friend, "101", "That takes 101 🪙, and there is only 100 🪙"),
        (scene.friend, "-5", "Leave out the minus"),
        (scene.friend, "0", "The least is 1"),
        (scene.friend, "1e3", "Write the number out in digits"),
        (scene.friend, "1,000", "can be read as 1000 or as 1"),
        (scene.friend, "2.5", "Write a whole number"),
        (scene.friend, "<@&1>`x`", "“&1x” cannot be read"),
        (scene.friend, "9" * 60, "The most is 1"),
    ):
        await scene.refused(words, "pay", user=user, amount=amount)
    await scene.refused("no such currency", "pay", user=scene.friend, amount="5", currency=99)
    assert await scene.changes() == [(scene.world.member.id, 100, 100, "admin")]
    assert scene.world.channel.history() == []


async def test_one_s_ledger_in_pages_and_as_a_file(scene: EconomyScene) -> None:
    member = scene.world.member
    for number in range(12):
        await scene.give(member, str(number + 1))
    await scene.does("pay", user=scene.friend, amount="3", reason="=HYPERLINK()")
    shown = answer(await scene.does("ledger"))
    text = read(shown)
    assert f"-3 🪙** → 75 🪙 · Paid · <@{scene.friend.id}> · =HYPERLINK()" in text
    assert f"+12 🪙** → 78 🪙 · By the staff · <@{scene.world.manager.id}>" in text
    assert "Page 1 of 2, 13 in all" in text
    assert labels(shown) == ["Back", "Next"]
    turned = await member.click(shown, label="Next")
    assert "+1 🪙** → 1 🪙 · By the staff" in said(turned)
    other = answer(await scene.does("ledger", scene.friend))
    assert f"+3 🪙** → 3 🪙 · Received · <@{member.id}>" in read(other)

    file = answer(await scene.does("ledger", file=True))
    (attachment,) = file.attachments
    rows = (await attachment.read()).decode().splitlines()
    assert rows[0] == "time,currency,change,before,after,operation,source,reason,with,by"
    assert rows[1].endswith(f"Coins,1,0,1,admin,admin,,,{scene.world.manager.id}")
    paid = f"Coins,'-3,78,75,transfer_out,transfer,'=HYPERLINK(),{scene.friend.id},{member.id}"
    assert rows[-1].endswith(paid)
    assert len(rows) == 14


async def test_another_s_ledger_is_for_the_staff(scene: EconomyScene) -> None:
    for number in range(11):
        await scene.give(scene.world.member, str(number + 1))
    result = await scene.does("economy ledger", scene.world.manager, user=scene.world.member)
    turned = await scene.world.manager.click(answer(result), label="Next")
    assert "Page 2 of 2" in said(turned)
    await scene.world.allow(scene.friend, "economy")
    await scene.refused(
        NEEDS_MANAGE_SERVER, "economy ledger", scene.friend, user=scene.world.member
    )


async def test_the_richest(scene: EconomyScene) -> None:
    assert "Nobody has any yet" in said(await scene.does("richest"))
    people = [scene.world.guild.add_member(scene.world.env.create_user(f"p{n}")) for n in range(12)]
    await scene.world.env.settle()
    for number, person in enumerate(people):
        await scene.give(person, str(100 + number // 2))
    shown = answer(await scene.does("richest"))
    lines = [line for line in read(shown).splitlines() if line[:1].isdigit()]
    assert [line.split(".")[0] for line in lines] == [
        "1",
        "1",
        "3",
        "3",
        "5",
        "5",
        "7",
        "7",
        "9",
        "9",
    ]
    assert lines[0] == f"1. <@{people[10].id}> **105 🪙**"
    assert [one.split(":")[1] for one in buttons(shown)] == ["richest", "richest"]
    await scene.world.restart()
    turned = await scene.world.member.click(shown, label="Next")
    assert f"11. <@{people[0].id}> **100 🪙**" in said(turned)


@pytest.mark.parametrize("command", ["balance", "daily", "richest", "pay"])
async def test_an_economy_that_is_off_says_who_switches_it_on(
    scene: EconomyScene, command: str
) -> None:
    await scene.choose(enabled=False)
    options: dict[str, Any] = {"user": scene.friend, "amount": "5"} if command == "pay" else {}
    await scene.refused("the staff switch it on in /settings", command, **options)
    await scene.world.member.send(scene.world.channel, "Ahoy!")
    assert await scene.changes() == []


async def test_vektor_tells_what_is_not_under_its_threshold_with_reason_codes(
    scene: EconomyScene,
) -> None:
    emitter, now = scene.world.app.emitter, scene.world.clock.now()
    async with Receiver(clock=scene.world.clock) as vektor:
        endpoint, _secret = await add_endpoint(
            emitter,
            vektor.url(),
            guild_id=scene.world.guild.id,
            name="vektor",
            dialect="vektor",
            secret=vektor.secret,
        )
        async with emitter.database.transaction() as tx:
            limits = Limits("", 100_00, None)
            await emitter.registry.limit(tx, endpoint, now, limits)
        await scene.does("daily")
        await scene.does("pay", user=scene.friend, amount="99")
        await scene.give(scene.friend, "901")
        await scene.world.told(scene.receiver)
        sent = [one.json["data"] for one in vektor.requests]
    assert [(data["delta"], data["newBalance"], data["reason"]) for data in sent] == [
        ("+100.00", "100.00", "DAILY"),
        ("+901.00", "1000.00", "ADMIN"),
    ]
