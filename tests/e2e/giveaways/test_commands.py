"""Every command of `/giveaway` and every button: who may, what they read, what changes."""

import json
from typing import Any

import discord

from bot.features.giveaways.model import GiveawayState
from bot.features.giveaways.proof import problems, read
from tests.e2e.cases.scene import answer, said
from tests.e2e.giveaways.scene import DAY, HOUR, PRIZE, GiveawayScene
from tests.support.messages import labels
from tests.support.messages import read as words

NEEDS_MANAGE_SERVER = "You need the permission **Manage Server** for that."


async def test_a_whole_one_is_created_and_shown(giveaways: GiveawayScene) -> None:
    booster = giveaways.world.guild.create_role("Booster")
    made = await giveaways.created(
        winners=3,
        starts="2h",
        every="7d",
        roles=giveaways.role.mention,
        bonus=f"{booster.mention} 4",
        account_days=30,
        member_days=1,
    )
    assert made.state is GiveawayState.SCHEDULED
    shown = said(await giveaways.uses("show", giveaway=made.id))
    for part in (
        "State: not open yet",
        f"the role {giveaways.role.mention}",
        "an account that is 30 days old",
        "1 day in this server",
        f"{booster.mention}: 4 more entries",
        "Begins anew every: 7 days",
        made.seed_hash,
    ):
        assert part in shown
    assert giveaways.messages() == []
    await giveaways.sweep(2 * HOUR)
    assert f"You need: \nthe role {giveaways.role.mention}" in words(giveaways.card())
    ((kind, told),) = await giveaways.told()
    assert kind == "giveaway.created"
    assert told["required_role_ids"] == [str(giveaways.role.id)]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"lasts": "soon"}, "Write a duration such as 10m"),
    ({"lasts": "1s"}, "a minute at least, and a year at most"),
    ({"lasts": "5M"}, "M can be minutes or months"),
    ({"starts": "yesterday"}, "Write in how long, such as 2h"),
    ({"starts": "2025-01-01 10:00"}, "That time is over: name one to come."),
    ({"every": "1h"}, "not before this one ends"),
    ({"roles": "everybody"}, "Name the roles one after the other"),
    ({"roles": "<@&77>"}, "That role is not in this server"),
    ({"bonus": "everybody 2"}, "Write each role with its entries"),
    ({"bonus": "<@&77> lots"}, "cannot be read as a number"),
    ({"bonus": "<@&77> 0"}, "The least is 1."),
    ({"bonus": "<@&77> 101"}, "The most is 100."),
    ({"bonus": "<@&77> 1.5"}, "Write a whole number"),
    ({"bonus": "<@&77> 2 <@&77> 3"}, "One of the roles is named twice"),
    ({"roles": " ".join(f"<@&{one}>" for one in range(11))}, "name 10 at most"),
    ({"prize": "\u200b"}, "A prize needs a name that can be seen."),
]


async def test_what_cannot_be_is_said_and_nothing_is_made(giveaways: GiveawayScene) -> None:
    for options, refusal in REFUSED:
        given = {"prize": PRIZE, "lasts": "1d", **options}
        assert refusal in said(await giveaways.uses("create", **given)), options
    everybody = giveaways.world.guild.default_role
    given = {"prize": PRIZE, "lasts": "1d", "roles": f"<@&{everybody.id}>"}
    assert "Everybody has that role" in said(await giveaways.uses("create", **given))
    assert (await giveaways.service.page(giveaways.world.guild.id, 1, is_whole=True)).total == 0


async def test_a_channel_in_which_it_cannot_stand_is_refused(giveaways: GiveawayScene) -> None:
    world = giveaways.world
    silent = discord.PermissionOverwrite(send_messages=False)
    closed = world.guild.create_text_channel(
        "closed", overwrites={world.guild.default_role: silent}
    )
    await world.env.settle()
    result = await giveaways.uses("create", prize=PRIZE, lasts="1d", channel=closed)
    assert "give my role Send Messages, Embed Links there" in said(result)


