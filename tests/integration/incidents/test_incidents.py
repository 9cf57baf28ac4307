"""Incidents on both engines: written, said, undone once, and only told of in shadow."""

import asyncio

import pytest

from bot.errors import NotFound, UserError
from bot.features.incidents import INCIDENTS
from bot.incident import Measure
from tests.integration.incidents.incidents_env import (
    HARBOUR_MASTER,
    LOG,
    NOTICES,
    PILOT,
    QUEEN,
    IncidentsEnv,
)
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, MODERATOR, Fault
from tests.support.tripwire.feature import NO_ANSWER, TORN, TripwireSettings

DAY = 86_400.0


async def test_the_log_says_what_was_done_and_one_button_undoes_it(env: IncidentsEnv) -> None:
    incident = await env.tripwire.stumbles(GUILD, 1000, 1001, wires=[7])
    await env.sweep()
    (post,) = env.log
    assert (post.title, post.text) == ("Tripwire", "Somebody stumbled\n<@1000> (`1000`)")
    assert post.below[0].splitlines() == [
        "• wire 7 was cut",
        "• <@1000> was put in quarantine (case 1)",
        "• <@1001> was put in quarantine (case 2)",
    ]
    assert [one.custom_id for one in post.buttons] == ["incident:undo:1", "incident:why:1"]
    assert env.discord.roles_of(1000) == {21}

    assert await env.incidents.undo.begin(HARBOUR_MASTER, incident) == 3
    await env.sweep(10)
    assert env.discord.roles_of(1000) == env.discord.roles_of(1001) == {10}
    assert env.tripwire.rewired == [7]
    (post,) = env.log
    assert post.below[0].splitlines()[0] == "↩️ undone: wire 7 was cut"
    assert "3 of 3" in post.below[1]
    assert [one.custom_id for one in post.buttons] == ["incident:why:1"]
    kinds = [data["event_type"] for kind, data in await env.told() if "audit" in kind]
    assert kinds.count("incident.undone") == 1
    with pytest.raises(UserError, match="Somebody else"):
        await env.incidents.undo.begin(PILOT, incident)


async def test_of_two_who_press_at_once_one_undoes_it(env: IncidentsEnv) -> None:
    incident = await env.tripwire.stumbles(GUILD, 1000, wires=[7])
    presses = [env.incidents.undo.begin(one, incident) for one in (HARBOUR_MASTER, PILOT) * 3]
    came = await asyncio.gather(*presses, return_exceptions=True)
    assert [one for one in came if one == 2] == [2]
    assert sum(isinstance(one, UserError) for one in came) == 5
    await env.sweep()
    assert env.tripwire.rewired == [7]


async def test_who_may_undo(env: IncidentsEnv) -> None:
    incident = await env.tripwire.stumbles(GUILD, 1000, wires=[7])
    env.discord.enter(1000, permissions=frozenset({"moderate_members"}))
    env.discord.enter(1002, permissions=frozenset({"kick_members"}))
    for person, why in ((1000, "about yourself"), (1002, "Timeout Members"), (99, "cannot see")):
        actor = type(QUEEN)(GUILD, person, "x")
        with pytest.raises(UserError, match=why):
            await env.incidents.undo.begin(actor, incident)
    with pytest.raises(NotFound):
        await env.incidents.undo.begin(type(QUEEN)(GUILD + 1, MODERATOR, "x"), incident)
    await env.choose("incidents", may_undo="managers")
    with pytest.raises(UserError, match="Manage Server"):
        await env.incidents.undo.begin(HARBOUR_MASTER, incident)
    await env.incidents.undo.begin(QUEEN, incident)


async def test_what_cannot_be_undone_says_why_and_keeps_nothing_else(env: IncidentsEnv) -> None:
    incident = await env.tripwire.stumbles(GUILD, wires=[7, 8, 9])
    env.tripwire.fails = {7: TORN, 8: NO_ANSWER}
    await env.incidents.undo.begin(HARBOUR_MASTER, incident)
    await env.sweep()
    assert await env.states(incident) == [
        ("kept", "it is torn"),
        ("undoing", None),
        ("undone", None),
    ]
    env.tripwire.fails = {}
    await env.sweep(61)
    assert (await env.states(incident))[1] == ("undone", None)


