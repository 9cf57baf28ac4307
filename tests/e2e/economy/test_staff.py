"""Money as the staff use it: who may, what is written down of them, currencies, the books."""

import pytest

from tests.e2e.cases.scene import answer, said
from tests.e2e.economy.scene import EconomyScene
from tests.e2e.promises.moments import compared, later
from tests.support.messages import buttons

NEEDS_MANAGE_SERVER = "You need the permission **Manage Server** for that."


async def test_giving_taking_setting_and_resetting(scene: EconomyScene) -> None:
    member, name = scene.world.member, scene.world.manager.id
    who = f"<@{member.id}>"
    assert await scene.staff("give", user=member, amount="500", reason=" Won\na quiz ") == (
        f"{who} has 500 🪙 now (+500 🪙)."
    )
    assert f"{who} has 480 🪙 now (-20 🪙)." in await scene.staff("take", user=member, amount="20")
    assert f"{who} has 50 🪙 now (-430 🪙)." in await scene.staff("set", user=member, amount="50")
    await scene.does("daily")
    assert f"1 wallet of {who} was emptied" in await scene.staff("reset", user=member, reason="Bye")
    assert "0 wallets" in await scene.staff("reset", user=member)
    assert [(delta, balance) for _, delta, balance, _ in await scene.changes()] == [
        (500, 500),
        (-20, 480),
        (-430, 50),
        (100, 150),
        (-150, 0),
    ]
    text = said(await scene.does("ledger"))
    assert f"By the staff · <@{name}> · Won a quiz" in text
    assert f"By the staff · <@{name}> · Bye" in text
    assert "in a row" not in said(await scene.does("balance"))
    told = await scene.world.told(scene.receiver)
    kinds = [data["event_type"] for kind, data in told if kind == "security.audit_entry"]
    assert [kind for kind in kinds if kind.startswith("economy.")] == [
        *["economy.adjusted"] * 3,
        *["economy.reset"] * 2,
    ]
    first = next(data for _, data in told if data.get("event_type") == "economy.adjusted")
    assert first["actor_id"] == str(name)
    assert "Won a quiz" in first["summary"]


async def test_what_the_staff_cannot_do(scene: EconomyScene) -> None:
    await scene.choose(max_balance=1000)
    await scene.give(scene.world.member, "100")
    robot = scene.world.guild.add_member(scene.world.env.create_user("robot", bot=True))
    await scene.world.env.settle()
    manager, member = scene.world.manager, scene.world.member
    for command, user, amount, words in (
        ("take", member, "101", "There is only 100 🪙 to take."),
        ("give", member, "901", "A wallet holds at most 1\u202f000 🪙"),
        ("set", member, "1001", "A wallet holds at most"),
        ("set", member, "100", "That is what the wallet holds already"),
        ("set", member, "-1", "Leave out the minus"),
        ("give", member, "0", "The least is 1"),
        ("give", robot, "5", "Bots have no wallet"),
    ):
        await scene.refused(words, f"economy {command}", manager, user=user, amount=amount)
    assert len(await scene.changes()) == 1


@pytest.mark.parametrize("command", ["give", "take", "set"])
async def test_who_does_not_manage_the_server_changes_nothing(
    scene: EconomyScene, command: str
) -> None:
    await scene.world.allow(scene.friend, "economy")
    await scene.refused(
        NEEDS_MANAGE_SERVER, f"economy {command}", scene.friend, user=scene.friend, amount="5"
    )
    await scene.refused(NEEDS_MANAGE_SERVER, "economy currency list", scene.friend)
    assert await scene.changes() == []


