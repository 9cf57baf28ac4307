"""Incidents on both engines: written, said, undone once, and only told of in shadow."""

import asyncio

import pytest

from bot.errors import NotFound, UserError
from bot.sanctions import Sanction
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
from tests.support.tripwire.feature import NO_ANSWER, TORN

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
    assert [one.text for one in env.log[1:]] == [
        "**Tripwire** is out of shadow: from now on it does what it says."
    ]
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


async def test_sanctions_answer_and_never_raise(env: IncidentsEnv) -> None:
    env.discord.enter(1001, roles={1})
    refused = {
        900: "to myself",
        901: "owns this server",
        1001: "as high as mine",
        4242: "no such account",
    }
    for user_id, why in refused.items():
        came = await env.sanctions.order(Sanction(GUILD, user_id, "ban", "test"))
        assert came.number is None, user_id
        assert why in (came.refusal or ""), (user_id, came)
    assert BOT == 900
    warned = await env.sanctions.order(Sanction(GUILD, 1001, "warn", "test"))
    assert "as high as mine" in (warned.refusal or "")
    env.discord.faults = {"ban": Fault.LATE}
    pending = await env.sanctions.order(Sanction(GUILD, 1002, "ban", "test"))
    assert pending.number is not None
    assert pending.refusal is not None