async def test_what_one_could_not_undo_another_can(env: IncidentsEnv) -> None:
    incident = await env.tripwire.stumbles(GUILD, wires=[7, 8])
    env.tripwire.fails = {7: TORN, 8: NO_ANSWER}
    await env.incidents.undo.begin(HARBOUR_MASTER, incident)
    await env.sweep()
    with pytest.raises(UserError, match="Somebody else"):  # the other is still under way
        await env.incidents.undo.begin(QUEEN, incident)
    del env.tripwire.fails[8]
    await env.sweep(61)
    assert [one.custom_id for one in env.log[0].buttons] == ["incident:undo:1", "incident:why:1"]
    env.tripwire.fails = {}
    presses = [env.incidents.undo.begin(one, incident) for one in (QUEEN, PILOT)]
    came = await asyncio.gather(*presses, return_exceptions=True)
    assert sorted(map(str, came)) == ["1", "Somebody else undoes that already."]
    await env.sweep(61)
    assert await env.states(incident) == [("undone", None)] * 2
    assert [one.custom_id for one in env.log[0].buttons] == ["incident:why:1"]


async def test_what_never_gets_an_answer_is_given_up(env: IncidentsEnv) -> None:
    incident = await env.tripwire.stumbles(GUILD, wires=[8])
    env.tripwire.fails = {8: NO_ANSWER}
    await env.incidents.undo.begin(HARBOUR_MASTER, incident)
    for _round in range(11):
        await env.sweep(61)
    assert await env.states(incident) == [("kept", "Discord gave no answer")]


async def test_what_comes_after_the_undo_is_undone_too(env: IncidentsEnv) -> None:
    incident = await env.tripwire.stumbles(GUILD, wires=[7])
    await env.incidents.undo.begin(HARBOUR_MASTER, incident)
    measure = (await env.facts(incident)).measures[0].measure
    async with env.database.transaction() as tx:
        await env.incidents.did(tx, incident, measure)
    await env.sweep()
    assert await env.states(incident) == [("undone", None)] * 2


async def test_in_shadow_nothing_is_done_and_the_end_is_told_once(env: IncidentsEnv) -> None:
    await env.incidents.shadows.begin(QUEEN, "tripwire", 3)
    incident = await env.tripwire.stumbles(GUILD, 1000, wires=[7])
    await env.sweep()
    (post,) = env.log
    assert "In shadow" in post.text
    assert "<@1000> would have been put in quarantine" in post.below[0]
    assert [one.custom_id for one in post.buttons] == ["incident:why:1"]
    assert (env.tripwire.cut, env.discord.roles_of(1000)) == ([], {10})
    with pytest.raises(UserError, match="in shadow"):
        await env.incidents.undo.begin(QUEEN, incident)

    await env.sweep(3 * DAY - 1)
    assert await env.incidents.is_shadow(GUILD, "tripwire")
    env.renew()
    await env.sweep(1)
    await env.sweep(60)
    assert not await env.incidents.is_shadow(GUILD, "tripwire")
    (told,) = env.log[1:]
    assert told.text.startswith("**Tripwire** is out of shadow since ")
    await env.tripwire.stumbles(GUILD, 1000)
    assert env.discord.roles_of(1000) == {21}


async def test_where_the_log_takes_nothing_the_notices_do(env: IncidentsEnv) -> None:
    await env.choose("general", notice_channel_id=NOTICES)
    env.discord.faults = {f"send {LOG}": Fault.REFUSES}
    await env.tripwire.stumbles(GUILD, 1000)
    await env.sweep()
    await env.sweep()
    (post,) = env.log
    assert "takes no message of mine" in post.footer
    env.discord.faults = {}
    await env.choose("incidents", log_channel_id=None)
    await env.tripwire.stumbles(GUILD, 1001)
    await env.sweep(5)
    assert "Choose a channel for this log" in env.log[-1].footer
    await env.choose("general", notice_channel_id=None)
    said = len(env.log)
    await env.tripwire.stumbles(GUILD, 1002)
    await env.sweep(5)
    assert len(env.log) == said