async def test_currencies_are_made_named_and_deleted(scene: EconomyScene) -> None:
    manager = scene.world.manager
    made = await scene.staff(
        "currency create", name=" Shells\n", symbol="<:shell:12345678901234567>"
    )
    assert made == "The currency “Shells” is there: 1 <:shell:12345678901234567>."
    euros = await scene.staff("currency create", name="Euros", symbol="@here", decimals=2)
    assert "1.00 \\@here" in euros
    found = await scene.economy.money.currencies(scene.world.guild.id)
    assert [one.name for one in found] == ["Coins", "Shells", "Euros"]
    shells, cents = found[1].id, found[2].id
    suggested = await scene.world.member.autocomplete(scene.world.channel, "pay", "currency", "sh")
    assert [(one["name"], one["value"]) for one in suggested] == [("Shells", shells)]

    for options, words in (
        ({"name": "cOINS", "symbol": "c"}, "of that name already"),
        ({"name": "\u202e\u200b ", "symbol": "c"}, "Write a name"),
        ({"name": "Long", "symbol": "much too long"}, "Write a symbol"),
    ):
        await scene.refused(words, "economy currency create", manager, **options)
    edited = await scene.staff("currency edit", currency=cents, symbol="€")
    assert edited == "The currency is “Euros” now: 1.00 €."
    await scene.refused("Say what is to change", "economy currency edit", manager, currency=cents)
    gave = await scene.staff("give", user=scene.world.member, amount="2,50", currency=cents)
    assert "has 2.50 € now" in gave
    assert "“Euros” now" in await scene.staff("currency default", currency=cents)
    await scene.refused("default already", "economy currency default", manager, currency=cents)
    listed = await scene.staff("currency list")
    assert "**Euros** 1.00 € · the default" in listed
    await scene.does("daily")
    assert "Euros: **102.50 €**" in said(await scene.does("balance"))

    asked = answer(await scene.does("economy currency delete", manager, currency=shells))
    assert "is deleted" in said(await manager.click(asked, label="Delete"))
    assert "Shells" not in await scene.staff("currency list")
    for currency_id in (shells, 99):
        await scene.refused(
            "no such currency", "economy currency edit", manager, currency=currency_id, name="X"
        )


async def test_a_deletion_asks_and_checks_again_at_the_click(scene: EconomyScene) -> None:
    manager = scene.world.manager
    await scene.staff("currency create", name="Shells", symbol="S")
    shells = (await scene.economy.money.currencies(scene.world.guild.id))[1].id
    await scene.staff("give", user=scene.world.member, amount="5", currency=shells)
    asked = answer(await scene.does("economy currency delete", manager, currency=shells))
    assert "Members have 5 S of it" in said(asked)
    kept = await manager.click(asked, label="Keep")
    assert "Nothing was deleted" in said(kept)
    asked = answer(await scene.does("economy currency delete", manager, currency=shells))
    await scene.staff("currency default", currency=shells)
    assert "make another one the default first" in said(await manager.click(asked, label="Delete"))
    assert len(buttons(asked)) == 2
    assert all("UserError" in repr(one) for one in scene.world.errors())


async def test_a_server_has_ten_currencies_at_most(scene: EconomyScene) -> None:
    for number in range(9):
        await scene.staff("currency create", name=f"C{number}", symbol="c")
    await scene.refused(
        "at most 10 currencies",
        "economy currency create",
        scene.world.manager,
        name="X",
        symbol="x",
    )


async def test_the_books_show_where_all_of_it_is(scene: EconomyScene) -> None:
    await scene.give(scene.world.member, "500")
    await scene.choose(transfer_tax=10)
    await scene.does("pay", user=scene.friend, amount="100")
    text = await scene.staff("books")
    assert "In wallets: 490 🪙" in text
    assert "Made so far: 490 🪙" in text
    assert "It adds up." in text


async def test_who_leaves_keeps_their_money_unless_it_is_chosen_otherwise(
    scene: EconomyScene,
) -> None:
    await compared(scene.world)
    for resets, left in ((False, 100), (True, 0)):
        await scene.choose(resets_on_leave=resets)
        person = scene.world.guild.add_member(scene.world.env.create_user(f"leaver_{left}"))
        await scene.world.env.settle()
        await scene.give(person, "100")
        scene.world.guild.remove_member(person)
        await later(scene.world, 5)  # it might be a ban
        await scene.economy.adjustments.sweep.sweep()
        purse = await scene.economy.statements.purse(scene.world.guild.id, person.id)
        assert [free for _, free, _ in purse.balances] == [left]
    assert (await scene.changes())[-1][1:] == (-100, 0, "admin")