async def test_it_is_edited_option_by_option(giveaways: GiveawayScene) -> None:
    made = await giveaways.created(details="Framed.", roles=giveaways.role.mention, every="2d")
    assert "Say what is to change" in said(await giveaways.uses("edit", giveaway=made.id))
    result = await giveaways.uses(
        "edit",
        giveaway=made.id,
        prize="Two prints",
        ends="2h",
        winners=2,
        details="none",
        every="none",
        roles="none",
        account_days=1,
    )
    assert f"Giveaway {made.id} is changed." in said(result)
    after = await giveaways.newest()
    assert (after.prize, after.about, after.winner_count, after.every) == (
        "Two prints",
        "",
        2,
        None,
    )
    assert (after.terms.required_role_ids, after.terms.min_account_days) == ((), 1)
    await giveaways.sweep(5)
    assert "Two prints" in words(giveaways.card())
    await giveaways.sweep(2 * HOUR)
    assert (await giveaways.newest()).has_ended


async def test_it_is_paused_and_goes_on(giveaways: GiveawayScene) -> None:
    made = await giveaways.created()
    (person,) = await giveaways.enter_server(1)
    assert "is paused" in said(await giveaways.uses("pause", giveaway=made.id))
    stale = giveaways.card()
    assert "It is paused" in said(await person.click(stale, label="Enter"))
    await giveaways.sweep(5)
    assert "Paused: nobody enters or leaves" in words(giveaways.card())
    assert "Only an open giveaway can be paused" in said(
        await giveaways.uses("pause", giveaway=made.id)
    )
    assert "goes on. It ends <t:" in said(await giveaways.uses("resume", giveaway=made.id))
    await giveaways.sweep(5)
    assert "You are in." in await giveaways.press(person)


async def test_it_is_ended_before_its_time_once_asked(giveaways: GiveawayScene) -> None:
    made = await giveaways.created()
    (person,) = await giveaways.enter_server(1)
    await giveaways.press(person)
    asked = answer(await giveaways.uses("end", giveaway=made.id))
    assert f"End giveaway {made.id} ({PRIZE}) now, and draw its winners?" in words(asked)
    assert "It goes on." in said(await giveaways.world.manager.click(asked, label="Keep it"))
    assert (await giveaways.newest()).state is GiveawayState.OPEN
    asked = answer(await giveaways.uses("end", giveaway=made.id))
    done = said(await giveaways.world.manager.click(asked, label="End it now"))
    assert f"<@{person.id}>" in done
    await giveaways.sweep(5)
    assert len(giveaways.letters(person.id)) == 1
    assert [kind for kind, _data in await giveaways.told()] == [
        "giveaway.created",
        "giveaway.ended",
    ]


async def test_it_is_cancelled_once_asked(giveaways: GiveawayScene) -> None:
    made = await giveaways.created()
    asked = answer(await giveaways.uses("cancel", giveaway=made.id))
    assert "Nothing is drawn, and its series ends." in words(asked)
    twin = answer(await giveaways.uses("cancel", giveaway=made.id))
    done = await giveaways.world.manager.click(asked, label="Cancel it")
    assert f"Giveaway {made.id} is cancelled" in said(done)
    again = await giveaways.world.manager.click(twin, label="Cancel it")
    assert "is over already" in said(again)
    await giveaways.sweep(5)
    assert "It was cancelled" in words(giveaways.card())
    assert labels(giveaways.card()) == []


async def test_a_winner_is_replaced(giveaways: GiveawayScene) -> None:
    drawn = await giveaways.drawn(3)
    (_created, (_ended, told)) = await giveaways.told()
    (won,) = [one for one in giveaways.people if str(one.id) in told["winner_ids"]]
    other = next(one for one in giveaways.people if one is not won)
    refused = await giveaways.uses("reroll", giveaway=drawn.id, instead_of=other.user)
    assert "They are no winner of it" in said(refused)
    result = await giveaways.uses("reroll", giveaway=drawn.id, instead_of=won.user)
    assert f"Giveaway {drawn.id} was drawn anew: <@" in said(result)
    await giveaways.sweep(5)
    _type, told = (await giveaways.told())[-1]
    (new,) = told["winner_ids"]
    assert f"Winner: <@{new}>" in words(giveaways.card())
    call = giveaways.messages()[-1]
    assert "Drawn anew. Congratulations" in words(call)
    assert [str(one.id) for one in call.mentions] == [new]
    shown = said(await giveaways.uses("show", giveaway=drawn.id))
    assert f"~~<@{won.id}>~~" in shown