@pytest.mark.thorough("two hundred measures")
async def test_two_hundred_measures_are_a_count_and_undone_in_a_few_edits(
    env: IncidentsEnv,
) -> None:
    incident = await env.tripwire.stumbles(GUILD, wires=range(200))
    await env.sweep()
    (post,) = env.log
    assert len(post.below[0].splitlines()) == 11
    assert post.below[0].endswith("… and 190 more.")
    assert post.buttons[-1].custom_id == f"incident:all:{incident}"
    assert (await env.incidents.measures(GUILD, incident, 20)).rows[-1].label == "wire 199 was cut"
    await env.incidents.undo.begin(HARBOUR_MASTER, incident)
    await env.sweep(10)
    assert sorted(env.tripwire.rewired) == list(range(200))
    (post,) = env.log
    assert "200 of 200" in post.below[1]
    assert len(env.discord.redrawn) <= 2


async def test_the_post_is_drawn_anew_every_few_seconds_at_most(env: IncidentsEnv) -> None:
    incident = await env.tripwire.stumbles(GUILD, wires=[1])
    await env.sweep()
    measure = (await env.facts(incident)).measures[0].measure
    for second in range(30):
        async with env.database.transaction() as tx:
            await env.incidents.did(tx, incident, measure)
        await env.sweep(1 if second else 0)
    assert 4 <= len(env.discord.redrawn) <= 6
    await env.sweep(5)
    assert "and 21 more" in env.log[0].below[0]


async def test_old_ones_go_and_what_was_said_stays(env: IncidentsEnv) -> None:
    await env.tripwire.stumbles(GUILD, wires=[1, 2])
    await env.sweep()
    env.clock.advance(364 * DAY)
    young = await env.tripwire.stumbles(GUILD, wires=[3])
    await env.sweep()
    env.clock.advance(DAY)
    prunes = env.parts[INCIDENTS].prunes["incidents"]
    assert [one async for one in prunes.prune(env.clock.now())] == [1, 0]
    assert [one.id for one in (await env.incidents.page(GUILD, 1, feature=None)).rows] == [young]
    assert len(env.log) == 2
    with pytest.raises(NotFound):
        await env.incidents.undo.begin(QUEEN, 1)


async def test_a_keeper_is_asked_who_may_put_it_in_shadow(env: IncidentsEnv) -> None:
    settings = env.parts.core.settings
    settings.keep(TripwireSettings, lambda who, _now: None if who == QUEEN else "Ask the queen")
    for act in (
        env.incidents.shadows.begin(PILOT, "tripwire", 1),
        env.incidents.shadows.end(PILOT, "tripwire"),
        env.settings.change(PILOT, "tripwire", "height", 9),
    ):
        with pytest.raises(UserError, match="Ask the queen"):
            await act
    with pytest.raises(UserError, match="numbers of days"):
        await env.incidents.shadows.begin(QUEEN, "tripwire", 2)
    with pytest.raises(UserError, match="in no shadow"):
        await env.incidents.shadows.end(QUEEN, "tripwire")
    await env.incidents.shadows.begin(QUEEN, "tripwire", 14)
    await env.incidents.shadows.end(QUEEN, "tripwire")
    assert not await env.incidents.is_shadow(GUILD, "tripwire")
    await env.sweep(60)
    assert env.log == []  # who ended it knows


async def test_its_panel_says_how_things_are_and_what_is_missing(env: IncidentsEnv) -> None:
    panel = await env.incidents.panel(GUILD, "tripwire")
    assert panel.text.startswith("🟢")
    assert (panel.fields, panel.below) == ((("Cut wires", "0"),), ())
    env.discord.people[BOT].permissions = frozenset()
    await env.incidents.shadows.begin(QUEEN, "tripwire", 7)
    await env.choose("incidents", log_channel_id=None)
    panel = await env.incidents.panel(GUILD, "tripwire")
    assert "in shadow until" in panel.text
    assert "There is no log" in panel.text
    assert "**Kick Members** (to show people the door)" in panel.below[0]
    assert panel.selects[0].options[-1].value == "end"
    with pytest.raises(NotFound):
        await env.incidents.panel(GUILD, "airbag")


async def test_what_is_done_while_somebody_undoes_it_is_undone(env: IncidentsEnv) -> None:
    for _round in range(5):
        incident = await env.tripwire.stumbles(GUILD, wires=[1])
        measure = (await env.facts(incident)).measures[0].measure

        async def does(number: int, one: Measure = measure) -> None:
            async with env.database.transaction() as tx:
                await env.incidents.did(tx, number, one)

        press = env.incidents.undo.begin(QUEEN, incident)
        await asyncio.gather(*(does(incident) for _one in range(4)), press)
        await env.sweep()
        assert await env.states(incident) == [("undone", None)] * 5