async def test_anyone_checks_the_draw_and_gets_its_proof(giveaways: GiveawayScene) -> None:
    made = await giveaways.created()
    assert "was not drawn yet" in said(await giveaways.uses("verify", giveaway=made.id))
    people = await giveaways.enter_server(4)
    for person in people:
        await giveaways.press(person)
    giveaways.world.guild.remove_member(people[0])
    await giveaways.sweep(DAY)
    drawn = await giveaways.newest()
    by_button = answer(await people[1].click(giveaways.card(), label="Check the draw"))
    by_command = answer(await giveaways.uses("verify", giveaway=made.id))
    for found in (by_button, by_command):
        assert "Drawn again from the seed, the winners are the same." in words(found)
        assert f"Seed: `{drawn.seed}`" in words(found)
        (file,) = found.attachments
        content = await file.read()
        assert problems(read(content)) == []
        assert json.loads(content)["giveaway"] == made.id


async def test_they_are_listed_page_by_page(giveaways: GiveawayScene) -> None:
    nothing = said(await giveaways.uses("list"))
    assert "No giveaway is held now." in nothing
    for number in range(12):
        await giveaways.created(prize=f"Print {number}")
    asked = answer(await giveaways.uses("cancel", giveaway=12))
    await giveaways.world.manager.click(asked, label="Cancel it")
    first = answer(await giveaways.uses("list"))
    assert "**11** Print 10 · open" in words(first)
    assert "**12**" not in words(first)
    second = await giveaways.world.manager.click(first, label="Next")
    assert "**1** Print 0" in said(second)
    assert "**12** Print 11 · cancelled" in said(await giveaways.uses("list", ended=True))


async def test_they_are_suggested(giveaways: GiveawayScene) -> None:
    await giveaways.created()
    world = giveaways.world
    for typed, fits in (("", 1), ("sign", 1), ("1", 1), ("boat", 0)):
        found = await world.manager.autocomplete(world.channel, "giveaway show", "giveaway", typed)
        assert [(one["name"], one["value"]) for one in found] == [(f"1: {PRIZE}", 1)] * fits
    await world.allow(world.member, "giveaway")
    assert await world.member.autocomplete(world.channel, "giveaway show", "giveaway", "") == []


async def test_who_does_not_manage_the_server_is_refused(giveaways: GiveawayScene) -> None:
    world, made = giveaways.world, await giveaways.created()
    asked = answer(await giveaways.uses("cancel", giveaway=made.id))
    await world.allow(world.member, "giveaway")
    for command in ("show", "end", "pause", "resume", "cancel", "reroll", "verify", "edit"):
        result = await world.member.slash(world.channel, f"giveaway {command}", giveaway=made.id)
        assert NEEDS_MANAGE_SERVER in said(result)
    for command, options in (("list", {}), ("create", {"prize": PRIZE, "lasts": "1d"})):
        result = await world.member.slash(world.channel, f"giveaway {command}", **options)
        assert NEEDS_MANAGE_SERVER in said(result)
    world.env.backend.get_guild(world.guild.id).members[world.manager.id].role_ids.clear()
    assert NEEDS_MANAGE_SERVER in said(await world.manager.click(asked, label="Cancel it"))
    assert (await giveaways.newest()).state is GiveawayState.OPEN


async def test_another_server_finds_nothing(giveaways: GiveawayScene) -> None:
    world, drawn = giveaways.world, await giveaways.drawn(2)
    elsewhere = world.env.create_guild()
    channel = elsewhere.create_text_channel("general")
    role = elsewhere.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    boss = elsewhere.add_member(world.env.create_user("boss"), roles=[role])
    await world.env.settle()
    for command in ("show", "end", "pause", "resume", "cancel", "reroll", "verify"):
        result = await boss.slash(channel, f"giveaway {command}", giveaway=drawn.id)
        assert f"There is no giveaway {drawn.id} in this server." in said(result)
    result = await boss.slash(channel, "giveaway edit", giveaway=drawn.id, prize="Mine")
    assert "There is no giveaway" in said(result)
